/** Longest text from outside, in characters. */
const longest = 1000;

function oneLine(text: string): string {
  const flat = text.replace(/[\s\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ").trim();
  return flat.length > longest ? `${flat.slice(0, longest - 1)}…` : flat;
}

/**
 * Text from outside as literal Markdown on one line, in a paragraph, an entry of a list or a cell of a table. What means
 * nothing where it stands is left as it is, since documents are also read and pasted as they are: `glm-5.3`, `SOME_CODE`.
 */
export function markdownText(text: string): string {
  return (
    oneLine(text)
      .replace(/[\\`*[\]<>&#|~$]|\b_|_\b/g, "\\$&")
      // At the beginning of an entry these would begin a list of their own.
      .replace(/^(\d*)([-+.)])(?=[\s-]|$)/, "$1\\$2")
      // Bare addresses become links by themselves.
      .replace(/:(?=\/\/)|@|(?<=\bwww)\./gi, "\\$&")
  );
}

/** Text from outside as code, which no Markdown can leave. */
export function markdownCode(text: string): string {
  return `\`${oneLine(text.replaceAll("`", " "))}\``;
}

/** A table. The first column is text, the others are figures; cells are Markdown. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const sides = head.map((_, column) => (column === 0 ? ":--" : "--:"));
  return [head, sides, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
