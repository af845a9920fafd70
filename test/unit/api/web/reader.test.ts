import { afterEach, describe, expect, it } from "vitest";
import type { ReadPageRequest } from "../../../../src/api/web/reader.ts";
import { clientFor, failure } from "../../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer } from "../../../fakes/apiServer.ts";
import { manualClock } from "../../../fakes/manualClock.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { simulatorForFile } from "../../../fakes/simulatorForFile.ts";
import { webPages } from "../../../zai-server/web-pages.ts";

const simulator = await simulatorForFile();

let server: ApiServer | undefined;
afterEach(() => server?.close());

const url = "https://example.org/page";

async function answering(answer: unknown) {
  const running = await startApiServer((_request, response) => sendJson(response, 200, answer));
  server = running;
  return { client: clientFor(running.endpoint()), running };
}

describe("reading a page", () => {
  it.each(["zai", "bigmodel"] as const)("gives all pages of the small web on %s", async (platform) => {
    const client = simulatorClient(simulator, platform);
    for (const page of webPages) {
      const read = await client.readPage({ url: page.url, withImages: true, withLinks: true });
      expect(read).toMatchObject({ title: page.title, url: page.url });
      expect(read.content).not.toBe("");
      expect(read.metadata.get("keywords")).toBe(page.keywords);
      for (const { url: address } of [...read.images, ...read.links, ...read.external]) expect(address).not.toBe("");
    }
  });

  it("sends every option under its own name", async () => {
    const { client, running } = await answering({ reader_result: { content: "Hello" } });
    await client.readPage({
      url,
      timeoutSeconds: 30,
      noCache: true,
      format: "text",
      retainImages: false,
      noGfm: true,
      keepImageData: true,
      withImages: true,
      withLinks: true,
      requestId: "request-1",
      userId: "user-1",
    });
    expect(JSON.parse(running.received[0]?.body ?? "")).toEqual({
      url,
      timeout: 30,
      no_cache: true,
      return_format: "text",
      retain_images: false,
      no_gfm: true,
      keep_img_data_url: true,
      with_images_summary: true,
      with_links_summary: true,
      request_id: "request-1",
      user_id: "user-1",
    });
    await client.readPage({ url });
    expect(JSON.parse(running.received[1]?.body ?? "")).toEqual({ url });
  });

  it("tells of a page that cannot be read", async () => {
    const read = simulatorClient(simulator, "zai").readPage({ url: "https://nowhere.glm-simulator.test/" });
    expect(await failure(read)).toMatchObject({ code: "bad-request", details: { serviceCode: "1214" } });
  });

  it.each<[Partial<ReadPageRequest>, string]>([
    [{ url: "http://localhost:3000/admin" }, "url"],
    [{ url: "http://192.168.0.1/" }, "url"],
    [{ url: "file:///etc/passwd" }, "url"],
    [{ url: "example.org" }, "url"],
    [{ timeoutSeconds: 0 }, "timeout"],
    [{ timeoutSeconds: 281 }, "timeout"],
    [{ timeoutSeconds: 2.5 }, "timeout"],
    [{ format: "html" as "text" }, "return_format"],
    [{ requestId: "short" }, "request_id"],
  ])("is refused before the network: %j", async (change, field) => {
    const read = simulatorClient(simulator, "zai").readPage({ url, ...change });
    expect(await failure(read)).toMatchObject({ code: "bad-request", details: { field } });
    expect(simulator.requests).toHaveLength(0);
  });

  it("tolerates a result that has nothing but its content", async () => {
    const { client } = await answering({ reader_result: { content: "", title: null, metadata: null, images: "none" } });
    expect(await client.readPage({ url })).toEqual({
      content: "",
      title: "",
      description: "",
      url,
      publishedTime: "",
      metadata: new Map(),
      images: [],
      links: [],
      external: [],
    });
  });

  it("takes pictures and links as lists too, and leaves out what is no text", async () => {
    const { client } = await answering({
      reader_result: {
        content: "Hello",
        metadata: { keywords: "a, b", viewport: null, ["__proto__"]: "odd" },
        images: ["https://example.org/1.png", 7],
        links: { Home: "https://example.org/", Broken: null },
        external: { stylesheet: { "https://example.org/a.css": { type: "text/css" } }, icon: null },
      },
    });
    const { metadata, images, links, external } = await client.readPage({ url });
    expect(metadata.get("keywords")).toBe("a, b");
    expect(images).toEqual([{ name: "", url: "https://example.org/1.png" }]);
    expect(links).toEqual([{ name: "Home", url: "https://example.org/" }]);
    expect(external).toEqual([{ name: "stylesheet", url: "https://example.org/a.css" }]);
  });

  it.each([{}, { reader_result: null }, { reader_result: {} }, { reader_result: { content: 7 } }])(
    "refuses %j",
    async (answer) => {
      const { client } = await answering(answer);
      expect((await failure(client.readPage({ url }))).code).toBe("invalid-response");
    },
  );

  it.each([
    [undefined, 35],
    [60, 75],
  ])("with a timeout of %s s waits %i s", async (timeoutSeconds, seconds) => {
    const clock = manualClock();
    const arrived = Promise.withResolvers<void>();
    server = await startApiServer(() => arrived.resolve());
    let settled = false;
    const reading = failure(clientFor(server.endpoint(), { clock }).readPage({ url, timeoutSeconds })).finally(() => {
      settled = true;
    });
    await arrived.promise;
    clock.pass(seconds * 1000 - 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toBe(false);
    clock.pass(1);
    expect(await reading).toMatchObject({ code: "timeout", details: { waitedMs: seconds * 1000 } });
  });

  it("can be cancelled", async () => {
    const stop = new AbortController();
    server = await startApiServer(() => stop.abort());
    const read = clientFor(server.endpoint()).readPage({ url }, { signal: stop.signal });
    expect((await failure(read)).code).toBe("cancelled");
  });

  it("is not offered on a plan", async () => {
    const read = simulatorClient(simulator, "zai-coding").readPage({ url });
    expect(await failure(read)).toMatchObject({ code: "not-offered", details: { offeredOn: ["zai", "bigmodel"] } });
  });
});
