import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ChatRequest } from "../../../../src/api/chat/chatTypes.ts";
import type { Client } from "../../../../src/api/client.ts";
import { customEndpoint, type Dialect, type Endpoint } from "../../../../src/api/platforms.ts";
import { clientFor, merged, readAll } from "../../../fakes/apiClient.ts";
import { sendStream, startApiServer, type ApiServer } from "../../../fakes/apiServer.ts";
import { memoryTransport, pieces, type BodyStep } from "../../../fakes/memoryTransport.ts";
import { virtualClock } from "../../../fakes/virtualClock.ts";
import * as streams from "../../../fixtures/apiStreams.ts";

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown) => void unhandled.push(reason);
beforeAll(() => void process.on("unhandledRejection", onUnhandled));
afterAll(() => {
  process.off("unhandledRejection", onUnhandled);
  expect(unhandled).toEqual([]);
});

const endpointOf = (dialect: Dialect): Endpoint => {
  const endpoint = customEndpoint("http://localhost:1/v1", dialect);
  if (!endpoint) throw new Error("loopback must be allowed");
  return endpoint;
};
const ask: ChatRequest = {
  model: "glm-5.3",
  messages: [{ role: "user", content: "Go" }],
  tools: [{ name: "f", description: "Does.", parameters: { type: "object", properties: {} } }],
};

/** How an answer ends whose body follows `steps`, without repetitions. */
async function outcome(steps: readonly BodyStep[], dialect: Dialect = "zai") {
  const clock = virtualClock();
  const client = clientFor(endpointOf(dialect), { clock, transport: memoryTransport(clock, () => steps) });
  let damaged = 0;
  const { parts, text, reasoning, error } = await readAll(client, ask, { retries: 0, onDamage: () => damaged++ });
  const { code, details } = error ?? {};
  const { afterOutput, deadline } = details ?? {};
  return { parts: merged(parts), text, reasoning, code, afterOutput, deadline, damaged };
}

const phrase = fc.string({ unit: "grapheme", maxLength: 12 });
const callId = fc.nat(2);
const frame = fc.oneof(
  { weight: 12, arbitrary: phrase.map(streams.text) },
  { weight: 6, arbitrary: phrase.map(streams.thought) },
  { weight: 1, arbitrary: phrase.map((content) => streams.frame({ content, reasoning_content: "both" })) },
  { weight: 1, arbitrary: callId.map((index) => streams.tool(streams.wholeCall(index))) },
  { weight: 1, arbitrary: callId.map((index) => streams.tool({ index, function: { arguments: '{"a":' } })) },
  { weight: 1, arbitrary: phrase.map((words) => streams.text(`<tool_call>f<arg_key>a</arg_key><arg_value>${words}`)) },
  { weight: 1, arbitrary: fc.constantFrom(...streams.oddEvents) },
  {
    weight: 1,
    arbitrary: phrase.map((title) => streams.frame({}, { web_search: [{ title, link: "", content: "" }] })),
  },
  { weight: 1, arbitrary: fc.constant(streams.data({ choices: [], ...streams.usage })) },
);
const framing = fc.constantFrom<(stream: string) => string>(
  ...Array.from({ length: 8 }, () => (stream: string) => stream),
  ...Object.values(streams.framings),
);
/** A whole answer as bytes. */
const document = fc
  .tuple(fc.array(frame, { maxLength: 25 }), framing)
  .map(([frames, change]) => Buffer.from(change(frames.join("") + streams.end("stop") + streams.done)));

const place = fc.nat(6000);
const cuts = fc.array(place, { maxLength: 30 });
/** What may happen to the bytes on their way. */
const fault = fc.oneof(
  { weight: 3, arbitrary: fc.constant((bytes: Buffer) => bytes) },
  { weight: 2, arbitrary: place.map((at) => (bytes: Buffer) => bytes.subarray(0, at % (bytes.length + 1))) },
  {
    weight: 2,
    arbitrary: fc.tuple(place, fc.uint8Array({ maxLength: 20 })).map(([at, garbage]) => (bytes: Buffer) => {
      const cut = at % (bytes.length + 1);
      return Buffer.concat([bytes.subarray(0, cut), garbage, bytes.subarray(cut)]);
    }),
  },
  {
    weight: 2,
    // A frame is cut and the next one is glued to it: bytes are missing up to the next "data: ".
    arbitrary: place.map((at) => (bytes: Buffer) => {
      const cut = at % (bytes.length + 1);
      const next = bytes.indexOf("data: {", cut);
      return next === -1 ? bytes : Buffer.concat([bytes.subarray(0, cut), bytes.subarray(next)]);
    }),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(place, fc.constantFrom(...streams.errorEvents)).map(([at, event]) => (bytes: Buffer) => {
      const next = bytes.indexOf("data: {", at % (bytes.length + 1));
      const cut = next === -1 ? bytes.length : next;
      return Buffer.concat([bytes.subarray(0, cut), Buffer.from(event), bytes.subarray(cut)]);
    }),
  },
);

describe("an answer", () => {
  it("is the same however the network cuts it, and whatever happened to its bytes", async () => {
    await fc.assert(
      fc.asyncProperty(
        document,
        fault,
        cuts,
        fc.boolean(),
        fc.constantFrom<Dialect>("zai", "openai"),
        async (whole, damage, places, lost, dialect) => {
          const bytes = damage(whole);
          const end: BodyStep[] = lost ? ["reset"] : [];
          const unsplit = await outcome([...pieces(bytes, []), ...end], dialect);
          const split = await outcome([...pieces(bytes, places), ...end], dialect);
          expect(split).toEqual(unsplit);
          if (bytes === whole && !lost) expect(split.code).toBeUndefined();
        },
      ),
      { numRuns: 10_000 },
    );
  }, 120_000);

  it("survives silence under its limit, and ends at a longer one with all that had come", async () => {
    const stall = fc.record({ at: fc.nat(10), stallMs: fc.integer({ min: 1, max: 300_000 }) });
    await fc.assert(
      fc.asyncProperty(document, cuts, fc.array(stall, { maxLength: 4 }), async (bytes, places, stalls) => {
        const steps: BodyStep[] = pieces(bytes, places);
        for (const { at, stallMs } of stalls) steps.splice(at % (steps.length + 1), 0, { stallMs });
        const calm = await outcome(pieces(bytes, []));
        const broken = await outcome(steps);
        if (broken.code === undefined) expect(broken).toEqual(calm);
        else {
          expect([broken.code, ["first-byte", "idle"].includes(broken.deadline ?? "")]).toEqual(["timeout", true]);
          expect(calm.text.startsWith(broken.text) && calm.reasoning.startsWith(broken.reasoning)).toBe(true);
          expect(stalls.reduce((sum, { stallMs }) => sum + stallMs, 0)).toBeGreaterThanOrEqual(120_000);
        }
      }),
      { numRuns: 1000 },
    );
  }, 60_000);

  it("reads the same when it is compressed although nothing says so", async () => {
    await fc.assert(
      fc.asyncProperty(document, cuts, async (bytes, places) => {
        expect(await outcome(pieces(gzipSync(bytes), places))).toEqual(await outcome(pieces(bytes, [])));
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it("is judged by all that came, however little came first", async () => {
    for (const page of [
      "\u0007<html></html>",
      "\uFEFF<html></html>",
      '\n\u0007{"error":{"code":"1113","message":"no"}}',
    ]) {
      const bytes = Buffer.from(page);
      const whole = await outcome([bytes]);
      for (let cut = 1; cut < bytes.length; cut++) expect(await outcome(pieces(bytes, [cut]))).toEqual(whole);
    }
  });

  it("that is compressed and cut is broken, and keeps what could be read", async () => {
    const bytes = gzipSync(streams.everything);
    for (let cut = 1; cut < bytes.length; cut++) {
      const { code } = await outcome([bytes.subarray(0, cut)]);
      expect([cut, code === undefined || code === "stream-broken"]).toEqual([cut, true]);
    }
  }, 60_000);
});

/** The frames of a recorded answer with the words that each adds. */
const recorded = [
  { raw: streams.thought("Let me"), says: "Let me" },
  { raw: streams.thought(" check. 你好"), says: " check. 你好" },
  { raw: streams.text("Done"), says: "Done" },
  { raw: streams.text(', "quoted" \\ and\n'), says: ', "quoted" \\ and\n' },
  { raw: streams.text("línea 🎉"), says: "línea 🎉" },
  { raw: streams.tool(streams.wholeCall(0)), says: "" },
  { raw: streams.tool({ index: 1, id: "c1", function: { name: "f", arguments: '{"ü":' } }), says: "" },
  { raw: streams.tool({ index: 1, function: { arguments: '"🎉"}' } }), says: "" },
  { raw: streams.end("tool_calls"), says: "" },
  { raw: streams.done, says: "" },
];
const body = Buffer.from(recorded.map(({ raw }) => raw).join(""));

/** What an answer cut at `cut` holds; a frame counts once its line is there, with or without the blank line. */
function expected(cut: number): { says: string; finished: boolean; begun: boolean } {
  let says = "";
  let position = 0;
  for (const [index, { raw, says: words }] of recorded.entries()) {
    position += Buffer.byteLength(raw);
    if (cut < position - 2) return { says, finished: index > recorded.length - 2, begun: index > 0 };
    says += words;
  }
  return { says, finished: true, begun: true };
}

let server: ApiServer;
let next: { readonly body: string | Buffer; readonly cuts: readonly number[]; readonly reset?: boolean };
beforeAll(async () => {
  server = await startApiServer(async (_request, response) => {
    if (!next.reset) {
      await sendStream(response, next.body, next.cuts);
      return;
    }
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.flushHeaders();
    response.write(next.body, () => setImmediate(() => response.destroy()));
  });
});
afterAll(() => server.close());
const overSocket = (): Client => clientFor(server.endpoint());

describe("a recorded answer with text, thinking and calls", () => {
  it("that ends at any byte is finished or broken, and keeps all that was received", async () => {
    for (let cut = 0; cut <= body.length; cut++) {
      for (const end of [[], ["reset"]] as const) {
        const { parts, text, reasoning, code, afterOutput } = await outcome([
          ...pieces(body.subarray(0, cut), []),
          ...end,
        ]);
        const { says, finished, begun } = expected(cut);
        expect([cut, reasoning + text, code]).toEqual([cut, says, finished ? undefined : "stream-broken"]);
        expect(afterOutput).toBe(!finished && begun ? true : undefined);
        expect(parts.filter(({ type }) => type === "tool-call")).toHaveLength(finished ? 2 : 0);
      }
    }
  }, 60_000);

  it("is the same when one cut falls on any byte", async () => {
    const whole = await outcome([body]);
    for (let cut = 1; cut < body.length; cut++) expect(await outcome(pieces(body, [cut]))).toEqual(whole);
  }, 60_000);
});

describe("over a real connection, an answer", () => {
  it("reads the same however the network cuts it", async () => {
    await fc.assert(
      fc.asyncProperty(document, cuts, async (bytes, places) => {
        next = { body: bytes, cuts: places.map((cut) => cut % (bytes.length + 1)) };
        const split = await readAll(overSocket(), ask);
        expect(split.error).toBeUndefined();
        expect(merged(split.parts)).toEqual((await outcome([bytes])).parts);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it("that ends or is lost at any byte is finished or broken", async () => {
    for (let cut = 1; cut <= body.length; cut += 5) {
      for (const reset of [false, true]) {
        next = { body: body.subarray(0, cut), cuts: [], reset };
        const { text, reasoning, error } = await readAll(overSocket(), ask);
        const { says, finished } = expected(cut);
        if (reset) expect(says.startsWith(reasoning + text)).toBe(true);
        else expect(reasoning + text).toBe(says);
        expect([cut, error?.code]).toEqual([cut, finished && !reset ? undefined : (error?.code ?? undefined)]);
        expect([undefined, "stream-broken"]).toContain(error?.code);
        if (!finished) expect(error?.code).toBe("stream-broken");
      }
    }
  }, 60_000);
});
