import type { FunctionTool, ToolCall } from "./chatTypes.ts";

/** Where a text goes that may hold function calls in the model's own notation. */
export interface InlineCallSink {
  text(text: string): void;
  /** One call with its tags, or what stands for one. */
  call(markup: string): void;
}

export interface InlineCalls {
  feed(content: string): void;
  /** End of the answer: releases what was held back, and a call that was not closed. */
  end(): void;
}

const openings = ["<tool_call>", "<arg_key>"];
const closing = "</tool_call>";

/**
 * Takes function calls out of the text of a server that does not understand GLM's notation for them (API notes 15.2). Inside
 * code, and right behind a quotation mark, tags are what an answer about them would hold, and stay text.
 */
export function createInlineCalls(sink: InlineCallSink): InlineCalls {
  let state: "text" | "call" | "gap" = "text";
  let held = "";
  /** The open call in the pieces in which it came: joining them each time would cost the square of its length. */
  let call: string[] = [];
  let callEnd = "";
  const code = createCodeTracker();

  const emit = (text: string) => {
    if (text === "") return;
    code.add(text);
    sink.text(text);
  };

  const step = (content: string, final: boolean): string => {
    let buffer = content;
    for (;;) {
      if (state === "call") {
        const end = buffer.indexOf(closing);
        if (end === -1) return buffer;
        sink.call(buffer.slice(0, end + closing.length));
        buffer = buffer.slice(end + closing.length);
        state = "gap";
      }
      if (state === "gap") {
        // White space between two calls is nobody's text.
        buffer = buffer.trimStart();
        if (buffer === "") return "";
        state = "text";
      }
      const at = buffer.indexOf("<");
      if (at === -1) {
        emit(buffer);
        return "";
      }
      emit(buffer.slice(0, at));
      buffer = buffer.slice(at);
      const quoted = code.inside || /[`"']/.test(code.lastCharacter);
      if (!quoted && openings.some((tag) => buffer.startsWith(tag))) {
        state = "call";
      } else if (!quoted && !final && openings.some((tag) => tag.startsWith(buffer))) {
        return buffer;
      } else {
        emit("<");
        buffer = buffer.slice(1);
      }
    }
  };

  return {
    feed(content) {
      if (state === "call") {
        const end = callEnd + content;
        call.push(content);
        callEnd = end.slice(1 - closing.length);
        if (!end.includes(closing)) return;
        held = call.join("");
        call = [];
      } else held += content;
      held = step(held, false);
      if (state !== "call") return;
      call = [held];
      callEnd = held.slice(1 - closing.length);
      held = "";
    },
    end() {
      const rest = step(call.join("") + held, true);
      if (rest !== "") sink.call(rest);
    },
  };
}

/** Whether the text so far ends inside a code block or inline code. */
function createCodeTracker() {
  let fenced = false;
  /** Of the current line: as much of its beginning as shows a fence, and the number of backticks so far. */
  let lineStart = "";
  let ticks = 0;
  let lastCharacter = "";
  const isFence = () => /^ {0,3}(?:```|~~~)/.test(lineStart);
  return {
    get inside() {
      return fenced || isFence() || ticks % 2 === 1;
    },
    get lastCharacter() {
      return lastCharacter;
    },
    add(text: string) {
      lastCharacter = text.slice(-1);
      for (const [index, piece] of text.split("\n").entries()) {
        if (index > 0) {
          if (isFence()) fenced = !fenced;
          lineStart = "";
          ticks = 0;
        }
        if (lineStart.length < 6) lineStart += piece.slice(0, 6);
        if (piece.includes("`")) ticks += piece.split("`").length - 1;
      }
    },
  };
}

/**
 * A call out of its markup, or undefined where guessing would be needed: when it is not closed, names no function that was
 * offered, or holds more than keys and values. Values are text where the function wants text, else JSON.
 */
export function readInlineCall(markup: string, tools: readonly FunctionTool[]): Omit<ToolCall, "id"> | undefined {
  const body = /^<tool_call>([\s\S]*)<\/tool_call>$/.exec(markup)?.[1]?.trim();
  if (body === undefined) return undefined;
  if (body.startsWith("{")) return readJsonCall(body, tools);
  const name = /^[\w-]+/.exec(body)?.[0] ?? "";
  const tool = tools.find((candidate) => candidate.name === name);
  if (!tool) return undefined;
  const entries: [string, unknown][] = [];
  let end = name.length;
  // One after the other, so that an endless row of tags costs no more than its length.
  const argument = /\s*<arg_key>([\s\S]*?)<\/arg_key>\s*<arg_value>([\s\S]*?)<\/arg_value>/y;
  for (argument.lastIndex = end; ; end = argument.lastIndex) {
    const [, key = "", value = ""] = argument.exec(body) ?? [];
    if (argument.lastIndex === 0) break;
    if (argumentTag.test(key + value)) return undefined;
    entries.push([key.trim(), valueOf(value, typeOf(tool, key.trim()))]);
  }
  const complete = body.slice(end).trim() === "";
  return complete ? { name, arguments: JSON.stringify(Object.fromEntries(entries)) } : undefined;
}

const argumentTag = /<\/?arg_(?:key|value)>/;

/** The notation of other models behind the same tag. */
function readJsonCall(body: string, tools: readonly FunctionTool[]): Omit<ToolCall, "id"> | undefined {
  const call = parsed(body);
  if (typeof call !== "object" || call === null || !("name" in call) || !("arguments" in call)) return undefined;
  const tool = tools.find((candidate) => candidate.name === call.name);
  if (!tool || typeof call.arguments !== "object" || call.arguments === null) return undefined;
  return { name: tool.name, arguments: JSON.stringify(call.arguments) };
}

function typeOf(tool: FunctionTool, key: string): unknown {
  const properties = tool.parameters["properties"];
  if (typeof properties !== "object" || properties === null) return undefined;
  const schema: unknown = Object.getOwnPropertyDescriptor(properties, key)?.value;
  return typeof schema === "object" && schema !== null && "type" in schema ? schema.type : undefined;
}

function valueOf(text: string, type: unknown): unknown {
  if (type === "string") return text;
  const value = parsed(text);
  return value === undefined ? text : value;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
