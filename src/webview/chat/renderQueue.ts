/** Milliseconds of a frame that rendering may take; the rest belongs to typing and scrolling. */
const budget = 8;

export type Progress = "done" | "more" | "later" | "enough";

/** Work that can be cut into small steps. `later` means: not in this frame; `enough`: done, and much is to be laid out. */
export interface Job {
  step(now: number): Progress;
}

/** Spreads rendering over frames, newest work first: what is at the bottom of the panel is what is looked at. */
export class RenderQueue {
  #jobs: Job[] = [];
  #scheduled = false;

  add(job: Job): void {
    this.#jobs = [job, ...this.#jobs.filter((other) => other !== job)];
    this.#schedule();
  }

  clear(): void {
    this.#jobs = [];
  }

  /** Works until this frame's budget is used; asks for another frame when something is left. */
  run(): void {
    const end = performance.now() + budget;
    let waiting: Job[] = [];
    while (performance.now() < end) {
      const job = this.#jobs[0];
      if (job === undefined) break;
      const progress = job.step(performance.now());
      if (progress === "more") continue;
      // The step may have added a job in front of this one.
      this.#jobs = this.#jobs.filter((other) => other !== job);
      if (progress === "later") waiting = [...waiting, job];
      if (progress === "enough") break;
    }
    this.#jobs = [...this.#jobs, ...waiting];
    if (this.#jobs.length > 0) this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    requestAnimationFrame(() => {
      this.#scheduled = false;
      this.run();
    });
  }
}
