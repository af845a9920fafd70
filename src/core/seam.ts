/** A repetition shorter than this may be chance: "the", a bracket, an indentation. */
const shortestRepetition = 8;
/** As much of the end as a model is likely to say again. */
const longestRepetition = 1_000;
const reopenedFence = /^\s{0,3}(?:`{3,}|~{3,})[^\s`~]+[^\n]*\n/;

/**
 * Joins an answer that was cut with its continuation. Models like to begin with the last words once more, or to open anew the
 * code block that is still open: neither may show. Text is held back until it is known to be neither.
 */
export class Seam {
  readonly #end: string;
  readonly #insideCode: boolean;
  #held = "";
  #joined = false;

  constructor(before: string) {
    this.#end = before.slice(-longestRepetition);
    this.#insideCode = endsInsideCode(before);
  }

  /** The part of what has arrived that can be shown. */
  take(received: string): string {
    if (this.#joined) return received;
    this.#held += received;
    const text = this.#withoutFence();
    if (text === undefined) return "";
    // As long as it could still turn out to repeat more of the end.
    if (text.length < shortestRepetition || this.#mayRepeatMore(text)) return "";
    return this.#join(text);
  }

  /** What was held back when nothing more comes. */
  rest(): string {
    return this.#joined ? "" : this.#join(this.#withoutFence() ?? this.#held);
  }

  #join(text: string): string {
    this.#joined = true;
    this.#held = "";
    return text.slice(this.#repeated(text));
  }

  /** Undefined while a first line that may open a code block is not complete. */
  #withoutFence(): string | undefined {
    if (!this.#insideCode) return this.#held;
    const begins = this.#held.trimStart();
    const mayOpen = begins === "" || /^[`~]/.test(begins);
    if (mayOpen && !begins.includes("\n") && this.#held.length < 100) return undefined;
    return this.#held.replace(reopenedFence, "");
  }

  #mayRepeatMore(text: string): boolean {
    for (let length = text.length; length <= this.#end.length; length++) {
      if (this.#end.startsWith(text, this.#end.length - length)) return true;
    }
    return false;
  }

  /** Length of the longest beginning of `text` with which the end closes. */
  #repeated(text: string): number {
    for (let length = Math.min(text.length, this.#end.length); length >= shortestRepetition; length--) {
      if (this.#end.endsWith(text.slice(0, length))) return text.slice(0, length).trim() === "" ? 0 : length;
    }
    return 0;
  }
}

/** Whether a code block is open where the text ends. */
function endsInsideCode(text: string): boolean {
  let open = "";
  for (const line of text.split("\n")) {
    const [, marks = "", info = ""] = /^\s{0,3}(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (marks === "") continue;
    if (open === "") open = marks;
    else if (marks.startsWith(open) && info.trim() === "") open = "";
  }
  return open !== "";
}
