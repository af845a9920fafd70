import { randomBytes } from "node:crypto";
import type { Faults } from "./scenarios.ts";
import { endStream, type Frame } from "./sse.ts";
import { countTokens } from "./tokens.ts";

/** A function call of the model; `args` is JSON text. */
export interface Call {
  readonly id: string;
  readonly name: string;
  readonly args: string;
}

/** A finished answer, before it is put on the wire. */
export interface Completion {
  reasoning: string;
  content: string;
  calls: readonly Call[];
  finish: string | null;
  search: readonly object[] | undefined;
  searchFirst: boolean;
  promptTokens: number;
  cachedTokens: number;
  filtered: boolean;
}

/** What every chunk repeats. */
export interface Heading {
  readonly id: string;
  readonly requestId: string;
  readonly created: number;
  readonly model: string;
}

/** Ids look like a timestamp and twelve hex digits. */
export function newId(now = new Date()): string {
  return now.toISOString().replace(/\D/g, "").slice(0, 14) + randomBytes(6).toString("hex");
}

/** Tokens of an answer; reasoning counts as completion. */
export function spentTokens({ reasoning, content, calls }: Completion): number {
  const called = calls.reduce((sum, { name, args }) => sum + countTokens(name + args), 0);
  return countTokens(reasoning) + countTokens(content) + called;
}

/** The usage object. */
export function usageOf(completion: Completion): object {
  const { reasoning, promptTokens, cachedTokens } = completion;
  const spent = spentTokens(completion);
  return {
    prompt_tokens: promptTokens,
    completion_tokens: spent,
    total_tokens: promptTokens + spent,
    prompt_tokens_details: { cached_tokens: cachedTokens },
    completion_tokens_details: { reasoning_tokens: countTokens(reasoning) },
  };
}

const wordPattern = /[\u3000-\u9fff\uff00-\uffef]{1,2}|\s*[^\s\u3000-\u9fff\uff00-\uffef]+|\s+/gu;

/** Cuts text the way a model speaks: a word or two Chinese characters at a time. Joined, the pieces are the text. */
export function words(text: string): string[] {
  return text.match(wordPattern) ?? [];
}

/** Shortens an answer to `limit` tokens, reasoning first, and says `length` when it had to. */
export function capTokens(completion: Completion, limit: number): void {
  let left = limit;
  const take = (text: string): string => {
    if (countTokens(text) <= left) {
      left -= countTokens(text);
      return text;
    }
    let kept = "";
    for (const word of words(text)) {
      if (countTokens(kept + word) > left) break;
      kept += word;
    }
    left = 0;
    completion.finish = "length";
    return kept;
  };
  completion.reasoning = take(completion.reasoning);
  completion.content = take(completion.content);
  if (completion.finish === "length") completion.calls = [];
}

const toWire = ({ id, name, args }: Call, index: number, faults: Faults): object => ({
  id,
  index,
  type: "function",
  function: { name, arguments: faults.has("object-args") ? (JSON.parse(args) as unknown) : args },
});

/** The body of an answer that is not streamed. */
export function wholeBody(completion: Completion, heading: Heading, faults: Faults): object {
  const { reasoning, content, calls, search, filtered } = completion;
  return {
    id: heading.id,
    request_id: heading.requestId,
    created: heading.created,
    object: "chat.completion",
    model: heading.model,
    choices: [
      {
        index: 0,
        finish_reason: completion.finish,
        message: {
          role: "assistant",
          content,
          ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
          ...(calls.length === 0 ? {} : { tool_calls: calls.map((call, index) => toWire(call, index, faults)) }),
        },
      },
    ],
    usage: usageOf(completion),
    ...(search === undefined ? {} : { web_search: search }),
    ...(filtered ? { content_filter: [{ role: "assistant", level: 1 }] } : {}),
  };
}

/** The frames of a streamed answer: thinking, search results, content, calls, finish with usage, `[DONE]`. */
export function streamFrames(completion: Completion, heading: Heading, toolStream: boolean, faults: Faults): Frame[] {
  const base = { id: heading.id, created: heading.created, object: "chat.completion.chunk", model: heading.model };
  const chunk = (delta: object, more: object = {}): object => ({
    ...base,
    choices: [{ index: 0, delta: { role: "assistant", ...delta } }],
    ...more,
  });
  const frames: Frame[] = [];
  const found = completion.search === undefined ? undefined : { web_search: completion.search };
  if (found !== undefined && completion.searchFirst) frames.push(chunk({ content: "" }, found));
  for (const word of words(completion.reasoning)) frames.push(chunk({ reasoning_content: word }));
  for (const word of contentPieces(completion.content, faults)) frames.push(chunk({ content: word }));
  if (found !== undefined && !completion.searchFirst) frames.push(chunk({ content: "" }, found));
  for (const [index, call] of completion.calls.entries()) {
    const slot = faults.has("changed-id") ? 0 : index;
    if (!toolStream) frames.push(chunk({ tool_calls: [toWire(call, slot, faults)] }));
    else for (const piece of callPieces(call, slot)) frames.push(chunk({ tool_calls: [piece] }));
  }
  return endStream(frames, lastFrames(completion, base, faults), faults);
}

function lastFrames(completion: Completion, base: object, faults: Faults): Frame[] {
  const usage = { usage: usageOf(completion) };
  const last = {
    ...base,
    choices: [{ index: 0, finish_reason: completion.finish, delta: { role: "assistant", content: "" } }],
    ...(completion.filtered ? { content_filter: [{ role: "assistant", level: 1 }] } : {}),
  };
  if (faults.has("no-usage")) return [last];
  return faults.has("usage-chunk") ? [last, { ...base, choices: [], ...usage }] : [{ ...last, ...usage }];
}

function contentPieces(content: string, faults: Faults): string[] {
  const frames = faults.value("long", 40_000);
  if (frames !== undefined)
    return Array.from({ length: frames }, (_, index) => (index % 12 === 11 ? `line ${index}\n` : "word "));
  const huge = faults.value("huge-line", 10 * 1024 * 1024);
  return huge === undefined ? words(content) : [...words(content), "x".repeat(huge)];
}

/** First id and name, then the arguments in fragments that end anywhere. */
function callPieces({ id, name, args }: Call, index: number): object[] {
  const pieces: object[] = [{ index, id, type: "function", function: { name, arguments: "" } }];
  for (let at = 0; at < args.length; at += 7) pieces.push({ index, function: { arguments: args.slice(at, at + 7) } });
  return pieces;
}
