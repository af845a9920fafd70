import { markdownText } from "./markdown.ts";

/** One file of a run: the service's text, or the sentence that says why there is none. Both are text from outside. */
export interface DocumentPart {
  readonly name: string;
  readonly text: string;
  readonly failed: boolean;
}

/** Text of a single file exactly as it came; several files one after another under their names. */
export function joinParts(parts: readonly DocumentPart[]): string {
  const [only] = parts;
  if (parts.length === 1 && only) return only.text;
  return parts
    .map(
      ({ name, text, failed }) => `# ${markdownText(name)}\n\n${failed ? `> ${markdownText(text)}` : text.trimEnd()}\n`,
    )
    .join("\n");
}
