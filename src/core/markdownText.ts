/** Text from outside as literal Markdown on one line, in a paragraph or a cell of a table. */
export function markdownText(text: string, maxLength = 200): string {
  return text
    .replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ")
    .trim()
    .slice(0, maxLength)
    .replace(/[\\`*_~[\]()<>{}&#|!$:@.+-]/g, "\\$&");
}

/** A table. The first column is text, the others are figures; cells are Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const sides = head.map((_, column) => (column === 0 ? ":--" : "--:"));
  return [head, sides, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
