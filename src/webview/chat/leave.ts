import type { RenderQueue } from "./renderQueue.ts";

/** The browser takes a microsecond or two to remove an element. */
const mostAtOnce = 10_000;
/** What is worth a step of its own. */
const parts = ".part, .thinking-part, .code-part";

/**
 * Takes an element off the page, at once where it can. Where it holds very much it goes in steps of the queue, and is `leaving`
 * until then: not seen, but without the browser having to undo the layout of all of it at once.
 */
export function leave(root: HTMLElement, queue: RenderQueue): void {
  if (root.getElementsByTagName("*").length <= mostAtOnce) {
    root.remove();
    return;
  }
  root.classList.add("leaving");
  queue.add({
    step() {
      const part = root.querySelector(parts);
      (part ?? root).remove();
      return part === null ? "done" : "more";
    },
  });
}
