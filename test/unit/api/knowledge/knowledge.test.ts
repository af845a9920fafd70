import { afterEach, describe, expect, it } from "vitest";
import type { Client } from "../../../../src/api/client.ts";
import { clientFor, failure, key } from "../../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer } from "../../../fakes/apiServer.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

const root = "/api/llm-application/open";
const fine = (data?: unknown) => ({ code: 200, message: "请求成功", data, timestamp: 1_795_255_530_000 });

async function answering(answer: unknown, status = 200) {
  const running = await startApiServer((_request, response) => sendJson(response, status, answer));
  server = running;
  const { knowledge } = clientFor(running.endpoint());
  return { knowledge, documents: knowledge.documents, running };
}

const asked = ({ received }: ApiServer) => received.map(({ method, path }) => `${method} ${path}`);
const sent = ({ received }: ApiServer): unknown => JSON.parse(received[0]?.body ?? "");

const stored = {
  id: 1_234,
  embedding_id: 11,
  name: "Handbook",
  description: null,
  contextual: 1,
  background: "blue",
  icon: "book",
  document_size: 3,
  length: "2048",
  word_num: 900,
};
const read = {
  id: "1234",
  embeddingId: 11,
  name: "Handbook",
  contextual: true,
  background: "blue",
  icon: "book",
  documents: 3,
  bytes: 2048,
  words: 900,
};

describe("a knowledge base", () => {
  it("is created with what was set, and known by its id from then on", async () => {
    const { knowledge, running } = await answering(fine({ id: "77" }));
    const settings = { name: "Handbook", embedding: "Embedding-3", contextual: true, icon: "book" } as const;
    expect(await knowledge.create(settings)).toBe("77");
    expect(asked(running)).toEqual([`POST ${root}/knowledge`]);
    expect(sent(running)).toEqual({ embedding_id: 11, name: "Handbook", contextual: 1, icon: "book" });
    expect(running.received[0]?.headers.authorization).toBe(`Bearer ${key}`);
  });

  it("is listed by pages", async () => {
    const { knowledge, running } = await answering(
      fine({ list: [stored, null, { name: "without an id" }], total: 12 }),
    );
    expect(await knowledge.list({ page: 2, size: 3 })).toEqual({ items: [read], total: 12 });
    expect(await knowledge.list()).toMatchObject({ total: 12 });
    expect(asked(running)).toEqual([`GET ${root}/knowledge?page=2&size=3`, `GET ${root}/knowledge?page=1&size=10`]);
  });

  it("shows its details", async () => {
    const { knowledge, running } = await answering(fine(stored));
    expect(await knowledge.show("1234")).toEqual(read);
    expect(asked(running)).toEqual([`GET ${root}/knowledge/1234`]);
  });

  it("is edited by what changes", async () => {
    const { knowledge, running } = await answering(fine());
    const callback = { url: "https://example.org/done", headers: { "X-Token": "t" } };
    await knowledge.edit("1234", { embedding: "Embedding-2", description: "New", contextual: false, callback });
    expect(asked(running)).toEqual([`PUT ${root}/knowledge/1234`]);
    expect(sent(running)).toEqual({
      embedding_id: 3,
      description: "New",
      contextual: 0,
      callback_url: "https://example.org/done",
      callback_header: { "X-Token": "t" },
    });
  });

  it("is deleted", async () => {
    const { knowledge, running } = await answering(fine(null));
    await knowledge.delete("1234");
    expect(asked(running)).toEqual([`DELETE ${root}/knowledge/1234`]);
  });

  it("takes its share of the account's capacity", async () => {
    const capacity = { used: { word_num: 900, length: "2048" }, total: { word_num: 1_000_000, length: 5_000_000 } };
    const { knowledge, running } = await answering(fine(capacity));
    expect(await knowledge.capacity()).toEqual({
      used: { words: 900, bytes: 2048 },
      total: { words: 1_000_000, bytes: 5_000_000 },
    });
    expect(asked(running)).toEqual([`GET ${root}/knowledge/capacity`]);
  });
});

describe("a search", () => {
  it("sends what was set in the service's words and reads passages", async () => {
    const passage = {
      text: "Returns take 30 days.",
      score: 0.87,
      metadata: {
        _id: "p1",
        knowledge_id: "1234",
        doc_id: "9",
        doc_name: "returns.md",
        doc_url: "https://example.org/r",
        contextual_text: null,
      },
    };
    const { knowledge, running } = await answering(fine([passage, { text: null, score: "0.5", metadata: null }, 7]));
    const found = await knowledge.search({
      query: "returns",
      knowledgeIds: ["1234"],
      documentIds: ["9"],
      topK: 20,
      topN: 100,
      recallMethod: "mixed",
      recallRatio: 0,
      rerank: "rerank-pro",
      leastScore: 0.4,
      requestId: "search-1",
    });
    expect(found).toEqual([
      {
        text: "Returns take 30 days.",
        score: 0.87,
        id: "p1",
        knowledgeId: "1234",
        documentId: "9",
        documentName: "returns.md",
        documentUrl: "https://example.org/r",
      },
      { text: "", score: 0.5 },
    ]);
    expect(asked(running)).toEqual([`POST ${root}/knowledge/retrieve`]);
    expect(sent(running)).toEqual({
      request_id: "search-1",
      query: "returns",
      knowledge_ids: ["1234"],
      document_ids: ["9"],
      top_k: 20,
      top_n: 100,
      recall_method: "mixed",
      recall_ratio: 0,
      rerank_status: 1,
      rerank_model: "rerank-pro",
      fractional_threshold: 0.4,
    });
  });

  it("may find nothing, but not something that is no list", async () => {
    const query = { query: "q", knowledgeIds: ["1"] };
    expect(await (await answering(fine(null))).knowledge.search(query)).toEqual([]);
    expect(sent(server as ApiServer)).toEqual({ query: "q", knowledge_ids: ["1"] });
    await server?.close();
    expect((await failure((await answering(fine({}))).knowledge.search(query))).code).toBe("invalid-response");
  });
});

describe("a document", () => {
  const item = {
    id: "9",
    knowledge_type: 5,
    custom_separator: ["\n\n", null],
    sentence_size: 300,
    length: 100,
    word_num: 20,
    name: "returns.md",
    url: "",
    embedding_stat: 2,
    failInfo: { embedding_code: 10_002, embedding_msg: "字数超出限制" },
  };
  const document = {
    id: "9",
    name: "returns.md",
    knowledgeType: 5,
    separators: ["\n\n"],
    sentenceSize: 300,
    bytes: 100,
    words: 20,
    embeddingStat: 2,
    failure: { code: 10_002, message: "字数超出限制" },
  };

  it("is listed by pages and by a word of its name", async () => {
    const { documents, running } = await answering(fine({ list: [item], total: 1 }));
    expect(await documents.list("1234", { word: "退货 & more" })).toEqual({ items: [document], total: 1 });
    expect(decodeURIComponent(running.received[0]?.path ?? "")).toBe(
      `${root}/document?knowledge_id=1234&page=1&size=10&word=退货+&+more`,
    );
  });

  it.each([undefined, null, {}, { embedding_code: null, embedding_msg: "" }, { embedding_code: 0 }, "no"])(
    "has not failed when failInfo is %j, whatever its number says",
    async (failInfo) => {
      const { documents } = await answering(fine({ ...item, failInfo }));
      expect(await documents.show("9")).toMatchObject({ embeddingStat: 2, failure: undefined });
    },
  );

  it("is uploaded as a form in which lists and objects are JSON", async () => {
    let form: FormData | undefined;
    server = await startApiServer(async (_request, response) => {
      sendJson(response, 200, {
        ...fine({
          successInfos: [{ documentId: 5, fileName: "notes.md" }],
          failedInfos: [{ fileName: "b.md", failReason: "too long" }],
        }),
      });
    });
    const transport = async (url: string, init: RequestInit) => {
      form = await new Request(url, init).clone().formData();
      return fetch(url, init);
    };
    const client = clientFor(server.endpoint(), { transport });
    const outcome = await client.knowledge.documents.upload("1234", {
      file: { bytes: new TextEncoder().encode("# Notes\n退货"), name: "notes.MD", mimeType: "text/markdown" },
      cut: "custom",
      separators: ["\n", "。"],
      sentenceSize: 20,
      parseImages: true,
      wordLimit: 1000,
      requestId: "upload-1",
      callback: { url: "https://example.org/done", headers: { a: "b" } },
    });
    expect(outcome).toEqual({
      accepted: [{ documentId: "5", name: "notes.md" }],
      rejected: [{ name: "b.md", reason: "too long" }],
    });
    expect(asked(server)).toEqual([`POST ${root}/document/upload_document/1234`]);
    const fields = Object.fromEntries([...(form ?? [])].filter(([, value]) => typeof value === "string"));
    expect(fields).toEqual({
      knowledge_type: "5",
      custom_separator: '["\\n","。"]',
      sentence_size: "20",
      parse_image: "true",
      callback_url: "https://example.org/done",
      callback_header: '{"a":"b"}',
      word_num_limit: "1000",
      req_id: "upload-1",
    });
    const file = form?.get("files") as File;
    expect([file.name, file.type, await file.text()]).toEqual(["notes.MD", "text/markdown", "# Notes\n退货"]);
  });

  it("is uploaded by address", async () => {
    const { documents, running } = await answering(
      fine({ successInfos: [{ documentId: "6", url: "https://example.org/a" }], failedInfos: null }),
    );
    const uploads = [
      { url: "https://example.org/a", cut: "headings" },
      { url: "http://example.org/b.xlsx", cut: "rows" },
    ] as const;
    expect(await documents.uploadUrls("1234", uploads)).toEqual({
      accepted: [{ documentId: "6", name: "https://example.org/a" }],
      rejected: [],
    });
    expect(asked(running)).toEqual([`POST ${root}/document/upload_url`]);
    expect(sent(running)).toEqual({
      knowledge_id: "1234",
      upload_detail: [
        { url: "https://example.org/a", knowledge_type: 1 },
        { url: "http://example.org/b.xlsx", knowledge_type: 3 },
      ],
    });
  });

  it("is shown, deleted and made searchable again", async () => {
    const { documents, running } = await answering(fine(item));
    expect(await documents.show("9")).toEqual(document);
    await documents.delete("9");
    await documents.embedAgain("9");
    await documents.embedAgain("9", { url: "https://example.org/done" });
    expect(asked(running)).toEqual([
      `GET ${root}/document/9`,
      `DELETE ${root}/document/9`,
      `POST ${root}/document/embedding/9`,
      `POST ${root}/document/embedding/9`,
    ]);
    expect(running.received.slice(2).map(({ body }) => body)).toEqual([
      "{}",
      '{"callback_url":"https://example.org/done"}',
    ]);
  });

  it("has pictures", async () => {
    const { documents, running } = await answering(
      fine({
        images: [{ text: "【示意图序号_1】", cos_url: "https://cdn.example.org/1.png" }, { text: "no address" }],
      }),
    );
    expect(await documents.images("9")).toEqual([{ text: "【示意图序号_1】", url: "https://cdn.example.org/1.png" }]);
    expect(asked(running)).toEqual([`POST ${root}/document/slice/image_list/9`]);
  });
});

describe("an answer of the knowledge base", () => {
  it("does not repeat a field of a form that it quotes", async () => {
    const secret = "https://hooks.example/with-a-secret-token-of-its-user";
    const { documents } = await answering({ code: 0, message: `cannot reach ${secret}` });
    const file = { bytes: new Uint8Array([1]), name: "a.txt" };
    const { details } = await failure(documents.upload("1", { file, callback: { url: secret } }));
    expect(JSON.stringify(details)).not.toContain("secret-token");
    expect(details.serviceCode).toBe("0");
  });

  it.each([
    [{ code: 401, message: "key" }, "key-rejected"],
    [{ code: 1113, message: "balance" }, "no-balance"],
    [{ code: 404, message: "知识库不存在" }, "bad-request"],
    [{ code: 10_010, message: "unknown" }, "server"],
    [{ code: 0, message: "zero is no success here", data: stored }, "server"],
    [{ code: 500 }, "server"],
    [{ data: stored }, "invalid-response"],
    [fine({ name: "without an id" }), "invalid-response"],
    [fine(null), "invalid-response"],
    [[], "invalid-response"],
  ])("%j with HTTP 200 is %s", async (answer, code) => {
    const { knowledge } = await answering(answer);
    expect((await failure(knowledge.show("1234", { retries: 0 }))).code).toBe(code);
  });

  it("keeps the service's words and code", async () => {
    const { knowledge } = await answering({ code: 404, message: "知识库不存在" }, 404);
    expect(await failure(knowledge.show("1234"))).toMatchObject({
      code: "bad-request",
      details: { serviceCode: "404", serviceMessage: "知识库不存在", status: 404 },
    });
  });
});

type Knowledge = Client["knowledge"];
const file = { bytes: new Uint8Array(3), name: "a.pdf" };

describe("before the network", () => {
  it("a knowledge base is BigModel's only", async () => {
    const { running } = await answering(fine());
    for (const platform of ["zai", "zai-coding", "bigmodel-coding"] as const) {
      const { knowledge } = clientFor({ ...running.endpoint(), platform });
      expect(await failure(knowledge.capacity())).toMatchObject({
        code: "not-offered",
        details: { offeredOn: ["bigmodel"] },
      });
      expect((await failure(knowledge.documents.upload("1", { file }))).code).toBe("not-offered");
    }
    expect(running.received).toHaveLength(0);
  });

  it.each<[string, string, (knowledge: Knowledge) => Promise<unknown>]>([
    ["name", "not empty", ({ create }) => create({ name: " ", embedding: "Embedding-3" })],
    [
      "embedding_id",
      "Embedding-2, Embedding-3, Embedding-3-pro",
      ({ create }) => create({ name: "a", embedding: "Embedding-9" as "Embedding-3" }),
    ],
    [
      "background",
      "blue, red, orange, purple, sky, green, yellow",
      ({ edit }) => edit("1", { background: "black" as "blue" }),
    ],
    ["icon", "question, book, seal, wrench, tag, horn, house", ({ edit }) => edit("1", { icon: "cat" as "tag" })],
    ["callback_url", "http or https address", ({ edit }) => edit("1", { callback: { url: "file:///etc" } })],
    ["id", "1-200 letters, digits, ., - and _", ({ delete: remove }) => remove("../document/9")],
    ["id", "1-200 letters, digits, ., - and _", ({ show }) => show("")],
    ["id", "1-200 letters, digits, ., - and _", ({ show }) => show("..")],
    ["page", "1 or more", ({ list }) => list({ page: 0 })],
    ["size", "1 or more", ({ list }) => list({ size: 2.5 })],
    ["query", "1-1000 characters", ({ search }) => search({ query: "x".repeat(1001), knowledgeIds: ["1"] })],
    ["query", "1-1000 characters", ({ search }) => search({ query: "", knowledgeIds: ["1"] })],
    ["knowledge_ids", "at least one", ({ search }) => search({ query: "q", knowledgeIds: [] })],
    ["top_k", "1-20", ({ search }) => search({ query: "q", knowledgeIds: ["1"], topK: 21 })],
    ["top_n", "1-100", ({ search }) => search({ query: "q", knowledgeIds: ["1"], topN: 0 })],
    [
      "recall_method",
      "embedding, keyword, mixed",
      ({ search }) => search({ query: "q", knowledgeIds: ["1"], recallMethod: "luck" as "mixed" }),
    ],
    ["recall_ratio", "0-100", ({ search }) => search({ query: "q", knowledgeIds: ["1"], recallRatio: 101 })],
    [
      "rerank_model",
      "rerank, rerank-pro",
      ({ search }) => search({ query: "q", knowledgeIds: ["1"], rerank: "best" as "rerank" }),
    ],
    ["fractional_threshold", "0-1", ({ search }) => search({ query: "q", knowledgeIds: ["1"], leastScore: 1.1 })],
    ["knowledge_id", "1-200 letters, digits, ., - and _", ({ documents }) => documents.list("a/b")],
    ["files", "not empty", ({ documents }) => documents.upload("1", { file: { bytes: new Uint8Array(), name: "a" } })],
    ["files", "xls, xlsx, csv", ({ documents }) => documents.upload("1", { file, cut: "rows" })],
    [
      "files",
      "pdf, ppt, pptx",
      ({ documents }) => documents.upload("1", { file: { ...file, name: "notes" }, cut: "pages" }),
    ],
    [
      "knowledge_type",
      "headings, questions, rows, custom, pages, whole",
      ({ documents }) => documents.upload("1", { file, cut: "words" as "rows" }),
    ],
    ["sentence_size", "20-2000", ({ documents }) => documents.upload("1", { file, cut: "custom", sentenceSize: 19 })],
    ["word_num_limit", "1 or more", ({ documents }) => documents.upload("1", { file, wordLimit: 0 })],
    ["upload_detail", "at least one", ({ documents }) => documents.uploadUrls("1", [])],
    [
      "url",
      "http or https address",
      ({ documents }) => documents.uploadUrls("1", [{ url: "ftp://example.org", cut: "custom" }]),
    ],
    [
      "sentence_size",
      "20-2000",
      ({ documents }) => documents.uploadUrls("1", [{ url: "https://a.b", cut: "custom", sentenceSize: 2001 }]),
    ],
    ["callback_url", "http or https address", ({ documents }) => documents.embedAgain("1", { url: "" })],
  ])("%s must be %s", async (field, rule, call) => {
    const { knowledge, running } = await answering(fine());
    expect(await failure(call(knowledge))).toMatchObject({ code: "bad-request", details: { field, rule } });
    expect(running.received).toHaveLength(0);
  });
});
