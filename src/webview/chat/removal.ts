import type { Job } from "./renderQueue.ts";

/** The browser takes a microsecond or two to remove an element. */
const mostAtOnce = 10_000;
/** What is worth a step of its own. */
const parts = ".part, .thinking-part, .code-part";

/** Takes an element off the page, at once where it can; where it holds very much, it is hidden and goes in steps, which are returned. */
export function removal(root: HTMLElement): Job | undefined {
  if (root.getElementsByTagName("*").length <= mostAtOnce) {
    root.remove();
    return undefined;
  }
  root.hidden = true;
  return {
    step() {
      const part = root.querySelector(parts);
      (part ?? root).remove();
      return part === null ? "done" : "more";
    },
  };
}
