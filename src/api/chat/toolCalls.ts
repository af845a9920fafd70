import type { ToolCall } from "./chatTypes.ts";

/** One entry of `delta.tool_calls`, not trusted. */
interface ToolCallDelta {
  readonly index?: unknown;
  readonly id?: unknown;
  readonly function?: unknown;
}

interface OpenCall {
  index: number;
  id: string;
  name: string;
  arguments: string;
}

export interface ToolCallAssembler {
  /** Returns the arguments in this piece. */
  add(delta: ToolCallDelta): string;
  /** True while any call has begun. */
  readonly open: boolean;
  finish(): readonly ToolCall[];
}

/**
 * Puts function calls together (API notes 3.4), whether each comes whole or in pieces. A piece belongs to the call with its
 * index, or its id where the index is missing. A different id on a known index begins another call, as does a further name
 * behind complete arguments: some servers number every call 0, or not at all. Arguments stay text and are only marked when
 * they are no JSON object.
 */
export function createToolCallAssembler(): ToolCallAssembler {
  const calls: OpenCall[] = [];
  return {
    get open() {
      return calls.length > 0;
    },
    add(delta) {
      const id = typeof delta.id === "string" ? delta.id : "";
      const index = indexOf(delta.index);
      const { name, text } = readFunction(delta.function);
      let call = findCall(calls, index, id);
      const another = id === "" && name !== "" && text !== "" && call?.name && isObject(call.arguments);
      if (!call || another) {
        call = { index: index ?? calls.length, id, name: "", arguments: "" };
        calls.push(call);
      } else if (call.id === "") call.id = id;
      if (name !== "") call.name = name;
      call.arguments += text;
      return text;
    },
    finish() {
      return calls
        .filter((call) => call.name !== "")
        .map((call, position) => {
          const id = call.id === "" ? `call_${position}` : call.id;
          const done: ToolCall = { id, name: call.name, arguments: call.arguments };
          return call.arguments === "" || isObject(call.arguments) ? done : { ...done, malformed: true };
        });
    },
  };
}

/** Searched from the end: after an id has changed on one index, further pieces belong to the later call. */
function findCall(calls: readonly OpenCall[], index: number | undefined, id: string): OpenCall | undefined {
  if (index === undefined) return id === "" ? calls.at(-1) : calls.findLast((call) => call.id === id);
  const found = calls.findLast((call) => call.index === index);
  return found && id !== "" && found.id !== "" && found.id !== id ? undefined : found;
}

function indexOf(value: unknown): number | undefined {
  if (typeof value === "string" && /^\d{1,6}$/.test(value)) return Number(value);
  return typeof value === "number" ? value : undefined;
}

function readFunction(part: unknown): { name: string; text: string } {
  if (typeof part !== "object" || part === null) return { name: "", text: "" };
  const name = "name" in part && typeof part.name === "string" ? part.name : "";
  const value = "arguments" in part ? part.arguments : undefined;
  if (typeof value === "string") return { name, text: value };
  // The schema of z.ai says object although the wire has text; accept both.
  return { name, text: typeof value === "object" && value !== null ? JSON.stringify(value) : "" };
}

function isObject(json: string): boolean {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
