/** For a direction of its own a browser reads up to the first letter, whenever something is added: one must come soon. */
export const firstLetterWithin = 2_000;

/** Gives an element the direction of the text that it holds, where that is soon found out, else the one around it. */
export function setOwnDirection(element: HTMLElement, text: string): void {
  const dir = /\p{L}/u.test(text.slice(0, firstLetterWithin)) ? "auto" : "";
  if (element.dir !== dir) element.dir = dir;
}
