import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientFor, merged, readAll } from "../../fakes/apiClient.ts";
import { sendStream, startApiServer, type ApiServer } from "../../fakes/apiServer.ts";
import * as streams from "../../fixtures/apiStreams.ts";

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

const phrase = fc.string({ unit: "grapheme", maxLength: 12 });
const frame = fc.oneof(
  { weight: 6, arbitrary: phrase.map(streams.text) },
  { weight: 3, arbitrary: phrase.map(streams.thought) },
  { weight: 1, arbitrary: phrase.map((content) => streams.frame({ content, reasoning_content: "both" })) },
  {
    weight: 1,
    arbitrary: fc
      .nat(2)
      .map((index) => streams.tool({ index, id: `c${index}`, function: { name: "f", arguments: "{}" } })),
  },
  { weight: 1, arbitrary: fc.constantFrom(": comment\n\n", "data: \n\n", "event: x\n\n", "retry: 5\n") },
);
const document = fc
  .array(frame, { maxLength: 25 })
  .map((frames) => frames.join("") + streams.end("stop") + streams.done);

describe("a stream", () => {
  it("reads the same however the network cuts it", async () => {
    await fc.assert(
      fc.asyncProperty(document, fc.array(fc.nat(4000), { maxLength: 30 }), async (body, cuts) => {
        const client = clientFor(server.endpoint());
        next = { body, cuts: [] };
        const whole = await readAll(client);
        const length = Buffer.byteLength(body);
        next = { body, cuts: cuts.map((cut) => cut % length) };
        const split = await readAll(client);
        expect(split.error).toBeUndefined();
        expect(merged(split.parts)).toEqual(merged(whole.parts));
      }),
      { numRuns: 400 },
    );
  }, 60_000);

  const frames = [
    { raw: streams.thought("Let me"), says: "Let me" },
    { raw: streams.thought(" check. 你好"), says: " check. 你好" },
    { raw: streams.text("Done"), says: "Done" },
    { raw: streams.text(', "quoted" \\ and\n'), says: ', "quoted" \\ and\n' },
    { raw: streams.text("línea 🎉"), says: "línea 🎉" },
    { raw: streams.end("stop"), says: "" },
    { raw: streams.done, says: "" },
  ];
  const body = Buffer.from(frames.map(({ raw }) => raw).join(""));

  /** What a stream cut at `cut` holds; a frame counts once its line is there, with or without the blank line. */
  function expected(cut: number): { says: string; finished: boolean } {
    let says = "";
    let position = 0;
    for (const [index, { raw, says: words }] of frames.entries()) {
      position += Buffer.byteLength(raw);
      if (cut < position - 2) return { says, finished: false };
      says += words;
      if (index === frames.length - 2) return { says, finished: true };
    }
    return { says, finished: true };
  }

  it("that ends at any byte is finished or broken, and keeps all that was received", async () => {
    const client = clientFor(server.endpoint());
    for (let cut = 0; cut <= body.length; cut++) {
      next = { body: body.subarray(0, cut), cuts: [] };
      const { text, reasoning, error } = await readAll(client);
      const { says, finished } = expected(cut);
      expect([cut, reasoning + text, error?.code]).toEqual([cut, says, finished ? undefined : "stream-broken"]);
      expect(error?.details.afterOutput).toBe(!finished && says !== "" ? true : undefined);
    }
  }, 60_000);

  it("whose connection is lost at any byte is finished or broken", async () => {
    const client = clientFor(server.endpoint());
    const whole = expected(body.length).says;
    for (let cut = 1; cut <= body.length; cut += 3) {
      next = { body: body.subarray(0, cut), cuts: [], reset: true };
      const { text, reasoning, error } = await readAll(client);
      expect(whole.startsWith(reasoning + text)).toBe(true);
      expect([undefined, "stream-broken"]).toContain(error?.code);
      if (!expected(cut).finished) expect(error?.code).toBe("stream-broken");
    }
  }, 60_000);
});
