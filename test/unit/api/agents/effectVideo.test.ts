import { afterEach, describe, expect, it } from "vitest";
import { effectTemplates, type EffectVideoRequest } from "../../../../src/api/agents/effectVideo.ts";
import { clientFor, failure } from "../../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { simulatorForFile } from "../../../fakes/simulatorForFile.ts";

const simulator = await simulatorForFile();

let server: ApiServer | undefined;
afterEach(() => server?.close());

const request: EffectVideoRequest = {
  template: "bodyshake",
  prompt: "She dances",
  imageUrl: "https://example.org/photo.png",
};
/** The beginning of an MP4 file. */
const mp4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from("ftypisom0000isommp42")]);

const started = { agent_id: "vidu_template_agent", async_id: "async-1", status: "pending" };
const finished = (video_url: unknown, key = "messages") => ({
  ...started,
  status: "success",
  choices: [
    { index: 0, finish_reason: "stop", [key]: [{ role: "assistant", content: [{ type: "video_url", video_url }] }] },
  ],
  usage: { total_tokens: 100 },
});

/** A service that makes videos; `results` are the answers about the work, the last one for good. */
async function make(...results: readonly ((origin: string) => unknown)[]) {
  let asked = 0;
  const routes: Record<string, Handler> = {
    "/api/v1/agents": (_request, response) => sendJson(response, 200, started),
    "/api/v1/agents/async-result": (_request, response) =>
      sendJson(response, 200, results[Math.min(asked++, results.length - 1)]?.(running.origin)),
    "/film.mp4": (_request, response) => void response.end(mp4),
  };
  const running = await startApiServer((received, response, turn) => routes[received.path]?.(received, response, turn));
  server = running;
  return { client: clientFor(running.endpoint()), running };
}
const pending = () => started;

describe("an effect video", () => {
  it.each(effectTemplates.flatMap((template) => (["zai", "bigmodel"] as const).map((at) => [template, at] as const)))(
    "by %s comes from %s",
    async (template, platform) => {
      const client = simulatorClient(simulator, platform);
      const video = await client.agents.effectVideo.generate({ ...request, template });
      expect([video.type, video.bytes.byteLength > 100]).toEqual(["mp4", true]);
    },
    30_000,
  );

  it("that fails on the way says why", async () => {
    simulator.setScenario({ name: "agent-fail" });
    const made = simulatorClient(simulator, "zai").agents.effectVideo.generate(request);
    expect((await failure(made)).code).toBe("content-blocked");
  });

  it("is asked for until it is ready, and fetched without the key", async () => {
    const { client, running } = await make(pending, pending, (origin) => finished(`${origin}/film.mp4`));
    const { bytes, type } = await client.agents.effectVideo.generate(request);
    expect([Buffer.from(bytes), type]).toEqual([mp4, "mp4"]);
    const result = "/api/v1/agents/async-result";
    expect(running.received.map(({ path }) => path)).toEqual(["/api/v1/agents", result, result, result, "/film.mp4"]);
    expect(running.received.at(-1)?.headers.authorization).toBeUndefined();
    expect(JSON.parse(running.received[0]?.body ?? "")).toEqual({
      agent_id: "vidu_template_agent",
      stream: false,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "She dances" },
            { type: "image_url", image_url: "https://example.org/photo.png" },
          ],
        },
      ],
      custom_variables: { template: "bodyshake" },
    });
    expect(JSON.parse(running.received[1]?.body ?? "")).toEqual({
      agent_id: "vidu_template_agent",
      async_id: "async-1",
    });
  });

  it("can be started now and looked at later", async () => {
    const { client } = await make(pending, () => finished({ url: "https://example.org/film.mp4" }, "message"));
    const { effectVideo } = client.agents;
    expect(await effectVideo.start(request)).toBe("async-1");
    expect(await effectVideo.result("async-1")).toEqual({ status: "processing" });
    expect(await effectVideo.result("async-1")).toEqual({ status: "success", url: "https://example.org/film.mp4" });
  });

  it.each<[string, unknown, string]>([
    ["says that it failed", { ...started, status: "failed" }, "result-failed"],
    ["tells an unknown reason", { ...started, status: "failed", error: { code: "no_face" } }, "result-failed"],
    ["was unsafe", { ...started, status: "failed", error: { code: "1301", message: "no" } }, "content-blocked"],
    ["is ready, but nowhere", { ...started, status: "success", choices: [] }, "invalid-response"],
  ])("that %s gives an error at once", async (_name, answer, code) => {
    const { client, running } = await make(() => answer);
    expect((await failure(client.agents.effectVideo.generate(request))).code).toBe(code);
    expect(running.received).toHaveLength(2);
  });

  it.each([
    ["an address of another machine without https", "http://example.org/film.mp4"],
    ["a file of this machine", "file:///etc/passwd"],
  ])("is not fetched from %s", async (_name, url) => {
    const { client } = await make(() => finished(url));
    expect((await failure(client.agents.effectVideo.generate(request))).code).toBe("invalid-response");
  });

  it("must have an id when it was started", async () => {
    server = await startApiServer((_request, response) => sendJson(response, 200, { status: "pending" }));
    const start = clientFor(server.endpoint()).agents.effectVideo.start(request);
    expect((await failure(start)).code).toBe("invalid-response");
  });

  it.each<[Partial<EffectVideoRequest>, string]>([
    [{ template: "moonwalk" as "bodyshake" }, "template"],
    [{ prompt: "" }, "text"],
    [{ imageUrl: "http://192.168.0.1/photo.png" }, "image_url"],
    [{ imageUrl: "data:image/png;base64,AAAA" }, "image_url"],
  ])("is refused before the network: %j", async (change, field) => {
    const { client, running } = await make(pending);
    const { generate, start } = client.agents.effectVideo;
    for (const call of [generate, start]) {
      expect(await failure(call({ ...request, ...change }))).toMatchObject({ code: "bad-request", details: { field } });
    }
    expect(running.received).toHaveLength(0);
  });

  it("can be cancelled while it is made, and has a deadline over all", async () => {
    const stop = new AbortController();
    const { client, running } = await make(() => {
      stop.abort();
      return started;
    });
    const cancelled = client.agents.effectVideo.generate(request, { signal: stop.signal });
    expect((await failure(cancelled)).code).toBe("cancelled");
    const hurried = clientFor(running.endpoint(), { deadlines: { video: 60 } });
    expect(await failure(hurried.agents.effectVideo.generate(request))).toMatchObject({
      code: "timeout",
      details: { deadline: "total" },
    });
  });

  it("is not offered on a plan", async () => {
    const made = simulatorClient(simulator, "zai-coding").agents.effectVideo.generate(request);
    expect(await failure(made)).toMatchObject({ code: "not-offered", details: { offeredOn: ["zai", "bigmodel"] } });
  });
});
