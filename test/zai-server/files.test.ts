import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, bigmodelPlanKey, paygKey, planKey } from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, dig, json, verdict, type Answer, type Call } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const china = { host: "open.bigmodel.cn", key: bigmodelPaygKey };
const megabyte = 1024 * 1024;

function form(name: string, content: string | Uint8Array<ArrayBuffer>, purpose: string | undefined): FormData {
  const parts = new FormData();
  if (purpose !== undefined) parts.set("purpose", purpose);
  parts.set("file", new File([content], name));
  return parts;
}

const upload = (
  name: string,
  content: string | Uint8Array<ArrayBuffer> = "hello",
  purpose: string | undefined = "agent",
  more: Partial<Call> = {},
): Promise<Answer> => call(simulator, { path: "/api/paas/v4/files", form: form(name, content, purpose), ...more });

const uploaded = async (name: string, more: Partial<Call> = china): Promise<string> =>
  String(dig(json(await upload(name, name, "agent", more)), "id"));
const get = (path: string, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, { method: "GET", path: `/api/paas/v4/files${path}`, ...china, ...more });
const names = async (query: string, more: Partial<Call> = {}): Promise<unknown> =>
  (dig(json(await get(`?purpose=agent${query}`, more)), "data") as unknown[]).map((each) => dig(each, "filename"));

const size = async (name: string, bytes: number, purpose: string, more: Partial<Call>): Promise<string> =>
  verdict(await upload(name, new Uint8Array(bytes), purpose, more));

describe("uploading", () => {
  it("answers with what it stored", async () => {
    const answer = json(await upload("词汇表.txt", "你好=hello"));
    expect(answer).toEqual({
      id: expect.stringMatching(/^agent-/) as unknown,
      object: "file",
      bytes: 12,
      filename: "词汇表.txt",
      purpose: "agent",
      created_at: expect.any(Number) as unknown,
    });
  });

  it.each<[string, string, string | undefined, Partial<Call>, string]>([
    ["a plan key, since storage is free", "a.txt", "agent", { key: planKey }, "200/ok"],
    ["no purpose", "a.txt", "", {}, "400/1213"],
    ["a purpose of BigModel on Z.AI", "a.jsonl", "batch", {}, "400/1214"],
    ["the same on BigModel", "a.jsonl", "batch", china, "200/ok"],
    ["a purpose that is gone", "a.txt", "retrieval", china, "400/1214"],
    ["a purpose with the name of a member of objects", "a.txt", "constructor", china, "400/1214"],
    ["csv on Z.AI", "a.csv", "agent", {}, "400/1214"],
    ["csv on BigModel", "a.csv", "agent", china, "200/ok"],
    ["docx on Z.AI", "a.docx", "agent", {}, "400/1214"],
    ["upper case", "A.PDF", "agent", {}, "200/ok"],
    ["no extension", "README", "agent", {}, "400/1214"],
    ["any type for the code interpreter", "a.py", "code-interpreter", china, "200/ok"],
    ["a batch that is no jsonl", "a.json", "batch", china, "400/1214"],
    ["a voice", "a.mp3", "voice-clone-input", china, "200/ok"],
    ["a voice that is none", "a.ogg", "voice-clone-input", china, "400/1214"],
    ["no key", "a.txt", "agent", { key: null }, "401/1001"],
  ])("%s", async (_name, file, purpose, more, expected) => {
    expect(verdict(await upload(file, "x", purpose, more))).toBe(expected);
  });

  it("has limits of size", async () => {
    expect(await size("a.txt", 0, "agent", {})).toBe("400/1214");
    expect(await size("a.txt", 21 * megabyte, "agent", {})).toBe("200/ok");
    expect(await size("a.txt", 100 * megabyte + 1, "agent", {})).toBe("435/1214");
    expect(await size("a.txt", 20 * megabyte + 1, "agent", china)).toBe("400/1214");
    expect(await size("a.png", 5 * megabyte + 1, "agent", china)).toBe("400/1214");
    expect(await size("a.jsonl", 21 * megabyte, "batch", china)).toBe("200/ok");
    expect(await size("a.wav", 10 * megabyte + 1, "voice-clone-input", china)).toBe("400/1214");
  }, 60_000);

  it("has a limit of files", async () => {
    for (let count = 0; count < 100; count++) await uploaded(`${count}.txt`, { key: paygKey });
    expect(verdict(await upload("101.txt"))).toBe("400/1214");
    expect(verdict(await upload("101.txt", "x", "agent", { key: planKey }))).toBe("200/ok");
  });

  it("refuses bodies that are no form or lack the file", async () => {
    expect(verdict(await call(simulator, { path: "/api/paas/v4/files", body: { purpose: "agent" } }))).toBe("400/1210");
    const empty = new FormData();
    empty.set("purpose", "agent");
    expect(verdict(await call(simulator, { path: "/api/paas/v4/files", form: empty }))).toBe("400/1213");
  });

  it("is not on the coding base", async () => {
    expect((await upload("a.txt", "x", "agent", { path: "/api/coding/paas/v4/files" })).status).toBe(404);
  });
});

describe("managing, on BigModel", () => {
  it("lists page by page, newest first, only one's own", async () => {
    const ids: string[] = [];
    for (const name of ["1.txt", "2.txt", "3.txt"]) ids.push(await uploaded(name));
    await uploaded("other.txt", { ...china, key: bigmodelPlanKey });
    await upload("a.py", "x", "code-interpreter", china);
    expect(await names("")).toEqual(["3.txt", "2.txt", "1.txt"]);
    const first = json(await get("?purpose=agent&limit=2&order=created_at"));
    expect(first).toMatchObject({ object: "list", has_more: true, data: [{ id: ids[2] }, { id: ids[1] }] });
    const second = json(await get(`?purpose=agent&limit=2&after=${ids[1] ?? ""}`));
    expect(second).toMatchObject({ has_more: false, data: [{ id: ids[0] }] });
    expect(await names("", { key: bigmodelPlanKey })).toEqual(["other.txt"]);
  });

  it("gives the bytes back, and deletes", async () => {
    const id = await uploaded("一.txt");
    const content = await get(`/${id}/content`);
    expect(content.text).toBe("一.txt");
    expect(content.headers["content-disposition"]).toContain("%E4%B8%80.txt");
    expect(verdict(await get(`/${id}/content`, { key: bigmodelPlanKey }))).toBe("400/1214");
    expect(verdict(await get(`/${id}`, { method: "DELETE", key: bigmodelPlanKey }))).toBe("400/1214");
    expect(json(await get(`/${id}`, { method: "DELETE" }))).toEqual({ id, object: "file", deleted: true });
    expect(await names("")).toEqual([]);
    expect(verdict(await get(`/${id}/content`))).toBe("400/1214");
    expect(verdict(await get(`/${id}`, { method: "DELETE" }))).toBe("400/1214");
  });

  it.each<[string, string]>([
    ["", "400/1213"],
    ["?purpose=voice-clone-input", "400/1214"],
    ["?purpose=agent&limit=0", "400/1214"],
    ["?purpose=agent&limit=101", "400/1214"],
    ["?purpose=agent&limit=two", "400/1214"],
    ["?purpose=agent&order=name", "400/1214"],
    ["?purpose=agent&after=nothing", "400/1214"],
  ])("refuses to list %s", async (query, expected) => {
    expect(verdict(await get(query))).toBe(expected);
  });

  it("does not exist on Z.AI", async () => {
    const zai = { host: "api.z.ai", key: paygKey };
    expect((await get("?purpose=agent", zai)).status).toBe(404);
    const id = await uploaded("a.txt", zai);
    expect((await get(`/${id}`, { ...zai, method: "DELETE" })).status).toBe(404);
    expect((await get(`/${id}/content`, zai)).status).toBe(404);
  });
});
