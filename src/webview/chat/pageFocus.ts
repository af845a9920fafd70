/** About a second: until VS Code shows the frame that it has loaded, nothing in it can have the focus. */
const triedFrames = 60;

const isFree = () => document.activeElement === null || document.activeElement === document.body;

/** What had the focus before the last change, until a frame was drawn with that. */
let hadFocus: Element | undefined;

/**
 * Makes a change to the page, and calls `take` when that takes away what had the focus: else the keyboard would have to start
 * over from the top. Whoever is elsewhere in VS Code stays there.
 */
export function keepFocus(change: () => void, take: () => void): void {
  const focused = isFree() ? null : document.activeElement;
  change();
  if (focused === null || !document.hasFocus()) return;
  if (isFree()) {
    take();
    return;
  }
  // Whether it is hidden is known for nothing once that is drawn; before, it would cost a layout at each piece of an answer.
  if (hadFocus === undefined) requestAnimationFrame(() => takeFromHidden(take));
  hadFocus = focused;
}

function takeFromHidden(take: () => void): void {
  const focused = hadFocus;
  hadFocus = undefined;
  // A browser takes the focus from what is hidden, sooner or later. Who has gone on to somewhere else stays there.
  const isThere = isFree() || document.activeElement === focused;
  if (isThere && focused?.checkVisibility() === false && document.hasFocus()) take();
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
