/** Frames next to each other whose only effect is their text or thinking. */
export interface TextRun {
  readonly kind: "text-delta" | "reasoning-delta";
  readonly text: string;
  /** Place behind the last of them. */
  readonly end: number;
}

export interface FrameTemplate {
  /** The frames from `from` on that equal the learnt one in everything but the text; undefined when there is none. */
  match(stream: string, from: number): TextRun | undefined;
  /** Takes a parsed frame as the pattern for the next ones, if it carries text and nothing else. */
  learn(data: string, frame: unknown): void;
}

/** A stream whose frames differ in more than the text (a time stamp with each) gains nothing; then stop learning. */
const patience = 32;
const probe = "glm-sidekick probe";

interface Frame {
  readonly choices?: unknown;
  readonly usage?: unknown;
  readonly web_search?: unknown;
  readonly error?: unknown;
}

/**
 * Saves framing and the JSON parser the same 180 characters thousands of times: in a stream everything but the text repeats
 * byte for byte. A frame with the learnt beginning and end, and a valid piece of a JSON string between them, can only parse
 * to the learnt frame with another text. What lies between the texts of two frames is taken out of a whole read at once, and
 * the rest is read as one JSON string: a handful of native calls, which unlike a loop need no compiling.
 */
export function createFrameTemplate(): FrameTemplate {
  let head = "";
  let tail = "";
  let kind: TextRun["kind"] = "text-delta";
  let learnable = patience;
  /** A read that also holds other frames. */
  let mixed = "";

  /** All from `from` to the last frame that is whole. */
  const matchAll = (stream: string, from: number): TextRun | undefined => {
    const last = stream.lastIndexOf(tail);
    if (last < from) return undefined;
    const pieces = stream.slice(from + head.length, last);
    // Behind a backslash the tail does not close the string, and what follows would be read as one with it.
    if (pieces.includes(`\\${tail}`) || pieces.endsWith("\\")) return undefined;
    const text = parsed(`"${pieces.replaceAll(tail + head, "")}"`);
    return typeof text === "string" ? { kind, text, end: last + tail.length } : undefined;
  };

  const matchOne = (stream: string, from: number): TextRun | undefined => {
    const close = stream.indexOf(tail, from + head.length);
    const text = close === -1 ? undefined : parsed(`"${stream.slice(from + head.length, close)}"`);
    return typeof text === "string" ? { kind, text, end: close + tail.length } : undefined;
  };

  return {
    match(stream, from) {
      if (head === "" || !stream.startsWith(head, from)) return undefined;
      let run = stream === mixed ? undefined : matchAll(stream, from);
      if (!run) {
        mixed = stream;
        run = matchOne(stream, from);
      }
      if (run) learnable = patience;
      return run;
    },
    learn(data, frame) {
      if (learnable === 0) return;
      const found = textFrame(frame);
      if (!found) return;
      learnable--;
      const member = found.kind === "text-delta" ? "content" : "reasoning_content";
      const key = data.indexOf(`"${member}"`);
      const start = data.indexOf('"', key + member.length + 2) + 1;
      const escaped = JSON.stringify(found.text).slice(1, -1);
      if (key === -1 || start === 0 || !data.startsWith(`${escaped}"`, start)) return;
      const before = data.slice(0, start);
      const after = data.slice(start + escaped.length);
      // Proof that the place is the right one, whatever else the frame holds.
      if (textFrame(parsed(`${before}${probe}${after}`))?.text !== probe) return;
      head = `data: ${before}`;
      tail = `${after}\n\n`;
      kind = found.kind;
    },
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** What a frame does that holds a piece of text or thinking and nothing else. */
function textFrame(value: unknown): Pick<TextRun, "kind" | "text"> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const frame: Frame = value;
  if (frame.usage || frame.web_search || frame.error || !Array.isArray(frame.choices)) return undefined;
  const [choice, second] = frame.choices as readonly unknown[];
  if (second !== undefined || typeof choice !== "object" || choice === null || !("delta" in choice)) return undefined;
  if ("finish_reason" in choice && choice.finish_reason) return undefined;
  const { delta } = choice;
  if (typeof delta !== "object" || delta === null) return undefined;
  const effective = Object.entries(delta).filter(
    ([name, member]) => name !== "role" && member !== null && member !== "",
  );
  const [only, another] = effective;
  if (!only || another || typeof only[1] !== "string") return undefined;
  if (only[0] === "content") return { kind: "text-delta", text: only[1] };
  return only[0] === "reasoning_content" ? { kind: "reasoning-delta", text: only[1] } : undefined;
}
