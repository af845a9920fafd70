/** One tick a second for everything that shows elapsed time; runs only while somebody listens and the view is seen. */
export class Clock {
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor() {
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#tick();
      this.#startOrStop();
    });
  }

  /** Calls `listener` every second until the returned function is called. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    this.#startOrStop();
    return () => {
      this.#listeners.delete(listener);
      this.#startOrStop();
    };
  }

  #startOrStop(): void {
    const wanted = this.#listeners.size > 0 && !document.hidden;
    if (wanted && this.#timer === undefined) this.#timer = setInterval(() => this.#tick(), 1000);
    if (!wanted && this.#timer !== undefined) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #tick(): void {
    for (const listener of this.#listeners) listener();
  }
}
