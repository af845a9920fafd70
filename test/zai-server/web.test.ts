import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, emptyKey, planKey } from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, chat, dig, frames, json, spoken, verdict, type Answer, type Call } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const china = { host: "open.bigmodel.cn", key: bigmodelPaygKey };
const search = (body: object, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, {
    path: "/api/paas/v4/web_search",
    body: { search_engine: "search-prime", search_query: "narrowing types in TypeScript", ...body },
    ...more,
  });
const std = { search_engine: "search_std", search_intent: false };

interface Found {
  title: string;
  link: string;
  content: string;
  refer: string;
  publish_date: string;
}
const found = (answer: Answer): Found[] => dig(json(answer), "search_result") as Found[];

describe("web search", () => {
  it("finds pages by the words of the query, best first, and always one about the query itself", async () => {
    const results = found(await search({}));
    expect(results[0]).toMatchObject({
      title: "Narrowing types in TypeScript",
      link: "https://docs.glm-simulator.test/typescript/narrowing",
      media: "Simulator Docs",
      icon: "https://docs.glm-simulator.test/favicon.png",
      refer: "ref_1",
    });
    expect(results[0]?.content).toContain("This is called narrowing.");
    expect(results[0]?.publish_date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
    expect(results.map(({ refer }) => refer)).toEqual(results.map((_, index) => `ref_${index + 1}`));
    const none = found(await search({ search_query: "zyzzyva & <b>" }));
    expect(none.map(({ title }) => title)).toEqual(["zyzzyva & <b>"]);
    expect(found(await search({ search_query: "类型收窄" }))[0]?.link).toContain("zh.glm-simulator.test");
  });

  it("obeys count, domain, recency and content size", async () => {
    const query = { search_query: "python list, git commit, sql join, typescript, regex pattern, promise" };
    expect(found(await search({ ...query, count: 2 }))).toHaveLength(2);
    const docs = found(await search({ ...query, search_domain_filter: "docs.glm-simulator.test" }));
    expect(docs.map(({ link }) => new URL(link).hostname)).toEqual(docs.map(() => "docs.glm-simulator.test"));
    expect(docs.length).toBeGreaterThan(2);
    const counts: number[] = [];
    for (const search_recency_filter of ["oneDay", "oneWeek", "oneMonth", "oneYear", "noLimit"])
      counts.push(found(await search({ ...query, search_recency_filter })).length);
    expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    expect(new Set(counts).size).toBe(5);
    const length = async (content_size?: string): Promise<number> =>
      found(await search({ count: 1, content_size }))[0]?.content.length ?? 0;
    expect(await length()).toBe(await length("medium"));
    expect(await length()).toBeLessThanOrEqual(600);
    expect(await length("high")).toBeGreaterThan(700);
    // With both filters the count is ignored.
    const both = { count: 1, search_domain_filter: "docs.glm-simulator.test", search_recency_filter: "oneYear" };
    expect(found(await search({ ...query, ...both })).length).toBeGreaterThan(1);
  });

  it("says on BigModel what it takes the query for", async () => {
    const intent = async (body: object): Promise<unknown> =>
      dig(json(await search({ ...std, ...body }, china)), "search_intent", 0, "intent");
    expect(await intent({})).toBe("SEARCH_ALWAYS");
    expect(await intent({ search_intent: true })).toBe("SEARCH_ALL");
    expect(await intent({ search_intent: true, search_query: "你好！" })).toBe("SEARCH_NONE");
    expect(found(await search({ ...std, search_intent: true, search_query: "你好！" }, china))).toEqual([]);
    expect(dig(json(await search({})), "search_intent")).toBeUndefined();
  });

  it.each<[string, object, Partial<Call>, string]>([
    ["BigModel's engine on Z.AI", { search_engine: "search_std" }, {}, "400/1214"],
    ["chat's engine here", { search_engine: "search_pro_jina" }, {}, "400/1214"],
    ["Z.AI's engine on BigModel", { search_intent: false }, china, "400/1214"],
    ["no engine", { search_engine: undefined }, {}, "400/1213"],
    ["no query", { search_query: undefined }, {}, "400/1213"],
    ["blank query", { search_query: " " }, {}, "400/1214"],
    ["71 characters on Z.AI", { search_query: "x".repeat(71) }, {}, "200/ok"],
    ["71 characters on BigModel", { ...std, search_query: "字".repeat(71) }, china, "400/1214"],
    ["70 characters on BigModel", { ...std, search_query: "字".repeat(70) }, china, "200/ok"],
    ["no intent on BigModel", { search_engine: "search_std" }, china, "400/1213"],
    ["intent as text", { ...std, search_intent: "true" }, china, "400/1214"],
    ["count 0", { count: 0 }, {}, "400/1214"],
    ["count 51", { count: 51 }, {}, "400/1214"],
    ["sogou by fives", { ...std, search_engine: "search_pro_sogou", count: 15 }, china, "400/1214"],
    ["sogou by tens", { ...std, search_engine: "search_pro_sogou", count: 20 }, china, "200/ok"],
    ["two domains", { search_domain_filter: "a.com,b.com" }, {}, "400/1214"],
    ["an address as domain", { search_domain_filter: "https://a.com" }, {}, "400/1214"],
    [
      "quark with a domain",
      { ...std, search_engine: "search_pro_quark", search_domain_filter: "a.com" },
      china,
      "400/1214",
    ],
    ["unknown recency", { search_recency_filter: "oneHour" }, {}, "400/1214"],
    ["unknown size", { content_size: "low" }, {}, "400/1214"],
    ["short request_id on BigModel", { ...std, request_id: "abc" }, china, "400/1214"],
    ["plan key", {}, { key: planKey }, "429/1113"],
    ["no money", {}, { key: emptyKey }, "429/1113"],
    ["no body", {}, { body: [] }, "400/1210"],
  ])("%s", async (_name, body, more, expected) => {
    expect(verdict(await search(body, more))).toBe(expected);
  });

  it("is not on the coding base", async () => {
    expect((await search({}, { path: "/api/coding/paas/v4/web_search", key: planKey })).status).toBe(404);
  });

  it("can find nothing, and fail in its own ways", async () => {
    expect(found(await search({ search_query: "typescript #scenario:search-empty" }))).toEqual([]);
    for (const [code, status] of [
      ["1701", 429],
      ["1702", 500],
      ["1703", 500],
    ] as const) {
      simulator.setScenario({ name: code, times: 1 });
      expect(verdict(await search({}))).toBe(`${status}/${code}`);
    }
  });
});

const tool = (settings: object): object => ({
  tools: [
    {
      type: "web_search",
      web_search: { enable: true, search_engine: "search_pro_jina", search_result: true, ...settings },
    },
  ],
});

describe("chat's own search", () => {
  it("answers with what it found", async () => {
    const answer = await chat(simulator, "How do I undo a commit in Git?", { stream: true, ...tool({ count: 3 }) });
    const results = frames(answer)
      .map((frame) => dig(frame, "web_search"))
      .find((each) => each !== undefined);
    expect(dig(results, 0, "link")).toBe("https://docs.glm-simulator.test/git/undo");
    expect(spoken(answer)).toContain("https://docs.glm-simulator.test/git/undo");
    const forced = json(await chat(simulator, "Hello", tool({ search_query: "sql joins" })));
    expect(dig(forced, "web_search", 0, "title")).toBe("SQL joins by example");
  });

  it.each<[string, object, Partial<Call>, string]>([
    ["both names of Z.AI", { search_engine: "search-prime" }, {}, "200/ok"],
    ["intent as text", { search_intent: "true" }, {}, "200/ok"],
    ["intent as a boolean", { search_intent: true }, {}, "400/1214"],
    ["sogou by tens", { search_engine: "search_pro_sogou", count: 20 }, china, "200/ok"],
    ["sogou by fives", { search_engine: "search_pro_sogou", count: 15 }, china, "400/1214"],
    ["unknown recency", { search_recency_filter: "never" }, {}, "400/1214"],
  ])("%s", async (_name, settings, more, expected) => {
    expect(verdict(await chat(simulator, "hi", { model: "glm-4.7", ...tool(settings) }, more))).toBe(expected);
  });

  it("can refuse the schema's engine, so that the guide's has to be tried", async () => {
    simulator.setScenario({ name: "search-engine-prime" });
    expect(verdict(await chat(simulator, "hi", tool({})))).toBe("400/1214");
    expect(verdict(await chat(simulator, "hi", tool({ search_engine: "search-prime" })))).toBe("200/ok");
  });
});
