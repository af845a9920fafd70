import type { Box, Line, Page } from "./recognise.ts";

/** One element of a page as the API describes it. */
export interface Element {
  readonly label: "text" | "table" | "image";
  readonly box: Box;
  /** Markdown, HTML for a table, nothing for a picture. */
  readonly content: string;
}

/** Groups recognised lines into headings, paragraphs, code and tables, and puts the pictures between them, top to bottom. */
export function layOut(page: Page): Element[] {
  const usual = median(page.lines.map(height));
  const elements: Element[] = page.pictures.map((box) => ({ label: "image", box, content: "" }));
  for (const lines of splitAtPictures(page)) {
    for (let at = 0; at < lines.length;) {
      const run = takeRun(lines, at, usual);
      elements.push(run.element);
      at += run.length;
    }
  }
  return elements.sort((a, b) => a.box[1] - b.box[1]);
}

/** A paragraph ends where a picture begins, whatever the engine says. */
function splitAtPictures({ lines, pictures }: Page): Line[][] {
  const above = ({ box }: Line): number => pictures.filter((picture) => picture[1] < box[1]).length;
  return Object.values(Object.groupBy(lines, above)).filter((group) => group !== undefined);
}

const height = ({ box }: Line): number => box[3] - box[1];

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function takeRun(lines: readonly Line[], from: number, usual: number): { element: Element; length: number } {
  const rest = lines.slice(from);
  const rows = countWhile(rest, (line) => cells(line).length > 1 && cells(line).length === cells(rest[0]).length);
  if (rows >= 2) return make("table", rest.slice(0, rows), table(rest.slice(0, rows)));
  const [first] = rest;
  if (first !== undefined && height(first) > usual * 1.4) return make("text", [first], `# ${first.text}`);
  const code = countWhile(rest, isCode);
  if (code >= 2) return make("text", rest.slice(0, code), ["```", ...indent(rest.slice(0, code)), "```"].join("\n"));
  const length = Math.max(
    1,
    countWhile(
      rest,
      (line, index) =>
        line.paragraph === first?.paragraph &&
        height(line) <= usual * 1.4 &&
        (index === 0 || (cells(line).length < 2 && !isCode(line))),
    ),
  );
  const taken = rest.slice(0, length);
  return make("text", taken, taken.map(({ text }) => text).join("\n"));
}

function countWhile(lines: readonly Line[], test: (line: Line, index: number) => boolean): number {
  const index = lines.findIndex((line, at) => !test(line, at));
  return index < 0 ? lines.length : index;
}

function make(label: Element["label"], lines: readonly Line[], content: string): { element: Element; length: number } {
  const boxes = lines.map(({ box }) => box);
  const box: Box = [
    Math.min(...boxes.map((each) => each[0])),
    Math.min(...boxes.map((each) => each[1])),
    Math.max(...boxes.map((each) => each[2])),
    Math.max(...boxes.map((each) => each[3])),
  ];
  return { element: { label, box, content }, length: lines.length };
}

/** Words with wide gaps between them are columns. */
function cells(line: Line | undefined): string[] {
  if (line === undefined) return [];
  const result: string[] = [];
  let right = -Infinity;
  for (const { text, box } of line.words) {
    if (box[0] - right > height(line) * 2.5) result.push(text);
    else result.push(`${result.pop() ?? ""} ${text}`);
    right = box[2];
  }
  return result.map((cell) => cell.trim());
}

const escapeHtml = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

function table(lines: readonly Line[]): string {
  const rows = lines.map(
    (line) =>
      `<tr>${cells(line)
        .map((cell) => `<td>${escapeHtml(cell)}</td>`)
        .join("")}</tr>`,
  );
  return `<table>${rows.join("")}</table>`;
}

function isCode({ text }: Line): boolean {
  return /[;{}]$|^[})\]]|=>|^(?:def|function|const|let|import|return|if|for|class)\b.*[({:=;]/.test(text);
}

/** Puts back the indentation, counted in widths of a character. */
function indent(lines: readonly Line[]): string[] {
  const left = Math.min(...lines.map(({ box }) => box[0]));
  const wide = median(lines.map(({ text, box }) => (box[2] - box[0]) / Math.max(1, text.length)));
  return lines.map(({ text, box }) => " ".repeat(Math.round((box[0] - left) / Math.max(1, wide))) + text);
}
