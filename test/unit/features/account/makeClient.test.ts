import { expect, it, vi } from "vitest";
import type { Quirks } from "../../../../src/api/chat/fixups.ts";
import { builtInCatalog } from "../../../../src/api/models/catalog.ts";
import { officialEndpoint } from "../../../../src/api/platforms.ts";
import type { Transport } from "../../../../src/api/transport.ts";
import { createClientMaker } from "../../../../src/features/account/makeClient.ts";
import { Disposables } from "../../../../src/host/disposables.ts";
import { key, question, readAll } from "../../../fakes/apiClient.ts";
import * as streams from "../../../fixtures/apiStreams.ts";

/** Path and effort of each request. */
const sent: string[] = [];
const refusal = { error: { code: "1210", message: "reasoning_effort: please use low, high, or max" } };
const transport: Transport = (url, init) => {
  const { reasoning_effort: effort } = JSON.parse(typeof init.body === "string" ? init.body : "{}") as {
    reasoning_effort?: string;
  };
  if (url.includes("bigmodel.cn")) return new Promise(() => {});
  sent.push(`${new URL(url).pathname} ${effort}`);
  // Only the general endpoint is that strict.
  if (effort !== undefined && !url.includes("/coding/")) {
    return Promise.resolve(Response.json(refusal, { status: 400 }));
  }
  return Promise.resolve(new Response(streams.text("Hi") + streams.end("stop") + streams.done));
};
vi.mock("../../../../src/features/account/network.ts", () => ({ createNetwork: () => transport }));

it("keeps what was learnt per base URL, across clients", async () => {
  const learnt = new Map<string, Quirks>();
  const makeClient = createClientMaker("glm-sidekick/test", () => Promise.resolve(builtInCatalog), new Disposables(), {
    learnt,
  });
  const ask = async (platform: "zai" | "zai-coding") => {
    const { text } = await readAll(await makeClient(officialEndpoint(platform), key), { ...question, effort: "high" });
    expect(text).toBe("Hi");
    return sent.splice(0);
  };
  const [general, plan] = ["/api/paas/v4/chat/completions", "/api/coding/paas/v4/chat/completions"];
  expect(await ask("zai")).toEqual([`${general} high`, `${general} undefined`]);
  expect(await ask("zai")).toEqual([`${general} undefined`]);
  expect(await ask("zai-coding")).toEqual([`${plan} high`]);
  expect(learnt.get(officialEndpoint("zai").baseUrl)?.plainThinking.has(question.model)).toBe(true);
});

it("gives up when a server keeps silent for longer than the settings allow", async () => {
  const makeClient = createClientMaker("glm-sidekick/test", () => Promise.resolve(builtInCatalog), new Disposables(), {
    deadlines: () => ({ firstByte: 20 }),
  });
  const client = await makeClient(officialEndpoint("bigmodel"), key);
  const { error } = await readAll(client, question, { retries: 0 });
  expect(error).toMatchObject({ code: "timeout", details: { deadline: "first-byte" } });
});
