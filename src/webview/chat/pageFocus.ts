/** About a second: until VS Code shows the frame that it has loaded, nothing in it can have the focus. */
const triedFrames = 60;

const isFree = () => document.activeElement === null || document.activeElement === document.body;

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
