/** What a code block gives a terminal: text from outside, which a shell would take at its word. */

export type TerminalText =
  | { readonly kind: "commands"; readonly lines: readonly string[] }
  | { readonly kind: "empty" }
  /** More than a question could show before it runs. */
  | { readonly kind: "too-long" }
  /** It has characters that a person does not see and a terminal obeys. */
  | { readonly kind: "hidden-characters" };

/** Escape sequences, carriage returns, bidirectional and invisible characters, line separators. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for.
const hidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u2028\u2029]|\p{Bidi_Control}|\p{Default_Ignorable_Code_Point}/u;

/** Longest line that a code block shows without scrolling much; more is shown again before it runs. */
const plainLength = 120;

const mostLines = 30;
const mostCharacters = 3_000;

export function terminalText(code: string): TerminalText {
  const lines = code.replace(/\r\n/g, "\n").trimEnd().split("\n");
  while (lines[0] === "") lines.shift();
  const text = lines.join("\n");
  if (text.trim() === "") return { kind: "empty" };
  // A tab completes names in a shell.
  if (hidden.test(text) || /\t/.test(text.replace(/^\t+/gm, ""))) return { kind: "hidden-characters" };
  if (lines.length > mostLines || text.length > mostCharacters) return { kind: "too-long" };
  return {
    kind: "commands",
    lines: withoutPrompts(lines).map((line) => line.replace(/^\t+/, (tabs) => "    ".repeat(tabs.length))),
  };
}

/** Transcripts show a prompt before each command; copied along it would be a command itself. */
function withoutPrompts(lines: readonly string[]): readonly string[] {
  const prompt = /^(?:\$|>|PS [^>]*>|C:\\[^>]*>) /;
  return lines.every((line) => line === "" || prompt.test(line))
    ? lines.map((line) => line.replace(prompt, ""))
    : lines;
}

/** True when a look at the code block is not enough to know what would run. */
export function needsConfirmation(lines: readonly string[]): boolean {
  return lines.length > 1 || (lines[0]?.length ?? 0) > plainLength;
}
