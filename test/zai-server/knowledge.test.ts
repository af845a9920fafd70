import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, bigmodelPlanKey, paygKey } from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, dig, json, type Answer, type Call } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const china = { host: "open.bigmodel.cn", key: bigmodelPaygKey };
const ask = (method: string, path: string, body?: unknown, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, { ...china, method, path: `/api/llm-application/open${path}`, body, ...more });
/** `status/code` of the envelope. */
const verdict = (answer: Answer): string => `${answer.status}/${String(dig(json(answer), "code"))}`;
const data = async (method: string, path: string, body?: unknown, more?: Partial<Call>): Promise<unknown> =>
  dig(json(await ask(method, path, body, more)), "data");
const create = async (body: object = {}, more?: Partial<Call>): Promise<string> =>
  String(dig(await data("POST", "/knowledge", { embedding_id: 11, name: "手册", ...body }, more), "id"));

describe("knowledge bases", () => {
  it("are created, listed, shown, edited and deleted", async () => {
    const id = await create({ description: "d", contextual: 1, background: "sky", icon: "book" });
    expect(id).toMatch(/^\d{19}$/);
    const made = {
      id,
      embedding_id: 11,
      name: "手册",
      description: "d",
      contextual: 1,
      background: "sky",
      icon: "book",
      document_size: 0,
      length: 0,
      word_num: 0,
    };
    const whole = json(await ask("GET", `/knowledge/${id}`));
    expect(whole).toEqual({
      code: 200,
      message: "请求成功",
      data: made,
      timestamp: expect.any(Number) as unknown,
    });
    expect(json(await ask("PUT", `/knowledge/${id}`, { name: "新名", icon: "tag" }))).not.toHaveProperty("data");
    expect(await data("GET", `/knowledge/${id}`)).toEqual({ ...made, name: "新名", icon: "tag" });
    expect(verdict(await ask("DELETE", `/knowledge/${id}`))).toBe("200/200");
    expect(verdict(await ask("GET", `/knowledge/${id}`))).toBe("200/1214");
    expect(await data("GET", "/knowledge")).toEqual({ list: [], total: 0 });
  });

  it("are listed page by page, only one's own", async () => {
    for (const name of ["a", "b", "c"]) await create({ name });
    await create({ name: "other" }, { key: bigmodelPlanKey });
    const names = async (query: string): Promise<unknown> =>
      (dig(await data("GET", `/knowledge${query}`), "list") as unknown[]).map((each) => dig(each, "name"));
    expect(await names("")).toEqual(["a", "b", "c"]);
    expect(await names("?page=2&size=2")).toEqual(["c"]);
    expect(dig(await data("GET", "/knowledge?page=2&size=2"), "total")).toBe(3);
  });

  it("say how much room is left", async () => {
    const id = await create();
    const form = new FormData();
    form.append("files", new File(["十个字的文档内容啊！"], "a.txt"));
    await ask("POST", `/document/upload_document/${id}`, undefined, { form });
    expect(await data("GET", "/knowledge/capacity")).toEqual({
      used: { word_num: 10, length: 30 },
      total: { word_num: 100_000_000, length: 1_073_741_824 },
    });
    expect(await data("GET", `/knowledge/${id}`)).toMatchObject({ document_size: 1, word_num: 10, length: 30 });
  });

  it.each<[string, unknown, number]>([
    ["no embedding_id", { name: "x" }, 1213],
    ["embedding_id 4", { embedding_id: 4, name: "x" }, 1214],
    ["embedding_id as text", { embedding_id: "11", name: "x" }, 1214],
    ["every embedding_id", { embedding_id: 3, name: "x" }, 200],
    ["every embedding_id", { embedding_id: 12, name: "x" }, 200],
    ["no name", { embedding_id: 11 }, 1213],
    ["blank name", { embedding_id: 11, name: " " }, 1214],
    ["contextual 2", { embedding_id: 11, name: "x", contextual: 2 }, 1214],
    ["unknown background", { embedding_id: 11, name: "x", background: "pink" }, 1214],
    ["unknown icon", { embedding_id: 11, name: "x", icon: "car" }, 1214],
    ["description that is no text", { embedding_id: 11, name: "x", description: 1 }, 1214],
    ["no object", [], 1210],
  ])("with %s", async (_name, body, code) => {
    expect(verdict(await ask("POST", "/knowledge", body))).toBe(`200/${code}`);
  });

  it.each<[string, unknown, number]>([
    ["callback_url", { callback_url: "nowhere" }, 1214],
    ["callback_header", { callback_header: "X: y" }, 1214],
    ["embedding_id", { embedding_id: 5 }, 1214],
    ["name", { name: "" }, 1213],
  ])("are not edited with a wrong %s", async (_name, body, code) => {
    expect(verdict(await ask("PUT", `/knowledge/${await create()}`, body))).toBe(`200/${code}`);
  });

  it.each(["?page=0", "?page=x", "?size=0", "?size=101"])("refuse to be listed with %s", async (query) => {
    expect(verdict(await ask("GET", `/knowledge${query}`))).toBe("200/1214");
  });

  it("belong to their key and to BigModel", async () => {
    const id = await create();
    const other = { key: bigmodelPlanKey };
    for (const method of ["GET", "PUT", "DELETE"])
      expect(verdict(await ask(method, `/knowledge/${id}`, method === "PUT" ? {} : undefined, other))).toBe("200/1214");
    expect(verdict(await ask("GET", "/knowledge", undefined, { key: null }))).toBe("401/1001");
    expect(verdict(await ask("GET", "/knowledge", undefined, { key: paygKey }))).toBe("401/1002");
    expect((await ask("GET", "/knowledge", undefined, { host: "api.z.ai", key: paygKey })).status).toBe(404);
    expect((await ask("GET", "/nothing")).status).toBe(404);
    expect((await ask("PATCH", `/knowledge/${id}`)).status).toBe(404);
  });

  it("play a code as this API says it", async () => {
    simulator.setScenario({ name: "1302" });
    const answer = await ask("GET", "/knowledge");
    expect([answer.status, json(answer)]).toEqual([200, { code: 1302, message: expect.any(String) as unknown }]);
  });
});
