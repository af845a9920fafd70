import { deflateRawSync } from "node:zlib";
import { createCanvas } from "@napi-rs/canvas";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, bigmodelPlanKey } from "./accounts.ts";
import { writePdf } from "./pdf-writer.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, dig, json, type Answer, type Call } from "./test-client.ts";

let simulator: Simulator;
let base = "";
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(async () => {
  simulator.reset();
  base = String(dig(await data("POST", "/knowledge", { embedding_id: 11, name: "手册", contextual: 1 }), "id"));
});
afterAll(() => simulator.close());

const china = { host: "open.bigmodel.cn", key: bigmodelPaygKey };
const ask = (method: string, path: string, body?: unknown, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, { ...china, method, path: `/api/llm-application/open${path}`, body, ...more });
const codeOf = (answer: Answer): unknown => dig(json(answer), "code");
const data = async (method: string, path: string, body?: unknown, more?: Partial<Call>): Promise<unknown> =>
  dig(json(await ask(method, path, body, more)), "data");

type Content = string | Buffer<ArrayBuffer>;
function form(
  files: Readonly<Record<string, Content>>,
  fields: Readonly<Record<string, string | string[]>> = {},
): FormData {
  const parts = new FormData();
  for (const [name, content] of Object.entries(files)) parts.append("files", new File([content], name));
  for (const [name, value] of Object.entries(fields)) for (const each of [value].flat()) parts.append(name, each);
  return parts;
}
const upload = (...content: Parameters<typeof form>): Promise<Answer> =>
  ask("POST", `/document/upload_document/${base}`, undefined, { form: form(...content) });
const uploaded = async (...content: Parameters<typeof form>): Promise<string> =>
  String(dig(json(await upload(...content)), "data", "successInfos", 0, "documentId"));
const documents = async (query = ""): Promise<unknown[]> =>
  dig(await data("GET", `/document?knowledge_id=${base}${query}`), "list") as unknown[];
/** What a search over a document's slices finds, once it is embedded. */
async function slices(query: string, more: object = {}): Promise<unknown[]> {
  await documents();
  await documents();
  return (await data("POST", "/knowledge/retrieve", { query, knowledge_ids: [base], ...more })) as unknown[];
}
const texts = async (query: string, more: object = {}): Promise<string[]> =>
  (await slices(query, more)).map((each) => String(dig(each, "text"))).sort();

/** A zip archive of these files, as Office writes them. */
function zip(files: Readonly<Record<string, string>>): Buffer<ArrayBuffer> {
  const bodies: Buffer[] = [];
  const entries: Buffer[] = [];
  let at = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = deflateRawSync(Buffer.from(content));
    const local = Buffer.alloc(30);
    local.write("PK\x03\x04", "latin1");
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.write("PK\x01\x02", "latin1");
    entry.writeUInt16LE(8, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(at, 42);
    bodies.push(local, Buffer.from(name), packed);
    entries.push(entry, Buffer.from(name));
    at += 30 + name.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, ...entries, end]);
}

describe("documents", () => {
  it("are uploaded, listed, looked up by name, shown and deleted", async () => {
    const answer = json(
      await upload({ "Guide.md": "# 安装\n\n运行安装程序。", "报价.csv": "a,b\n1,2", "x.exe": "MZ" }),
    );
    const [guide, prices] = dig(answer, "data", "successInfos") as { documentId: string; fileName: string }[];
    expect(guide).toEqual({ documentId: expect.stringMatching(/^\d{19}$/) as unknown, fileName: "Guide.md" });
    expect(dig(answer, "data", "failedInfos")).toEqual([{ fileName: "x.exe", failReason: "不支持的文档类型" }]);
    expect(await documents()).toMatchObject([{ id: guide?.documentId }, { id: prices?.documentId }]);
    expect(await documents("&word=guide")).toMatchObject([{ name: "Guide.md" }]);
    expect(await documents("&word=nothing")).toEqual([]);
    expect(await documents("&page=2&size=1")).toMatchObject([{ name: "报价.csv" }]);
    expect(await data("GET", `/document/${guide?.documentId ?? ""}`)).toMatchObject({
      name: "Guide.md",
      knowledge_type: null,
      sentence_size: 300,
      word_num: 13,
      length: 31,
      url: "",
    });
    await ask("DELETE", `/document/${guide?.documentId ?? ""}`);
    expect(await documents()).toHaveLength(1);
    expect(codeOf(await ask("GET", `/document/${guide?.documentId ?? ""}`))).toBe(1214);
  });

  it("are embedded from the second look on, again after a new start", async () => {
    const id = await uploaded({ "a.txt": "hello" });
    const stat = async (): Promise<unknown> => dig(await data("GET", `/document/${id}`), "embedding_stat");
    expect([await stat(), await stat(), await stat()]).toEqual([0, 2, 2]);
    expect(codeOf(await ask("POST", `/document/embedding/${id}`, {}))).toBe(200);
    expect([await stat(), await stat()]).toEqual([0, 2]);
  });

  it("fail when nothing can be read in them, or when told to", async () => {
    await uploaded({ "old.doc": "\xd0\xcf\x11\xe0" });
    simulator.setScenario({ name: "embedding-fail", match: "upload_document", times: 1 });
    await uploaded({ "a.txt": "hello" });
    expect((await documents()).map((each) => dig(each, "failInfo"))).toEqual([null, null]);
    for (const document of await documents())
      expect(document).toMatchObject({ failInfo: { embedding_code: 10_002, embedding_msg: "文档解析失败" } });
    expect(await slices("hello")).toEqual([]);
  });

  it("show their pictures", async () => {
    const id = await uploaded({ "a.md": "![Logo](https://a.example/logo.png) text" });
    expect(await data("POST", `/document/slice/image_list/${id}`)).toEqual({
      images: [{ text: "Logo", cos_url: "https://a.example/logo.png" }],
    });
  });

  it.each<[string, Record<string, Content>, Record<string, string | string[]>, number]>([
    ["knowledge_type 4", { "a.txt": "x" }, { knowledge_type: "4" }, 1214],
    ["knowledge_type as a word", { "a.txt": "x" }, { knowledge_type: "row" }, 1214],
    ["sentence_size 19", { "a.txt": "x" }, { knowledge_type: "5", sentence_size: "19" }, 1214],
    ["sentence_size 2001", { "a.txt": "x" }, { knowledge_type: "5", sentence_size: "2001" }, 1214],
    ["parse_image yes", { "a.txt": "x" }, { parse_image: "yes" }, 1214],
    ["parse_image true", { "a.txt": "x" }, { parse_image: "true", req_id: "r-1" }, 200],
    ["a limit in words", { "a.txt": "x" }, { word_num_limit: "many" }, 1214],
    ["a wrong callback", { "a.txt": "x" }, { callback_url: "nowhere" }, 1214],
    ["a wrong callback_header", { "a.txt": "x" }, { callback_header: "X: y" }, 1214],
    ["no file", {}, {}, 1213],
  ])("uploaded with %s", async (_name, files, fields, code) => {
    expect(codeOf(await upload(files, fields))).toBe(code);
  });

  it.each<[string, Record<string, Content>, Record<string, string>, string]>([
    ["rows of a text", { "a.txt": "x" }, { knowledge_type: "3" }, "不支持的文档类型"],
    ["headings of a sheet", { "a.csv": "x" }, { knowledge_type: "1" }, "不支持的文档类型"],
    ["pages of Markdown", { "a.md": "x" }, { knowledge_type: "6" }, "不支持的文档类型"],
    ["an empty file", { "a.txt": "" }, {}, "文档内容为空"],
    ["too many characters", { "a.txt": "x".repeat(11) }, { word_num_limit: "10" }, "文档字数超过上限"],
  ])("are refused one by one: %s", async (_name, files, fields, failReason) => {
    const answer = json(await upload(files, fields));
    expect(dig(answer, "code")).toBe(200);
    expect(dig(answer, "data", "failedInfos", 0, "failReason")).toBe(failReason);
    expect(await documents()).toEqual([]);
  });

  it("need a knowledge base of the same key", async () => {
    expect(
      codeOf(await ask("POST", "/document/upload_document/123", undefined, { form: form({ "a.txt": "x" }) })),
    ).toBe(1214);
    const other = { form: form({ "a.txt": "x" }), key: bigmodelPlanKey };
    expect(codeOf(await ask("POST", `/document/upload_document/${base}`, undefined, other))).toBe(1214);
    expect(codeOf(await ask("POST", `/document/upload_document/${base}`, {}))).toBe(1210);
    expect(codeOf(await ask("GET", "/document"))).toBe(1213);
    expect(codeOf(await ask("GET", "/document?knowledge_id=123"))).toBe(1214);
  });
});

const paragraph = (text: string): string => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
const slide = (text: string): string => `<p:sld><a:p><a:t>${text}</a:t></a:p></p:sld>`;

describe("cutting", () => {
  const all = { top_k: 20, recall_method: "keyword" };
  it("goes by headings, questions, rows, separators, pages or not at all", async () => {
    const cases: [Record<string, Content>, Record<string, string | string[]>, string[]][] = [
      [{ "a.md": "# one\n\nword\n\n## two\n\nword" }, { knowledge_type: "1" }, ["# one\n\nword", "## two\n\nword"]],
      [
        { "a.txt": "Q: word?\nA: yes\nQ: no word?\nA: no" },
        { knowledge_type: "2" },
        ["Q: word?\nA: yes", "Q: no word?\nA: no"],
      ],
      [{ "a.csv": "word,1\r\nother,2\r\nword,3" }, { knowledge_type: "3" }, ["word,1", "word,3"]],
      [{ "a.txt": "word;word|word" }, { knowledge_type: "5", custom_separator: [";", "|"] }, ["word", "word", "word"]],
      [{ "a.txt": "word;word" }, { knowledge_type: "5", custom_separator: '[";"]' }, ["word", "word"]],
      [{ "a.txt": `word ${"x".repeat(25)}` }, { knowledge_type: "5", sentence_size: "20" }, [`word ${"x".repeat(15)}`]],
      [{ "a.csv": "word,1\nword,2" }, { knowledge_type: "7" }, ["word,1\nword,2"]],
      [{ "a.txt": `word\n\nword\n\n${"long ".repeat(80)}word` }, {}, ["word\n\nword", `${"long ".repeat(80)}word`]],
    ];
    for (const [files, fields, wanted] of cases) {
      const id = await uploaded(files, fields);
      expect(await texts("word", { ...all, document_ids: [id] })).toEqual(wanted.sort());
    }
  });

  it("reads Office files and PDFs", async () => {
    const docx = zip({
      "word/document.xml": `<w:body>${paragraph("first &amp; word")}${paragraph("second")}</w:body>`,
    });
    await uploaded({ "a.docx": docx });
    const pptx = zip({ "ppt/slides/slide1.xml": slide("word one"), "ppt/slides/slide2.xml": slide("word two") });
    await uploaded({ "a.pptx": pptx }, { knowledge_type: "6" });
    await uploaded(
      { "a.xlsx": zip({ "xl/sharedStrings.xml": "<sst><si><t>word cell</t></si><si><t>b</t></si></sst>" }) },
      { knowledge_type: "3" },
    );
    await uploaded({ "broken.docx": "PK no zip", "cut.docx": docx.subarray(40) });
    const size = { width: 200, height: 100 };
    const jpeg = createCanvas(8, 4).toBuffer("image/jpeg");
    const pdf = ["word on one", "another word"].map((text) => ({
      ...size,
      jpeg,
      pixels: { width: 8, height: 4 },
      text,
    }));
    await uploaded({ "a.pdf": Buffer.from(writePdf(pdf)) }, { knowledge_type: "6" });
    await uploaded({ "broken.pdf": "%PDF-1.4 nothing" });
    expect(await texts("word", all)).toEqual([
      "another word",
      "first & word\nsecond",
      "word cell",
      "word on one",
      "word one",
      "word two",
    ]);
  });
});

const narrowing = "https://docs.glm-simulator.test/typescript/narrowing";
const add = (upload_detail: unknown, knowledge_id: unknown = base): Promise<Answer> =>
  ask("POST", "/document/upload_url", { knowledge_id, upload_detail });

describe("addresses", () => {
  it("are read, and refused one by one", async () => {
    const answer = json(
      await add([
        { url: narrowing, knowledge_type: 1 },
        { url: "https://example.com/", knowledge_type: 1 },
        { url: narrowing, knowledge_type: 3 },
      ]),
    );
    expect(dig(answer, "data", "successInfos")).toMatchObject([{ url: narrowing }]);
    expect(dig(answer, "data", "failedInfos")).toEqual([
      { url: "https://example.com/", failReason: "网页无法访问" },
      { url: narrowing, failReason: "不支持的文档类型" },
    ]);
    const [best] = await slices("checks that narrow");
    expect(dig(best, "text")).toMatch(/^## Checks that narrow/);
    expect(dig(best, "metadata", "doc_url")).toBe(narrowing);
  });

  it.each<[string, unknown, unknown, number]>([
    ["no list", undefined, undefined, 1213],
    ["an empty list", [], undefined, 1214],
    ["no address", [{ knowledge_type: 1 }], undefined, 1213],
    ["no knowledge_type", [{ url: narrowing }], undefined, 1213],
    ["knowledge_type as text", [{ url: narrowing, knowledge_type: "1" }], undefined, 1214],
    ["separators as text", [{ url: narrowing, knowledge_type: 5, custom_separator: ";" }], undefined, 1214],
    ["an unknown base", [{ url: narrowing, knowledge_type: 1 }], "123", 1214],
  ])("are refused with %s", async (_name, detail, id, code) => {
    expect(codeOf(await add(detail, id ?? base))).toBe(code);
  });
});
