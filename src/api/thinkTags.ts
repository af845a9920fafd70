/** Where text out of `content` belongs. `retract` = everything handed out as text so far was thinking. */
export interface TagSink {
  text(text: string): void;
  reasoning(text: string): void;
  retract(): void;
}

export interface ThinkTags {
  feed(content: string): void;
  /** End of the answer: releases what was held back because it might have become a tag. */
  end(): void;
}

const opening = "<think>";
const closing = "</think>";
const box = /<\|(?:begin|end)_of_box\|>/g;
const tags = [closing, "<|begin_of_box|>", "<|end_of_box|>"];

/**
 * Separates inline thinking from the answer (API notes 3.1, 15.1). `<think>` counts only as the very first thing, so that
 * an answer about the tag stays whole. A lone `</think>` means that the prompt template had opened it: what came before was
 * thinking (`retract`); after a quote character it is ordinary text. Box markers of GLM-4.5V are dropped.
 */
export function createThinkTags(sink: TagSink): ThinkTags {
  // start: nothing but white space yet. gap: white space after the closing tag. answer: no more tags expected.
  let state: "start" | "thinking" | "text" | "gap" | "answer" = "start";
  let held = "";
  let lastCharacter = "";

  const emit = (ready: string) => {
    if (ready === "") return;
    if (state === "thinking") {
      sink.reasoning(ready);
      return;
    }
    lastCharacter = ready.slice(-1);
    const clean = ready.replace(box, "");
    if (clean !== "") sink.text(clean);
  };

  const findClosing = (buffer: string): number => {
    let at = buffer.indexOf(closing);
    if (state === "thinking") return at;
    while (at !== -1 && /[`"']/.test(at > 0 ? buffer.charAt(at - 1) : lastCharacter)) {
      at = buffer.indexOf(closing, at + closing.length);
    }
    return at;
  };

  /** Handles what is certain and returns the rest, which is shorter than a tag. */
  const step = (content: string, final: boolean): string => {
    let buffer = content;
    if (state === "start") {
      const trimmed = buffer.trimStart();
      if (!final && opening.startsWith(trimmed) && trimmed.length < opening.length) return buffer;
      state = trimmed.startsWith(opening) ? "thinking" : "text";
      if (state === "thinking") buffer = trimmed.slice(opening.length);
    }
    if (state === "thinking" || state === "text") {
      const end = findClosing(buffer);
      if (end !== -1) {
        emit(buffer.slice(0, end));
        if (state === "text") sink.retract();
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
