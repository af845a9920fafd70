/**
 * Measured in a fresh process, which needs `--expose-gc`: `node liveRun.ts <origin of liveServer> <bundle of the client>`.
 * Prints the metrics as JSON.
 */
import { pathToFileURL } from "node:url";
import { setTimeout as pause } from "node:timers/promises";
import type * as entry from "./clientEntry.ts";
import { median, type Metrics } from "./metrics.ts";

const origin = process.argv[2] ?? "";
const { createClient, hostTransport, systemClock } = (await import(
  pathToFileURL(process.argv[3] ?? "").href
)) as typeof entry;

const request = { model: "glm-5.3", messages: [{ role: "user", content: "Go" }] } as const;

function clientAt(path: string) {
  return createClient({
    endpoint: { platform: "custom", baseUrl: `${origin}${path}`, dialect: "zai", keyRequired: false },
    apiKey: "key",
    transport: hostTransport,
    clock: systemClock,
    userAgent: "bench",
  });
}

const millisecondsSince = (time: bigint): number => Number(process.hrtime.bigint() - time) / 1e6;

/** From the server's write of the first frame to the first part in the hands of the caller. */
async function ourDelay(): Promise<number> {
  let delay = 0;
  for await (const part of clientAt("/first").chat(request)) {
    if (part.type === "text-delta") delay = millisecondsSince(BigInt(part.text));
  }
  return delay;
}

/** The same for whoever reads the bytes and looks no further than needed. */
async function rawDelay(): Promise<number> {
  const response = await fetch(`${origin}/first/chat/completions`, { method: "POST", body: "{}" });
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let delay = 0;
  for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
    const time = /"content":"(\d+)"/.exec(decoder.decode(next.value))?.[1];
    if (time !== undefined) delay = millisecondsSince(BigInt(time));
  }
  return delay;
}

async function overheadOfFirstPart(): Promise<number> {
  const ours: number[] = [];
  const raw: number[] = [];
  // The first rounds compile and connect; then both take turns, so that a busy moment hits both.
  for (let round = 0; round < 220; round++) {
    const pair = [await ourDelay(), await rawDelay()] as const;
    if (round < 20) continue;
    ours.push(pair[0]);
    raw.push(pair[1]);
  }
  return median(ours) - median(raw);
}

/** Until the caller is free again and the server has seen the socket close, after a stop at a random moment. */
async function stopDelay(id: number): Promise<number> {
  const stop = new AbortController();
  const stopped = pause(Math.random() * 40).then(() => {
    const at = process.hrtime.bigint();
    stop.abort();
    return at;
  });
  try {
    for await (const part of clientAt(`/drip/${id}`).chat(request, { signal: stop.signal })) void part;
  } catch (thrown) {
    if ((thrown as { code?: string }).code !== "cancelled") throw thrown;
  }
  const at = await stopped;
  const free = millisecondsSince(at);
  const closed = await (await fetch(`${origin}/closed/${id}`)).text();
  // A request that was stopped before it left has no socket to close.
  return closed === "unseen" ? free : Math.max(free, Number(BigInt(closed) - at) / 1e6);
}

async function slowestStop(): Promise<number> {
  const delays: number[] = [];
  for (let id = 0; id < 200; id++) delays.push(await stopDelay(id));
  return Math.max(...delays);
}

/** How far the heap grows, at most, above what it was before a stream whose parts nobody keeps. */
async function heapGrowth(events: number): Promise<number> {
  const collect = globalThis.gc;
  if (!collect) throw new Error("needs --expose-gc");
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = heap();
  let most = 0;
  let parts = 0;
  let characters = 0;
  for await (const part of clientAt(`/many/${events}`).chat(request)) {
    if (part.type !== "text-delta") continue;
    characters += part.text.length;
    if (++parts % 50 === 0) most = Math.max(most, heap());
  }
  if (characters < 7 * events) throw new Error(`only ${characters} characters of ${events} events`);
  return (Math.max(most, heap()) - before) / 1e6;
}

const metrics: Metrics = {
  "client.overheadFirstPartMs": await overheadOfFirstPart(),
  "client.stopMs.max": await slowestStop(),
  "client.heapMB.1Mevents": await heapGrowth(1_000_000),
};
console.log(JSON.stringify(metrics));
process.exit(0);
