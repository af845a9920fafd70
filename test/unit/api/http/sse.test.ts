import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSseReader } from "../../../../src/api/http/sse.ts";
import { pieces } from "../../../fakes/memoryTransport.ts";
import { framings, thinkingThenAnswer } from "../../../fixtures/apiStreams.ts";

const encoder = new TextEncoder();

/** The events that are out after each piece. */
function events(steps: readonly (string | Uint8Array)[], end = true): string[][] {
  const seen: string[][] = [];
  let out: string[] = [];
  const reader = createSseReader((data, event) => void out.push(event === undefined ? data : `${event}: ${data}`));
  for (const step of steps) {
    reader.feed(typeof step === "string" ? encoder.encode(step) : step);
    seen.push(out);
    out = [];
  }
  if (end) reader.end();
  if (out.length > 0) seen.push(out);
  return seen;
}

describe("an event", () => {
  it.each(["\n", "\r\n"])("is handed out as soon as its blank line has come (%j)", (line) => {
    const event = (data: string) => `data: ${data}${line}${line}`;
    const found = events([event("1"), event("2") + "data: 3", `${line}${line}data: 4${line}`, line, event("5")]);
    // A lone CR at the end of a read may be half of a line end.
    expect(found.flat()).toEqual(["1", "2", "3", "4", "5"]);
    expect(found.slice(0, 5).map((out) => out.length)).toEqual([1, 1, 1, 1, 1]);
  });

  it("keeps its name, and lends it to no other", () => {
    expect(events(["event: error\ndata: a\n\n", "data: b\n\ndata: c\n\n"])).toEqual([["error: a"], ["b", "c"]]);
    expect(events(["event: er", "ror\nda", "ta: a\n", "\ndata: b\n\n"]).flat()).toEqual(["error: a", "b"]);
  });

  it("may have several lines, and none of the plain form", () => {
    expect(events(["data: a\ndata: b\n\n", "data:c\n\n", ": ping\n\n", "data\n\n", "data:  d\n\n"]).flat()).toEqual([
      "a\nb",
      "c",
      "",
      " d",
    ]);
  });

  it("is long at times, and comes in small pieces", () => {
    const long = "x".repeat(50_000);
    const stream = encoder.encode(`data: ${long}\n\ndata: y\n\n`);
    expect(
      events(
        pieces(
          stream,
          Array.from({ length: 5_000 }, (_, at) => at * 10),
        ),
      ).flat(),
    ).toEqual([long, "y"]);
  });

  it("that lacks its blank line is handed out at the end", () => {
    expect(events(["data: a\n\ndata: b"])).toEqual([["a"], ["b"]]);
    expect(events(["data: a\n\ndata: b"], false)).toEqual([["a"]]);
  });

  it.each(Object.entries(framings))("is the same with %s, wherever it was cut", (_name, framing) => {
    const bytes = encoder.encode(framing(thinkingThenAnswer));
    const whole = events([bytes]).flat();
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 40 }), (cuts) => {
        expect(events(pieces(bytes, cuts)).flat()).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });
});

describe("an endless line", () => {
  it.each([64, 1024 * 1024])("ends at ten megabytes, in pieces of %i bytes", (size) => {
    const reader = createSseReader(() => {});
    reader.feed(encoder.encode("data: "));
    const piece = new Uint8Array(size).fill(0x78);
    let bytes = 0;
    const feed = () => {
      for (; bytes < 12e6; bytes += size) reader.feed(piece);
    };
    expect(feed).toThrow("invalid-response");
    expect(bytes + size).toBeGreaterThan(10e6);
    // The end has nothing more to say about it.
    reader.end();
  });
});
