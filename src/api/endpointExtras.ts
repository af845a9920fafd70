import { check } from "./http/checks.ts";

/**
 * How a server that speaks plain OpenAI is told about thinking (API notes 15): not at all; vLLM's and SGLang's
 * `chat_template_kwargs`; a boolean `reasoning`; OpenAI's and Ollama's `reasoning_effort`; or Z.AI's own fields.
 */
export type ReasoningStyle = "none" | "chat_template_kwargs" | "reasoning-bool" | "reasoning_effort" | "zai";

/** What a custom server gets beside the ordinary request. */
export interface EndpointExtras {
  /** Absent = `none`. Only counts for the `openai` dialect. */
  readonly reasoning?: ReasoningStyle | undefined;
  /** Members to add to the body of a chat request; they win over ours. */
  readonly extraBody?: Readonly<Record<string, unknown>> | undefined;
  readonly extraHeaders?: Readonly<Record<string, string>> | undefined;
}

/** Members whose meaning is ours: with others the answer could not be read, or would be the answer to something else. */
const ownMembers: ReadonlySet<string> = new Set(["messages", "model", "stream"]);

/** Headers with which a request would leave with another key, for another host or as another body than it seems. */
const ownHeaders: ReadonlySet<string> = new Set(
  "accept accept-encoding authorization connection content-encoding content-length content-type cookie expect host keep-alive"
    .concat(" proxy-authorization proxy-connection te trailer transfer-encoding upgrade user-agent")
    .split(" "),
);

/**
 * Values of the user's headers that may be credentials, to be kept out of what is shown: those of at least six characters,
 * and what stands behind a scheme such as `Token`.
 */
export function headerSecrets({ extraHeaders = {} }: EndpointExtras): readonly string[] {
  return Object.values(extraHeaders)
    .flatMap((value) => [value.trim(), /^\S+\s+(\S+)$/.exec(value.trim())?.[1] ?? ""])
    .filter((value) => value.length >= 6);
}

/** Throws `bad-request` with the field for extras that must not or cannot be sent. */
export function checkExtras({ extraBody = {}, extraHeaders = {} }: EndpointExtras): void {
  for (const member of Object.keys(extraBody)) {
    check(!ownMembers.has(member), `extraBody.${member}`, `not ${[...ownMembers].join(", ")}`);
  }
  for (const [name, value] of Object.entries(extraHeaders)) {
    check(/^[\w!#$%&'*+.^`|~-]+$/.test(name), `extraHeaders.${name}`, "name: letters, digits and -");
    check(!ownHeaders.has(name.toLowerCase()), `extraHeaders.${name}`, `not ${[...ownHeaders].join(", ")}`);
    check(/^[\t\x20-\x7e]*$/.test(value), `extraHeaders.${name}`, "value: visible ASCII");
  }
}
