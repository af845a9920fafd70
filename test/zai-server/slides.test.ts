import { PNG } from "pngjs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, planKey } from "./accounts.ts";
import { openPdf } from "./pdf.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, dig, frames, json, verdict, type Answer, type Call } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const ask = (order: string, body: object = {}, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, {
    path: "/api/v1/agents",
    body: {
      agent_id: "slides_glm_agent",
      messages: [{ role: "user", content: [{ type: "text", text: order }] }],
      ...body,
    },
    ...more,
  });
const messages = (answer: Answer): unknown[] =>
  frames(answer)
    .slice(0, -1)
    .map((frame) => dig(frame, "choices", 0, "message", 0));
/** What the page tools did: name, position and title of each. */
const pageCalls = (answer: Answer): unknown[] =>
  messages(answer)
    .map((message) => dig(message, "content", 0, "object"))
    .filter((object) => object !== undefined)
    .map((object) => [dig(object, "tool_name"), dig(object, "position", 0), dig(object, "input")]);
/** What the first page tool put out for this order. */
async function output(text: string): Promise<unknown> {
  const tool = messages(await ask(text)).find((message) => dig(message, "phase") === "tool");
  return dig(tool, "content", 0, "object", "output");
}
const order = "Make 3 slides about cats: food, sleep";
const idOf = (answer: Answer): string => String(dig(frames(answer)[0], "conversation_id"));

describe("the slides agent", () => {
  it("streams unless told otherwise: thinking, pages made from the order, an answer", async () => {
    const answer = await ask(order);
    expect(answer.headers["content-type"]).toBe("text/event-stream;charset=UTF-8");
    const phases = messages(answer).map((message) => dig(message, "phase"));
    expect([...new Set(phases.slice(0, -1))]).toEqual(["thinking", "tool", "answer"]);
    expect(pageCalls(answer)).toEqual([
      ["insert_page", 1, order],
      ["insert_page", 2, "food"],
      ["insert_page", 3, "sleep"],
    ]);
    const tool = messages(answer).find((message) => dig(message, "phase") === "tool");
    expect(dig(tool, "content", 0)).toMatchObject({ type: "object", tag_cn: "插入页面", tag_en: "Insert page" });
    expect(dig(tool, "content", 0, "object", "output")).toMatch(
      /^<!DOCTYPE html>.*<h1>Make 3 slides about cats: food, sleep<\/h1><ul><li>food<\/li><li>sleep<\/li><\/ul>/s,
    );
    expect(frames(answer).at(-2)).toMatchObject({
      status: "success",
      usage: { total_tokens: expect.any(Number) as unknown },
    });
  });

  it("answers in one go when told to", async () => {
    const whole = json(await ask(order, { stream: false }));
    expect(dig(whole, "choices", 0, "message")).toMatchObject([
      { phase: "thinking", content: [{ type: "text", text: expect.stringContaining("cats") as unknown }] },
      { phase: "tool" },
      { phase: "tool" },
      { phase: "tool" },
      { phase: "answer" },
    ]);
    expect(dig(whole, "conversation_id")).toBeTruthy();
  });

  it("keeps HTML of the order out of the slide", async () => {
    expect(await output("<script>alert(1)</script>")).toContain("<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>");
    expect(await output("<script>alert(1)</script>")).not.toContain("<script");
    simulator.setScenario({ name: "slides-hostile" });
    expect(await output("<script>alert(1)</script>")).toMatch(/<script>.*<img src="https:/);
  });

  it("goes on with a conversation: changes the page that is named, adds others", async () => {
    const conversation_id = idOf(await ask(order));
    const changed = await ask("Make page 2 funnier", { conversation_id });
    expect(pageCalls(changed)).toEqual([["update_page", 2, "Make page 2 funnier"]]);
    expect(idOf(changed)).toBe(conversation_id);
    expect(pageCalls(await ask("Add one about toys", { conversation_id }))).toEqual([
      ["insert_page", 4, "Add one about toys"],
    ]);
    expect(pageCalls(await ask("再加2页", { conversation_id }))).toHaveLength(2);
    expect(pageCalls(await ask("修改第 5 页", { conversation_id }))).toEqual([["update_page", 5, "修改第 5 页"]]);
  });

  it("makes three pages, or what the list says", async () => {
    expect(pageCalls(await ask("Cats"))).toHaveLength(3);
    const titles = pageCalls(await ask("4 pages\n- one\n- two\n- three")).map((page) => (page as unknown[])[2]);
    expect(titles).toEqual(["4 pages", "one", "two", "three"]);
  });

  it.each(["array", "object", "delta"])("replies in the shape %s", async (shape) => {
    simulator.setScenario({ name: `agent-shape:${shape}` });
    const [first] = frames(await ask(order));
    const place = shape === "array" ? ["messages", 0] : [shape === "object" ? "messages" : "delta"];
    expect(dig(first, "choices", 0, ...place, "phase")).toBe("thinking");
  });

  it.each<[string, string, object, Partial<Call>, string]>([
    ["an unknown conversation", "Cats", { conversation_id: "1" }, {}, "400/1214"],
    ["a conversation that is no text", "Cats", { conversation_id: 1 }, {}, "400/1214"],
    ["a plan without balance", "Cats", {}, { key: planKey }, "429/1113"],
  ])("refuses %s", async (_name, text, body, more, expected) => {
    expect(verdict(await ask(text, body, more))).toBe(expected);
  });

  it("refuses an order without words", async () => {
    const content = [{ type: "image_url", image_url: "https://a.example/b.png" }];
    expect(verdict(await ask("", { messages: [{ role: "user", content }] }))).toBe("400/1214");
  });
});

const china = { host: "open.bigmodel.cn", key: bigmodelPaygKey };
const show = (conversation_id: unknown, variables: object = {}, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, {
    path: "/api/v1/agents/conversation",
    body: { agent_id: "slides_glm_agent", conversation_id, custom_variables: variables },
    ...more,
  });
const content = (answer: Answer): unknown[] => dig(json(answer), "choices", 0, "message", 0, "content") as unknown[];
const fetched = async (url: unknown): Promise<Buffer> =>
  (await call(simulator, { method: "GET", path: new URL(String(url)).pathname, key: null })).bytes;

describe("the conversation", () => {
  it("gives a picture of every page, and the deck as PDF", async () => {
    const id = idOf(await ask(order));
    const pictures = content(await show(id));
    expect(pictures).toMatchObject([
      { type: "image_url", tag_cn: "第 1 页", tag_en: "Page 1" },
      { type: "image_url" },
      { type: "image_url" },
    ]);
    const png = PNG.sync.read(await fetched(dig(pictures[0], "image_url")));
    expect([png.width, png.height]).toEqual([1280, 720]);
    const [file] = content(await show(id, { include_pdf: true, pages: [{ position: 2, width: 480, height: 480 }] }));
    expect(file).toMatchObject({ type: "file_url", tag_en: "PDF" });
    const pdf = await openPdf(await fetched(dig(file, "file_url")));
    try {
      expect(pdf.pages).toBe(3);
      expect(await pdf.text(2)).toContain("food");
      const page = PNG.sync.read(await pdf.render(2));
      expect([page.width, page.height]).toEqual([960, 960]);
    } finally {
      await pdf.close();
    }
  });

  it("counts in points on Z.AI and in centimetres on BigModel", async () => {
    const pages = [{ position: 1, width: 25.4, height: 12.7 }];
    const width = async (more: Partial<Call>): Promise<number> => {
      const id = idOf(await ask(order, {}, more));
      return PNG.sync.read(await fetched(dig(content(await show(id, { pages }, more))[0], "image_url"))).width;
    };
    expect(await width({})).toBe(34);
    expect(await width(china)).toBe(960);
  });

  it.each<[string, object]>([
    ["pages as an object", { pages: {} }],
    ["a page that is not there", { pages: [{ position: 4, width: 1, height: 1 }] }],
    ["a page without width", { pages: [{ position: 1, height: 1 }] }],
    ["a page of nothing", { pages: [{ position: 1, width: 0, height: 1 }] }],
    ["include_pdf as text", { include_pdf: "true" }],
  ])("refuses %s", async (_name, variables) => {
    expect(verdict(await show(idOf(await ask(order)), variables))).toBe("400/1214");
  });

  it("is shown to its owner only, and for this agent only", async () => {
    const id = idOf(await ask(order));
    expect(verdict(await show(id, {}, { key: planKey }))).toBe("400/1214");
    expect(verdict(await show("1"))).toBe("400/1214");
    expect(verdict(await show(undefined))).toBe("400/1213");
    const other = call(simulator, {
      path: "/api/v1/agents/conversation",
      body: { agent_id: "general_translation", conversation_id: id },
    });
    expect(verdict(await other)).toBe("400/1214");
    expect((await show(id, {}, { path: "/api/paas/v4/v1/agents/conversation" })).status).toBe(200);
  });
});
