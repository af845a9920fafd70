/**
 * How a document is cut: 1 by headings, 2 by questions and answers, 3 by rows, 5 by own separators, 6 by pages, 7 not at
 * all; undefined leaves it to the platform.
 */
export interface Cutting {
  readonly type: number | undefined;
  readonly separators: readonly string[];
  /** Longest slice of type 5 in characters, 20–2000. */
  readonly size: number;
}

/** Cuts a document's pages into the slices that a search can find. */
export function cutSlices(pages: readonly string[], { type, separators, size }: Cutting): string[] {
  const text = pages.join("\n\n");
  return cut()
    .map((slice) => slice.trim())
    .filter((slice) => slice !== "");

  function cut(): string[] {
    switch (type) {
      case 1:
        return text.split(/\n(?=#{1,6} )/);
      case 2:
        return text.split(/\n(?=\s*(?:Q|问|question|问题)\s*[:：])/i);
      case 3:
        return text.split(/\r?\n/);
      case 5:
        return separators
          .reduce((parts, separator) => parts.flatMap((part) => part.split(separator)), [text])
          .flatMap((part) => chop(part, size));
      case 6:
        return [...pages];
      case 7:
        return [text];
      default:
        return pack(text.split(/\n{2,}|(?=^#{1,6} )/m), 300);
    }
  }
}

function chop(text: string, size: number): string[] {
  const letters = Array.from(text);
  return Array.from({ length: Math.ceil(letters.length / size) }, (_, index) =>
    letters.slice(index * size, (index + 1) * size).join(""),
  );
}

/** Puts short neighbours together; a long paragraph stays whole. */
function pack(parts: readonly string[], size: number): string[] {
  const packed: string[] = [];
  for (const part of parts) {
    const last = packed.at(-1);
    if (last !== undefined && last.length + part.length <= size) packed[packed.length - 1] = `${last}\n\n${part}`;
    else packed.push(part);
  }
  return packed;
}
