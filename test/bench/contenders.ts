/**
 * One measured run in a fresh process: `node contenders.ts <name> <base URL> <bundle of the client>`. Reads the same stream
 * with one contender and prints the CPU it took. All use the same global fetch, and all find it loaded by one tiny request:
 * Node compiles it on first use, which takes as long as reading half of the stream and is nobody's merit or fault. The
 * contender's own code is cold.
 */
import { pathToFileURL } from "node:url";
import { createParser } from "eventsource-parser";
import type * as entry from "./clientEntry.ts";

export interface Outcome {
  /** User plus system time of this process, in ms, from just before the request to the end of the stream. */
  readonly cpuMs: number;
  /** Characters of text and of thinking: every contender must have read the same. */
  readonly textLength: number;
  readonly reasoningLength: number;
}

interface Lengths {
  text: string;
  reasoning: string;
}

const messages = [{ role: "user", content: "Say a lot." }] as const;

type Contender = (baseUrl: string) => Promise<() => Promise<Lengths>>;

/** The least that any client has to do: fetch, decode, frame, parse, concatenate. Checks nothing, survives nothing. */
const floor: Contender = async (baseUrl) => async () => {
  const read: Lengths = { text: "", reasoning: "" };
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: "Bearer key" },
    body: JSON.stringify({ model: "glm-5.3", stream: true, messages }),
  });
  const parser = createParser({
    onEvent({ data }) {
      if (data === "[DONE]") return;
      const { delta } = JSON.parse(data).choices[0];
      if (delta.content) read.text += delta.content;
      else if (delta.reasoning_content) read.reasoning += delta.reasoning_content;
    },
  });
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  if (!reader) throw new Error("no body");
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parser.feed(decoder.decode(value, { stream: true }));
  }
  return read;
};

const ours: Contender = async (baseUrl) => {
  const bundle = pathToFileURL(process.argv[4] ?? "").href;
  const { createClient, hostTransport, systemClock } = (await import(bundle)) as typeof entry;
  const client = createClient({
    endpoint: { platform: "custom", baseUrl, dialect: "zai", keyRequired: false },
    apiKey: "key",
    transport: hostTransport,
    clock: systemClock,
    userAgent: "bench",
  });
  return async () => {
    const read: Lengths = { text: "", reasoning: "" };
    for await (const part of client.chat({ model: "glm-5.3", messages })) {
      if (part.type === "text-delta") read.text += part.text;
      else if (part.type === "reasoning-delta") read.reasoning += part.text;
    }
    return read;
  };
};

const openai: Contender = async (baseUrl) => {
  const { OpenAI } = await import("openai");
  const client = new OpenAI({ baseURL: baseUrl, apiKey: "key", fetch: globalThis.fetch });
  return async () => {
    const read: Lengths = { text: "", reasoning: "" };
    const stream = await client.chat.completions.create({ model: "glm-5.3", stream: true, messages: [...messages] });
    for await (const chunk of stream) {
      const delta: { content?: string | null; reasoning_content?: string } | undefined = chunk.choices[0]?.delta;
      if (delta?.content) read.text += delta.content;
      else if (delta?.reasoning_content) read.reasoning += delta.reasoning_content;
    }
    return read;
  };
};

const contenders: Readonly<Record<string, Contender>> = { floor, ours, openai };

const contender = contenders[process.argv[2] ?? ""];
if (!contender) throw new Error(`no contender ${process.argv[2]}`);
const run = await contender(process.argv[3] ?? "");
await (await fetch(process.argv[3] ?? "")).text();
const before = process.cpuUsage();
const read = await run();
const used = process.cpuUsage(before);
const outcome: Outcome = {
  cpuMs: (used.user + used.system) / 1000,
  textLength: read.text.length,
  reasoningLength: read.reasoning.length,
};
console.log(JSON.stringify(outcome));
process.exit(0);
