import { afterEach, describe, expect, it } from "vitest";
import { customEndpoint, type Endpoint } from "../../../../src/api/platforms.ts";
import { factsToAsk, productOf, reasoningOf, type KnownProduct } from "../../../../src/core/customServer.ts";
import { lookAt, tryChat, tryStyles, type Found } from "../../../../src/features/account/customServerProbe.ts";
import { clientFor, failure } from "../../../fakes/apiClient.ts";
import { startApiServer } from "../../../fakes/apiServer.ts";
import { startCustomServer, type FakeOptions, type FakeServer } from "../../../fakes/customServers.ts";
import { simulatorForFile } from "../../../fakes/simulatorForFile.ts";

const simulator = await simulatorForFile();
const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function serve(kind: KnownProduct | "no-list", options?: FakeOptions): Promise<FakeServer> {
  const server = await startCustomServer(kind, options);
  open.push(server);
  return server;
}

function endpointAt(baseUrl: string): Endpoint {
  const endpoint = customEndpoint(baseUrl, "openai");
  if (!endpoint) throw new Error("loopback must be allowed");
  return endpoint;
}

const withKey = (apiKey: string | undefined) => (endpoint: Endpoint) =>
  Promise.resolve(clientFor(endpoint, { apiKey }));
const never = new AbortController().signal;
const look = (baseUrl: string, key?: string) => lookAt(endpointAt(baseUrl), withKey(key), never);

function listed(found: Found): Extract<Found, { kind: "models" }> {
  if (found.kind !== "models") throw new Error(`expected models, got ${found.kind}`);
  return found;
}

describe("what is at an address", () => {
  it.each<[KnownProduct, object]>([
    ["ollama", { ollamaVersion: "0.12.3" }],
    ["lm-studio", { lmStudioModels: [{ id: "glm-4.7-flash", context: 4096 }] }],
    ["vllm", { vllmVersion: "0.11.2" }],
    ["sglang", { sglangWeights: "zai-org/GLM-4.7-Flash" }],
    ["llama-cpp", { llamaCppContext: 4096 }],
    ["chat-proxy", {}],
  ])("is recognised as %s by what it says of itself", async (kind, facts) => {
    const server = await serve(kind, { models: [{ id: "glm-4.7-flash", weights: "zai-org/GLM-4.7-Flash" }] });
    const found = listed(await look(server.baseUrl));
    expect(productOf(found.models, found.facts)).toBe(kind);
    expect(found.facts).toMatchObject(facts);
    // One question beside the list at most: nobody wants a log full of somebody else's paths.
    expect(server.received.length).toBe(1 + factsToAsk(found.models).length);
    expect(server.received.length).toBeLessThanOrEqual(2);
  });

  it("is an unknown server where nothing is certain", async () => {
    const found = listed(await look(`${simulator.url}/v1`));
    expect(found.models.map(({ id }) => id)).toEqual(["glm-5.3-flash", "glm-4.7-flash", "glm-4.5-air"]);
    expect(productOf(found.models, found.facts)).toBe("unknown");
    expect(Object.values(found.facts).filter((fact) => fact !== undefined)).toEqual([]);
  });

  it("is Ollama without a model", async () => {
    const server = await serve("ollama", { models: [] });
    const found = listed(await look(server.baseUrl));
    expect([found.models, productOf(found.models, found.facts)]).toEqual([[], "ollama"]);
  });

  it("is one level deeper, which is found once", async () => {
    for (const kind of ["ollama", "lm-studio", "vllm", "sglang", "llama-cpp", "chat-proxy"] as const) {
      const server = await serve(kind);
      expect([kind, await look(server.origin)]).toEqual([kind, { kind: "deeper", baseUrl: server.baseUrl }]);
      expect(server.received.map(({ path }) => path)).toEqual(["/models", "/v1/models"]);
    }
  });

  it("is one level deeper also where that wants a key", async () => {
    const server = await serve("vllm", { key: "sk-mine" });
    expect(await look(server.origin)).toMatchObject({ kind: "deeper" });
  });

  it("is behind a key, which its own gets through", async () => {
    const server = await serve("vllm", { key: "sk-mine" });
    expect((await look(server.baseUrl)).kind).toBe("wants-key");
    expect((await look(server.baseUrl, "sk-other")).kind).toBe("wants-key");
    expect(listed(await look(server.baseUrl, "sk-mine")).models.length).toBe(1);
  });

  it("is a server without a list", async () => {
    const server = await serve("no-list");
    expect(await look(server.baseUrl)).toEqual({ kind: "no-list" });
  });

  it("is a web page, whatever its status", async () => {
    const server = await startApiServer((_request, response) => {
      response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>Router</title>");
    });
    open.push(server);
    expect(await look(`${server.origin}/v1`)).toEqual({ kind: "web-page" });
  });

  it("is no list of models", async () => {
    const server = await startApiServer((_request, response) => void response.end("hello"));
    open.push(server);
    const found = await look(`${server.origin}/v1`);
    expect(found).toMatchObject({ kind: "failed", error: { code: "invalid-response" } });
  });

  it("is nothing at all", async () => {
    const closed = await startCustomServer("ollama");
    await closed.close();
    const error = { code: "unreachable", details: { systemCode: "ECONNREFUSED" } };
    expect(await look(closed.baseUrl)).toMatchObject({ kind: "failed", error });
  });

  it("is not waited for once it is cancelled", async () => {
    const server = await startApiServer(() => {});
    open.push(server);
    const controller = new AbortController();
    const looking = failure(lookAt(endpointAt(`${server.origin}/v1`), withKey(undefined), controller.signal));
    controller.abort();
    expect((await looking).code).toBe("cancelled");
  });
});

describe("a test question", () => {
  it.each([
    ["field", "field"],
    ["tags", "text"],
    ["none", "none"],
  ] as const)("shows thinking as %s", async (thinking, form) => {
    for (const kind of ["ollama", "vllm", "llama-cpp"] as const) {
      const server = await serve(kind, { thinking });
      const client = clientFor(endpointAt(server.baseUrl), { apiKey: undefined });
      expect(await tryChat(client, "glm-4.7-flash", undefined, never)).toBe(form);
      expect(server.chats()[0]).toMatchObject({ stream: true, max_tokens: 16 });
      expect(server.received[0]?.headers.authorization).toBeUndefined();
    }
  });

  it("sees through a lone closing tag", async () => {
    const server = await serve("lm-studio", { thinking: "lone-tag" });
    const client = clientFor(endpointAt(server.baseUrl), { apiKey: undefined });
    expect(await tryChat(client, "glm-4.7-flash", undefined, never)).toBe("text");
  });

  it("is answered by the strict server without anything that it does not know", async () => {
    const answer = await tryStyles(
      endpointAt(`${simulator.url}/v1`),
      "glm-4.7-flash",
      ["none"],
      withKey(undefined),
      never,
    );
    expect(answer).toEqual({ reasoning: "none", thinking: "field" });
  });

  it.each<[KnownProduct, object]>([
    ["vllm", { chat_template_kwargs: { enable_thinking: true } }],
    ["ollama", { reasoning_effort: "low" }],
    ["chat-proxy", { reasoning: true }],
  ])("asks %s to think in its own words, and takes them where they pass", async (kind, fields) => {
    const usual = reasoningOf(kind);
    const server = await serve(kind);
    const endpoint = endpointAt(server.baseUrl);
    const styles = [usual, "none"] as const;
    const passed = await tryStyles(endpoint, "glm-4.7-flash", styles, withKey(undefined), never);
    expect([passed.reasoning, server.chats().length]).toEqual([usual, 1]);
    expect(server.chats()[0]).toMatchObject(fields);

    const strict = await serve(kind, { strict: true });
    const refused = await tryStyles(endpointAt(strict.baseUrl), "glm-4.7-flash", styles, withKey(undefined), never);
    expect(refused.reasoning).toBe("none");
    for (const member of Object.keys(fields)) expect(strict.chats().at(-1)).not.toHaveProperty(member);
  });

  it("of a model that cannot think gets no switch from Ollama", async () => {
    const server = await serve("ollama", { thinking: "none" });
    const endpoint = endpointAt(server.baseUrl);
    const answer = await tryStyles(endpoint, "glm-4.7-flash", ["reasoning_effort", "none"], withKey(undefined), never);
    expect(answer).toEqual({ reasoning: "none", thinking: "none" });
  });

  it("is not repeated where the form is not to blame", async () => {
    const server = await serve("vllm", { key: "sk-mine" });
    const styles = ["chat_template_kwargs", "none"] as const;
    const error = await failure(tryStyles(endpointAt(server.baseUrl), "x", styles, withKey("sk-other"), never));
    expect([error.code, server.chats().length]).toEqual(["key-rejected", 1]);
  });

  it("tells what Ollama gives the model once it is loaded", async () => {
    const server = await serve("ollama", { models: [{ id: "glm-4.7-flash", context: 8192 }] });
    const client = clientFor(endpointAt(server.baseUrl), { apiKey: undefined });
    expect((await client.serverFacts(["ollamaRunning"])).ollamaRunning).toEqual([]);
    await tryChat(client, "glm-4.7-flash", undefined, never);
    const running = [{ id: "glm-4.7-flash", context: 8192 }];
    expect((await client.serverFacts(["ollamaRunning"])).ollamaRunning).toEqual(running);
  });
});
