/**
 * Makes text from outside safe for places where VS Code renders Markdown links, such as notifications: link syntax is
 * broken up, control and bidirectional characters are dropped, and the length is bounded.
 */
export function plainText(text: string, maxLength = 400): string {
  const flat = text
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ")
    .replace(/\]\s*\(/g, "] \u2009(")
    .replace(/\s+/g, " ")
    .trim();
  return flat.length > maxLength ? `${flat.slice(0, maxLength - 1)}…` : flat;
}

/** The same for labels of lists, where VS Code would draw `$(name)` as an icon. */
export function plainLabel(text: string, maxLength?: number): string {
  return withoutIcons(plainText(text, maxLength));
}

/** Text of a label as it stands. */
export function withoutIcons(text: string): string {
  return text.replaceAll("$(", "$\u200b(");
}
