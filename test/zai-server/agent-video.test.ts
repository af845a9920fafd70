import { createCanvas } from "@napi-rs/canvas";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { planKey } from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, dig, json, verdict, type Answer, type Call } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const text = (value: string): object => ({ type: "text", text: value });
const ask = (body: object, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, { path: "/api/v1/agents", body, ...more });
const dot = `data:image/png;base64,${createCanvas(300, 200).toBuffer("image/png").toString("base64")}`;
const picture = (image_url: string): object => ({ type: "image_url", image_url });
const start = (
  content: unknown,
  variables: object = { template: "bodyshake" },
  more?: Partial<Call>,
): Promise<Answer> =>
  ask({ agent_id: "vidu_template_agent", messages: [{ role: "user", content }], custom_variables: variables }, more);
const poll = (async_id: unknown, more: Partial<Call> = {}): Promise<Answer> =>
  ask({ agent_id: "vidu_template_agent", async_id }, { path: "/api/v1/agents/async-result", ...more });
const status = async (id: unknown): Promise<unknown> => dig(json(await poll(id)), "status");

describe("template films", () => {
  it("are pending first, then there", async () => {
    const started = json(await start([picture(dot), text("dance")]));
    expect(started).toEqual({
      agent_id: "vidu_template_agent",
      async_id: expect.any(String) as unknown,
      status: "pending",
    });
    const id = dig(started, "async_id");
    expect(json(await poll(id))).toEqual(started);
    await expect.poll(() => status(id)).toBe("success");
    const content = dig(json(await poll(id)), "choices", 0, "message", 0, "content", 0);
    expect(content).toEqual({ type: "video_url", video_url: expect.stringMatching(/\/cdn\/\w+\.mp4$/) as unknown });
    const path = new URL(String(dig(content, "video_url"))).pathname;
    const film = await call(simulator, { method: "GET", path, key: null });
    expect(film.bytes.toString("latin1", 4, 8)).toBe("ftyp");
    simulator.setScenario({ name: "agent-shape:array" });
    expect(dig(json(await poll(id)), "choices", 0, "messages", 0, "content", 0, "type")).toBe("video_url");
  });

  it("can fail with status 200", async () => {
    simulator.setScenario({ name: "agent-fail", times: 1 });
    const id = dig(json(await start([picture("https://a.example/me.png"), text("dance")])), "async_id");
    await expect.poll(() => status(id)).toBe("failed");
    const failed = await poll(id);
    expect([failed.status, dig(json(failed), "error", "code")]).toEqual([200, "1301"]);
  });

  it("take as long as they are told", async () => {
    simulator.setScenario({ name: "agent-slow", value: 60_000, times: 1 });
    const id = dig(json(await start([picture(dot), text("dance")])), "async_id");
    expect([await status(id), await status(id)]).toEqual(["pending", "pending"]);
  });

  it("are shown to their owner only", async () => {
    const id = dig(json(await start([picture(dot), text("dance")])), "async_id");
    expect(verdict(await poll(id, { key: planKey }))).toBe("400/1214");
    expect(verdict(await poll("nothing"))).toBe("400/1214");
    expect(verdict(await poll(undefined))).toBe("400/1213");
    const other = ask({ agent_id: "slides_glm_agent", async_id: id }, { path: "/api/v1/agents/async-result" });
    expect(verdict(await other)).toBe("400/1214");
  });

  it.each<[string, unknown, object, string]>([
    ["no template", [picture(dot), text("x")], {}, "400/1213"],
    ["an unknown template", [picture(dot), text("x")], { template: "waltz" }, "400/1214"],
    ["no picture", [text("x")], { template: "sexy_me" }, "400/1214"],
    ["no text", [picture(dot)], { template: "sexy_me" }, "400/1214"],
    ["two pictures", [picture(dot), picture(dot), text("x")], { template: "sexy_me" }, "400/1214"],
    ["two texts", [picture(dot), text("x"), text("y")], { template: "sexy_me" }, "400/1214"],
    ["bare base64", [picture(dot.split(",")[1] ?? ""), text("x")], { template: "sexy_me" }, "400/1214"],
    [
      "a damaged picture",
      [picture("data:image/png;base64,AAAAAAAAAAAA"), text("x")],
      { template: "sexy_me" },
      "400/1210",
    ],
  ])("refuse %s", async (_name, content, variables, expected) => {
    expect(verdict(await start(content, variables))).toBe(expected);
  });
});
