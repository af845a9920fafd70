/** About a second: until VS Code shows the frame that it has loaded, nothing in it can have the focus. */
const triedFrames = 60;

const isFree = () => document.activeElement === null || document.activeElement === document.body;

/**
 * Makes a change to the page, and calls `take` when that takes away what had the focus: else the keyboard would have to start
 * over from the top. Whoever is elsewhere in VS Code stays there.
 */
export function keepFocus(change: () => void, take: () => void): void {
  const focused = document.activeElement;
  const wasFree = isFree();
  change();
  if (wasFree || !document.hasFocus()) return;
  // What is hidden keeps the focus until the browser has drawn that.
  const isHidden = focused === document.activeElement && focused?.checkVisibility() === false;
  if (isFree() || isHidden) take();
}

/**
 * Calls `take` when the page gets the focus as a whole and none of its elements has it: VS Code gives it so to a view that is
 * opened by a key or a command. A click has an aim of its own.
 */
export function onPageFocus(take: () => void): void {
  let isPressed = false;
  document.addEventListener("pointerdown", () => (isPressed = true), { capture: true });
  for (const type of ["pointerup", "pointercancel"])
    document.addEventListener(type, () => (isPressed = false), { capture: true });
  const look = (framesLeft: number) => {
    if (isPressed || !isFree()) return;
    take();
    if (framesLeft > 0 && isFree() && document.hasFocus()) requestAnimationFrame(() => look(framesLeft - 1));
  };
  window.addEventListener("focus", () => look(triedFrames));
  // The frame in which VS Code loads the page may have it before this runs.
  if (document.hasFocus()) look(triedFrames);
}
