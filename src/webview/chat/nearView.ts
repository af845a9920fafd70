/** Distance from what is seen, in pixels, at which work for it begins. */
const margin = 400;

/** Does something once when an element comes near to what is seen: old turns and pictures far away cost nothing. */
export class NearView {
  readonly #waiting = new Map<Element, () => void>();
  readonly #observer = new IntersectionObserver((entries) => this.#seen(entries), { rootMargin: `${margin}px` });

  /** The returned function gives up waiting. */
  when(element: Element, act: () => void): () => void {
    this.#waiting.set(element, act);
    this.#observer.observe(element);
    return () => this.#forget(element);
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#waiting.clear();
  }

  #seen(entries: readonly IntersectionObserverEntry[]): void {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      const act = this.#waiting.get(target);
      this.#forget(target);
      act?.();
    }
  }

  #forget(element: Element): void {
    this.#waiting.delete(element);
    this.#observer.unobserve(element);
  }
}
