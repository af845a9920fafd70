import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { startSimulator, type Simulator } from "./server.ts";
import { call } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const path = "/api/paas/v4/nowhere";

it("records the parts of a form, files by size only", async () => {
  const form = new FormData();
  form.append("purpose", "agent");
  form.append("hotwords[]", "一");
  form.append("hotwords[]", "two");
  form.append("file", new Blob([Buffer.from([0, 255, 13, 10])], { type: "audio/wav" }), "语音.wav");
  await call(simulator, { path, form });
  expect(simulator.requests[0]?.body).toEqual({
    parts: [
      { name: "purpose", size: 5, text: "agent" },
      { name: "hotwords[]", size: 3, text: "一" },
      { name: "hotwords[]", size: 3, text: "two" },
      { name: "file", filename: "语音.wav", type: "audio/wav", size: 4 },
    ],
  });
});

it("records a broken form as the text that it is", async () => {
  await call(simulator, { path, body: "no form", headers: { "Content-Type": "multipart/form-data; boundary=x" } });
  expect(simulator.requests[0]?.body).toBe("no form");
});

it.each(["PUT", "DELETE"])("knows %s", async (method) => {
  expect((await call(simulator, { method, path })).text).toContain('"path":"/v4/nowhere"');
  expect(simulator.requests[0]).toMatchObject({ method, status: 404 });
});

it("obeys a scenario named in a form's prompt and in the text of a voice", async () => {
  const form = new FormData();
  form.append("prompt", "#scenario:1302");
  expect((await call(simulator, { path, form })).status).toBe(429);
  expect((await call(simulator, { path, body: { input: "#scenario:1301" } })).status).toBe(400);
});
