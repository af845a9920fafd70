import { afterEach, describe, expect, it } from "vitest";
import { searchEngines, searchRecencies, type WebSearchRequest } from "../../../../src/api/web/webSearch.ts";
import { clientFor, failure } from "../../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer } from "../../../fakes/apiServer.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { simulatorForFile } from "../../../fakes/simulatorForFile.ts";

const simulator = await simulatorForFile();

let server: ApiServer | undefined;
afterEach(() => server?.close());

const query = "How do I stream an answer?";

async function answering(...answers: unknown[]) {
  const running = await startApiServer((_request, response, turn) =>
    sendJson(response, 200, answers[Math.min(turn, answers.length - 1)]),
  );
  server = running;
  return { client: clientFor(running.endpoint()), running };
}

const error = (code: string) => ({ error: { code, message: "no" } });

describe("a web search", () => {
  it.each(searchEngines.map(({ id, platform }) => [id, platform] as const))(
    "by %s finds pages on %s with every filter that it takes",
    async (engine, platform) => {
      const client = simulatorClient(simulator, platform);
      const { pages } = await client.webSearch({ query, engine });
      expect(pages.length).toBeGreaterThan(0);
      for (const { title, link, content, refer } of pages) {
        expect([title, link, content, refer].every((member) => member !== "")).toBe(true);
      }
      for (const recency of searchRecencies) {
        await client.webSearch({ query, engine, recency, count: 20, contentSize: "high", requestId: "request-1" });
      }
      if (engine === "search_pro_quark") return;
      const domain = "answers.glm-simulator.test";
      const { pages: some } = await client.webSearch({ query, engine, domain });
      expect(new Set(some.map(({ link }) => new URL(link).hostname))).toEqual(new Set([domain]));
    },
  );

  it("uses the platform's own engine, and recognises intents on BigModel", async () => {
    expect((await simulatorClient(simulator, "zai").webSearch({ query })).intents).toEqual([]);
    const bigmodel = simulatorClient(simulator, "bigmodel");
    const always = await bigmodel.webSearch({ query });
    expect(always.intents).toEqual([{ query, intent: "SEARCH_ALWAYS", keywords: expect.any(String) }]);
    const none = await bigmodel.webSearch({ query: "Hello!", recogniseIntent: true });
    expect(none).toMatchObject({ pages: [], intents: [{ intent: "SEARCH_NONE" }] });
    expect(simulator.requests.map(({ body }) => body)).toMatchObject([
      { search_engine: "search-prime" },
      { search_engine: "search_std", search_intent: false },
      { search_engine: "search_std", search_intent: true },
    ]);
    expect(simulator.requests[0]?.body).not.toHaveProperty("search_intent");
  });

  it("takes a question of any length on z.ai", async () => {
    const { pages } = await simulatorClient(simulator, "zai").webSearch({ query: "word ".repeat(40) });
    expect(pages.length).toBeGreaterThan(0);
  });

  it.each<["zai" | "bigmodel", Partial<WebSearchRequest>, string]>([
    ["zai", { query: " " }, "search_query"],
    ["bigmodel", { query: "" }, "search_query"],
    ["bigmodel", { query: "x".repeat(71) }, "search_query"],
    ["zai", { count: 0 }, "count"],
    ["zai", { count: 51 }, "count"],
    ["zai", { count: 1.5 }, "count"],
    ["bigmodel", { engine: "search_pro_sogou", count: 15 }, "count"],
    ["zai", { recency: "oneHour" as "oneDay" }, "search_recency_filter"],
    ["zai", { contentSize: "low" as "high" }, "content_size"],
    ["bigmodel", { engine: "search_pro_quark", domain: "example.org" }, "search_domain_filter"],
    ["zai", { domain: "example.org,example.com" }, "search_domain_filter"],
    ["zai", { domain: "https://example.org" }, "search_domain_filter"],
    ["zai", { domain: "example" }, "search_domain_filter"],
    ["zai", { requestId: "short" }, "request_id"],
    ["zai", { userId: "u" }, "user_id"],
  ])("on %s is refused before the network: %j", async (platform, change, field) => {
    const client = simulatorClient(simulator, platform);
    expect(await failure(client.webSearch({ query, ...change }))).toMatchObject({
      code: "bad-request",
      details: { field, rule: expect.any(String) },
    });
    expect(simulator.requests).toHaveLength(0);
  });

  it.each<["zai" | "bigmodel", Partial<WebSearchRequest>, string]>([
    ["zai", { engine: "search_pro" }, "bigmodel"],
    ["bigmodel", { engine: "search-prime" }, "zai"],
    ["zai", { recogniseIntent: true }, "bigmodel"],
  ])("on %s is told of the platform that has it: %j", async (platform, change, offered) => {
    const client = simulatorClient(simulator, platform);
    expect(await failure(client.webSearch({ query, ...change }))).toMatchObject({
      code: "not-offered",
      details: { offeredOn: [offered] },
    });
    expect(simulator.requests).toHaveLength(0);
  });

  it("counts the characters of a question, not their code units", async () => {
    await simulatorClient(simulator, "bigmodel").webSearch({ query: "𠮷".repeat(70) });
    expect(simulator.requests).toHaveLength(1);
  });

  it("sends an engine that we do not know as it is", async () => {
    const { client, running } = await answering({ search_result: [] });
    await client.webSearch({ query, engine: "search-next", count: 7 });
    expect(JSON.parse(running.received[0]?.body ?? "")).toEqual({
      search_query: query,
      search_engine: "search-next",
      count: 7,
    });
  });

  it("is tried again when the search is busy, not when there is no engine or no result", async () => {
    const busy = await answering(error("1701"), error("1701"), { search_result: [{ title: "Found" }] });
    expect((await busy.client.webSearch({ query })).pages).toMatchObject([{ title: "Found", link: "" }]);
    expect(busy.running.received).toHaveLength(3);
    for (const code of ["1702", "1703"]) {
      await server?.close();
      const { client, running } = await answering(error(code));
      expect(await failure(client.webSearch({ query }))).toMatchObject({
        code: "server",
        details: { serviceCode: code },
      });
      expect(running.received).toHaveLength(1);
    }
  });

  it.each<[string, unknown, number, number]>([
    ["null members", { search_result: [{ title: "A", content: null, link: "https://a.example" }] }, 1, 0],
    ["a result that is none", { search_result: ["text", null, { title: "A" }] }, 1, 0],
    ["no list, but an intent", { search_result: null, search_intent: [{ intent: "SEARCH_NONE" }] }, 0, 1],
    ["an intent alone", { search_intent: [{ query: "q", intent: "SEARCH_NEW", keywords: 7 }] }, 0, 1],
    ["an object for a list", { search_result: { title: "A" } }, 0, 0],
  ])("tolerates %s", async (_name, answer, pages, intents) => {
    const { client } = await answering(answer);
    const found = await client.webSearch({ query });
    expect([found.pages.length, found.intents.length]).toEqual([pages, intents]);
  });

  it("refuses an answer without any list", async () => {
    const { client } = await answering({ id: "1" });
    expect((await failure(client.webSearch({ query }))).code).toBe("invalid-response");
  });

  it("can be cancelled", async () => {
    const stop = new AbortController();
    server = await startApiServer(() => stop.abort());
    const search = clientFor(server.endpoint()).webSearch({ query }, { signal: stop.signal });
    expect((await failure(search)).code).toBe("cancelled");
  });

  it("is not offered on a plan", async () => {
    const search = simulatorClient(simulator, "bigmodel-coding").webSearch({ query });
    expect(await failure(search)).toMatchObject({ code: "not-offered", details: { offeredOn: ["zai", "bigmodel"] } });
  });
});
