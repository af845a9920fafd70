/** Where text out of `content` belongs. `retract` = everything handed out as text so far was thinking. */
export interface TagSink {
  text(text: string): void;
  reasoning(text: string): void;
  retract(): void;
  /** Thinking came in a field of its own, so that none is to be looked for in front of a lone closing tag. */
  thoughtByField(): boolean;
}

export interface ThinkTags {
  feed(content: string): void;
  /** End of the answer: releases what was held back because it might have become a tag. */
  end(): void;
}

const opening = "<think>";
const closing = "</think>";
/** Behind a tag that a sentence names: it goes on in the same line. */
const wordOfSentence = /^[ \t]+[^\s]|^[.,;:!?)\]]/;
const box = /<\|(?:begin|end)_of_box\|>/g;
const tags = [closing, "<|begin_of_box|>", "<|end_of_box|>"];

/**
 * Separates inline thinking from the answer (API notes 3.1, 15.1). `<think>` counts only as the very first thing, so that
 * an answer about the tag stays whole. A lone `</think>` means that the prompt template had opened it: what came before was
 * thinking (`retract`). It is ordinary text behind a quote character, as a word of a sentence, and where the thinking came
 * by a field and text followed. Box markers of GLM-4.5V are dropped.
 */
export function createThinkTags(sink: TagSink): ThinkTags {
  // start: nothing but white space yet. gap: white space after the closing tag. answer: no more tags expected.
  let state: "start" | "thinking" | "text" | "gap" | "answer" = "start";
  let held = "";
  /** What came last, and whether anything but white space came at all and in this line. */
  let lastCharacter = "";
  let spoke = false;
  let midLine = false;

  const emit = (ready: string) => {
    if (ready === "") return;
    if (state === "thinking") {
      sink.reasoning(ready);
      return;
    }
    lastCharacter = ready.slice(-1);
    spoke ||= ready.trim() !== "";
    midLine = isMidLine(ready);
    const clean = ready.replace(box, "");
    if (clean !== "") sink.text(clean);
  };

  /** Whether a line that goes on with `text` has words by then. */
  const isMidLine = (text: string): boolean => {
    const lineStart = text.lastIndexOf("\n") + 1;
    return (lineStart === 0 && midLine) || text.slice(lineStart).trim() !== "";
  };

  /** Where the closing tag is, -1 = nowhere; `undecided` = one that what follows will tell about. */
  const findClosing = (buffer: string, final: boolean): { at: number; undecided?: boolean } => {
    let at = buffer.indexOf(closing);
    if (state === "thinking") return { at };
    for (; at !== -1; at = buffer.indexOf(closing, at + closing.length)) {
      const before = at > 0 ? buffer.charAt(at - 1) : lastCharacter;
      if (/[`"']/.test(before)) continue;
      if (sink.thoughtByField() && (spoke || buffer.slice(0, at).trim() !== "")) continue;
      if (!/[ \t]/.test(before) || !isMidLine(buffer.slice(0, at))) return { at };
      const behind = buffer.slice(at + closing.length);
      if (!final && behind.trimEnd() === "" && !behind.includes("\n")) return { at, undecided: true };
      if (!wordOfSentence.test(behind)) return { at };
    }
    return { at };
  };

  /** Handles what is certain and returns the rest, which is a piece of a tag, or a tag and the blanks behind it. */
  const step = (content: string, final: boolean): string => {
    let buffer = content;
    if (state === "start") {
      const trimmed = buffer.trimStart();
      if (!final && opening.startsWith(trimmed) && trimmed.length < opening.length) return buffer;
      state = trimmed.startsWith(opening) ? "thinking" : "text";
      if (state === "thinking") buffer = trimmed.slice(opening.length);
    }
    if (state === "thinking" || state === "text") {
      const { at: end, undecided } = findClosing(buffer, final);
      if (end !== -1) {
        emit(buffer.slice(0, end));
        if (undecided) return buffer.slice(end);
        if (state === "text" && !sink.thoughtByField()) sink.retract();
        state = "gap";
        buffer = buffer.slice(end + closing.length);
      }
    }
    if (state === "gap") {
      buffer = buffer.trimStart();
      if (buffer === "") return "";
      state = "answer";
    }
    const keep = final ? 0 : partialTag(buffer);
    emit(buffer.slice(0, buffer.length - keep));
    return buffer.slice(buffer.length - keep);
  };

  return {
    feed(content) {
      held = step(held + content, false);
    },
    end() {
      held = step(held, true);
    },
  };
}

/** How many characters at the end could be the beginning of a tag. */
function partialTag(text: string): number {
  const start = text.lastIndexOf("<");
  if (start === -1) return 0;
  const tail = text.slice(start);
  return tags.some((tag) => tag.length > tail.length && tag.startsWith(tail)) ? tail.length : 0;
}
