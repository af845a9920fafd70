/**
 * How far from what is seen a turn is drawn, and how much farther it is put back to plain text, in heights of the log. The
 * gap keeps a turn at the border from being drawn again and again.
 */
const drawnWithin = 1;
const keptWithin = 8;

/** Tells which elements inside `root` come near what is seen of it and which have gone far away. Asks nothing by itself. */
export class Nearby {
  readonly #observers: readonly IntersectionObserver[];

  constructor(root: Element, moved: (element: Element, near: boolean) => void) {
    const observer = (heights: number, near: boolean) =>
      new IntersectionObserver(
        (entries) => {
          for (const { target, isIntersecting } of entries) if (isIntersecting === near) moved(target, near);
        },
        { root, rootMargin: `${heights * 100}% 0px` },
      );
    this.#observers = [observer(drawnWithin, true), observer(keptWithin, false)];
  }

  watch(element: Element): void {
    for (const observer of this.#observers) observer.observe(element);
  }

  forget(element: Element): void {
    for (const observer of this.#observers) observer.unobserve(element);
  }

  dispose(): void {
    for (const observer of this.#observers) observer.disconnect();
  }
}
