import { afterEach, describe, expect, it } from "vitest";
import type { Client, RequestOptions } from "../../../src/api/client.ts";
import type { ImageRequest } from "../../../src/api/images.ts";
import { clientFor, failure, key } from "../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer, type Handler } from "../../fakes/apiServer.ts";

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const cogview: ImageRequest = { model: "cogview-4-250304", prompt: "A boat", size: "1024x1024" };
const glmImage: ImageRequest = { model: "glm-image", prompt: "A boat", size: "1280x1280" };

let server: ApiServer | undefined;
afterEach(() => server?.close());

/** A service that draws: routes by path, `override` first. */
async function draw(override: Partial<Record<string, Handler>> = {}): Promise<{ client: Client; running: ApiServer }> {
  let polls = 0;
  const routes: Record<string, Handler> = {
    "/api/paas/v4/images/generations": (_request, response) =>
      sendJson(response, 200, { created: 1, data: [{ url: `${running.origin}/picture.png` }] }),
    "/api/paas/v4/async/images/generations": (_request, response) =>
      sendJson(response, 200, { id: "task-1", task_status: "PROCESSING" }),
    "/api/paas/v4/async-result/task-1": (_request, response) =>
      sendJson(response, 200, {
        task_status: polls++ < 2 ? "PROCESSING" : "SUCCESS",
        image_result: [{ url: `${running.origin}/picture.png` }],
      }),
    "/picture.png": (_request, response) => void response.end(png),
    ...override,
  };
  const running = await startApiServer((request, response, turn) => {
    const route = routes[request.path];
    if (route) return route(request, response, turn);
    sendJson(response, 404, { timestamp: "t", status: 404, error: "Not Found", path: request.path });
  });
  server = running;
  return { client: clientFor(running.endpoint(), { pollIntervalMs: 5 }), running };
}

const missing: Handler = (_request, response) => sendJson(response, 404, { status: 404, error: "Not Found" });

const drawn = (url: string): Partial<Record<string, Handler>> => ({
  "/api/paas/v4/images/generations": (_request, response) => sendJson(response, 200, { data: [{ url }] }),
});

const paths = (running: ApiServer) => running.received.map(({ path }) => path.replace("/api/paas/v4", ""));

describe("an image", () => {
  it("of CogView is drawn at once and fetched without the key", async () => {
    const { client, running } = await draw();
    const { bytes, type } = await client.images.generate(cogview);
    expect([Buffer.from(bytes), type]).toEqual([png, "png"]);
    expect(paths(running)).toEqual(["/images/generations", "/picture.png"]);
    expect(running.received[0]?.headers.authorization).toBe(`Bearer ${key}`);
    expect(running.received[1]?.headers.authorization).toBeUndefined();
  });

  it("of GLM-Image is drawn in the background", async () => {
    const { client, running } = await draw();
    await client.images.generate(glmImage);
    const poll = "/async-result/task-1";
    expect(paths(running)).toEqual(["/async/images/generations", poll, poll, poll, "/picture.png"]);
  });

  it("of GLM-Image is drawn at once where the background path is missing", async () => {
    const { client, running } = await draw({ "/api/paas/v4/async/images/generations": missing });
    await client.images.generate(glmImage);
    expect(paths(running).slice(0, 2)).toEqual(["/async/images/generations", "/images/generations"]);
  });

  it("may come as base64", async () => {
    const { client } = await draw({
      "/api/paas/v4/images/generations": (_request, response) =>
        sendJson(response, 200, { data: [{ b64_json: png.toString("base64") }] }),
    });
    expect(Buffer.from((await client.images.generate(cogview)).bytes)).toEqual(png);
  });

  it.each([
    ["without a reason", {}, "result-failed"],
    ["for its content", { error: { code: "1301", message: "unsafe" } }, "content-blocked"],
    ["for an unknown reason", { error: { code: "77", message: "odd" } }, "result-failed"],
  ])("can fail %s", async (_name, more, code) => {
    const { client, running } = await draw({
      "/api/paas/v4/async-result/task-1": (_request, response) =>
        sendJson(response, 200, { task_status: "FAIL", ...more }),
    });
    expect((await failure(client.images.generate(glmImage))).code).toBe(code);
    expect(running.received).toHaveLength(2);
  });

  it.each<[string, Partial<ImageRequest>, string]>([
    ["a size that the model does not take", { size: "100x100" }, "bad-request"],
    ["an empty prompt", { prompt: " " }, "bad-request"],
    ["a long prompt", { prompt: "x".repeat(1001) }, "bad-request"],
  ])("is refused before the network for %s", async (_name, change, code) => {
    const { client, running } = await draw();
    expect((await failure(client.images.generate({ ...cogview, ...change }))).code).toBe(code);
    expect(running.received).toHaveLength(0);
  });

  it("can be cancelled while it is being drawn", async () => {
    const { client } = await draw({
      "/api/paas/v4/async-result/task-1": (_request, response) =>
        sendJson(response, 200, { task_status: "PROCESSING" }),
    });
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    const options: RequestOptions = { signal: stop.signal };
    expect((await failure(client.images.generate(glmImage, options))).code).toBe("cancelled");
  });

  it("has a deadline over all", async () => {
    const { running } = await draw({
      "/api/paas/v4/async-result/task-1": (_request, response) =>
        sendJson(response, 200, { task_status: "PROCESSING" }),
    });
    const client = clientFor(running.endpoint(), { pollIntervalMs: 5, deadlines: { image: 80 } });
    expect(await failure(client.images.generate(glmImage))).toMatchObject({
      code: "timeout",
      details: { deadline: "total" },
    });
  });
});

describe("the address of a result", () => {
  it.each(["http://example.com/a.png", "file:///etc/passwd", "data:image/png;base64,AAAA", "nonsense"])(
    "is refused: %s",
    async (url) => {
      const { client } = await draw(drawn(url));
      expect((await failure(client.images.generate(cogview))).code).toBe("invalid-response");
    },
  );

  it.each<[string, Handler, string]>([
    ["redirects", (_request, response) => void response.writeHead(302, { Location: "/x" }).end(), "redirected"],
    ["leads to a page", (_request, response) => void response.end("<html></html>"), "invalid-response"],
    [
      "announces too much",
      (_request, response) => void response.writeHead(200, { "Content-Length": 26e7 }).write("x"),
      "invalid-response",
    ],
    ["is gone", (_request, response) => void response.writeHead(404).end(), "result-failed"],
    [
      "sends too much",
      (_request, response) => {
        for (let megabyte = 0; megabyte < 27; megabyte++) response.write(Buffer.alloc(1024 * 1024));
        response.end();
      },
      "invalid-response",
    ],
  ])("that %s gives an error", async (_name, handler, code) => {
    const { client } = await draw({ "/picture.png": handler });
    expect((await failure(client.images.generate(cogview))).code).toBe(code);
  });
});
