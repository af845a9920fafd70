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
  add(delta: ToolCallDelta): void;
  /** True while any call has begun. */
  readonly open: boolean;
  finish(): readonly ToolCall[];
}

/**
 * Puts function calls together (API notes 3.4), whether each comes whole or in pieces. A piece belongs to the call with its
 * index, or its id where the index is missing. A different id on a known index begins another call: some servers number
 * every call 0. Arguments stay text; whether they are valid JSON is for the caller to see.
 */
export function createToolCallAssembler(): ToolCallAssembler {
  const calls: OpenCall[] = [];
  return {
    get open() {
      return calls.length > 0;
    },
    add(delta) {
      const id = typeof delta.id === "string" ? delta.id : "";
      const index = typeof delta.index === "number" ? delta.index : undefined;
      let call = findCall(calls, index, id);
      if (!call) {
        call = { index: index ?? calls.length, id, name: "", arguments: "" };
        calls.push(call);
      } else if (call.id === "") call.id = id;
      addFunction(call, delta.function);
    },
    finish() {
      return calls
        .filter((call) => call.name !== "")
        .map((call, position) => ({
          id: call.id === "" ? `call_${position}` : call.id,
          name: call.name,
          arguments: call.arguments,
        }));
    },
  };
}

/** Searched from the end: after an id has changed on one index, further pieces belong to the later call. */
function findCall(calls: readonly OpenCall[], index: number | undefined, id: string): OpenCall | undefined {
  if (index === undefined) return id === "" ? calls.at(-1) : calls.findLast((call) => call.id === id);
  const found = calls.findLast((call) => call.index === index);
  return found && id !== "" && found.id !== "" && found.id !== id ? undefined : found;
}

function addFunction(call: OpenCall, part: unknown): void {
  if (typeof part !== "object" || part === null) return;
  if ("name" in part && typeof part.name === "string" && part.name !== "") call.name = part.name;
  if (!("arguments" in part)) return;
  if (typeof part.arguments === "string") call.arguments += part.arguments;
  // The schema of z.ai says object although the wire has text; accept both.
  else if (typeof part.arguments === "object" && part.arguments !== null)
    call.arguments += JSON.stringify(part.arguments);
}
