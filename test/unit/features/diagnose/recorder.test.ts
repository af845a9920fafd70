import { describe, expect, it } from "vitest";
import { systemClock } from "../../../../src/api/transport.ts";
import { record } from "../../../../src/features/diagnose/recorder.ts";

function answering(body: readonly string[] | null, init: ResponseInit = {}) {
  const pieces = body?.map((text) => new TextEncoder().encode(text));
  const stream =
    pieces &&
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const piece of pieces) controller.enqueue(piece);
        controller.close();
      },
    });
  return record(async () => new Response(stream ?? null, init), systemClock);
}

describe("a recorded transport", () => {
  it("hands the answer on as it came and counts reads and events", async () => {
    const recorder = answering(["data: 1\n\n", "data: 2\n\ndata: 3\n\n"], { headers: { "X-Kept": "yes" } });
    const response = await recorder.transport("https://api.z.ai/v4/models", {});
    expect([response.status, response.headers.get("x-kept")]).toEqual([200, "yes"]);
    expect(await response.text()).toBe("data: 1\n\ndata: 2\n\ndata: 3\n\n");
    expect(recorder.last()).toMatchObject({ status: 200, reads: 2, events: 3 });
    expect(recorder.last()?.firstByteMs).toBeGreaterThanOrEqual(0);
  });

  it("names the host of a redirect, the encoding and the clock, and nothing else of the headers", async () => {
    const headers = {
      Location: "https://login.test/sign-in?token=abc",
      "Content-Encoding": "gzip",
      Date: new Date(Date.now() + 3_600_000).toUTCString(),
      "Set-Cookie": "session=secret",
    };
    const recorder = answering(null, { status: 302, headers });
    await recorder.transport("https://api.z.ai/v4/models", {});
    expect(recorder.last()).toMatchObject({ status: 302, redirectsTo: "login.test", encoding: "gzip" });
    expect(Math.round((recorder.last()?.clockAheadMs ?? 0) / 60_000)).toBe(60);
    expect(JSON.stringify(recorder.last())).not.toMatch(/token|secret/);
  });

  it("knows nothing of an answer that did not come, not even of the one before", async () => {
    let fail = false;
    const recorder = record(async () => {
      if (fail) throw new TypeError("fetch failed");
      return new Response("{}");
    }, systemClock);
    await recorder.transport("https://api.z.ai", {});
    fail = true;
    await expect(recorder.transport("https://api.z.ai", {})).rejects.toThrow("fetch failed");
    expect(recorder.last()).toBeUndefined();
  });
});
