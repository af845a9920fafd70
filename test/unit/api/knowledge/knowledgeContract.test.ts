import { describe, expect, it } from "vitest";
import { failure } from "../../../fakes/apiClient.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { simulatorForFile } from "../../../fakes/simulatorForFile.ts";

/** Knowledge bases from creation to deletion, on the simulator, which refuses what the service would refuse. */

const simulator = await simulatorForFile();

const knowledge = () => simulatorClient(simulator, "bigmodel").knowledge;
const returns = [
  "# Returns",
  "Goods may be returned within 30 days.",
  "# Shipping",
  "![Map](https://example.org/map.png)",
  "We ship on weekdays only.",
].join("\n\n");
const file = (text: string, name: string) => ({ bytes: new TextEncoder().encode(text), name });

async function withDocument(cut?: "headings" | "custom") {
  const id = await knowledge().create({ name: "Shop", embedding: "Embedding-3" });
  const upload = cut === undefined ? {} : { cut, separators: ["\n\n"], sentenceSize: 40 };
  const outcome = await knowledge().documents.upload(id, { file: file(returns, "returns.md"), ...upload });
  return { id, documentId: outcome.accepted[0]?.documentId ?? "" };
}

describe("a knowledge base", () => {
  it("lives from creation to deletion", async () => {
    const settings = {
      name: "Shop",
      description: "Rules",
      contextual: true,
      background: "green",
      icon: "book",
    } as const;
    const id = await knowledge().create({ ...settings, embedding: "Embedding-3-pro" });
    const shown = await knowledge().show(id);
    expect(shown).toMatchObject({ id, ...settings, embeddingId: 12, documents: 0, words: 0 });
    const callback = { url: "https://example.org/done", headers: { "X-A": "1" } };
    await knowledge().edit(id, { name: "Store", embedding: "Embedding-2", callback });
    expect(await knowledge().show(id)).toMatchObject({ name: "Store", embeddingId: 3, icon: "book" });
    await knowledge().create({ name: "Second", embedding: "Embedding-3" });
    const { items, total } = await knowledge().list({ page: 2, size: 1 });
    expect([items.length, total]).toEqual([1, 2]);
    await knowledge().delete(id);
    expect((await knowledge().list()).total).toBe(1);
    expect(await failure(knowledge().show(id))).toMatchObject({
      code: "bad-request",
      details: { serviceCode: "1214" },
    });
  });

  it("counts against the account's capacity", async () => {
    const before = await knowledge().capacity();
    await withDocument();
    const after = await knowledge().capacity();
    expect(after.used.bytes).toBe((before.used.bytes ?? 0) + new TextEncoder().encode(returns).byteLength);
    expect(after.total.words).toBeGreaterThan(after.used.words ?? 0);
  });

  it("is refused to a wrong key", async () => {
    const wrong = simulatorClient(simulator, "bigmodel", { apiKey: "wrong.key" });
    expect((await failure(wrong.knowledge.list())).code).toBe("key-rejected");
    expect(simulator.requests).toHaveLength(1);
  });
});

describe("a document", () => {
  it("is uploaded, made searchable, found and deleted", async () => {
    const { id, documentId } = await withDocument("custom");
    const first = await knowledge().documents.show(documentId);
    expect(first).toMatchObject({ name: "returns.md", knowledgeType: 5, separators: ["\n\n"], sentenceSize: 40 });
    const { items, total } = await knowledge().documents.list(id, { word: "return" });
    expect([items.map((item) => item.id), total]).toEqual([[documentId], 1]);
    expect([items[0]?.embeddingStat === first.embeddingStat, items[0]?.failure]).toEqual([false, undefined]);
    const query = { query: "Within how many days may goods be returned?", knowledgeIds: [id] };
    const [best] = await knowledge().search({
      ...query,
      topK: 1,
      recallMethod: "mixed",
      recallRatio: 50,
      rerank: "rerank",
    });
    expect(best).toMatchObject({ documentId, knowledgeId: id, documentName: "returns.md" });
    expect(best?.text).toContain("30 days");
    expect(await knowledge().search({ ...query, leastScore: 1 })).toEqual([]);
    expect(await knowledge().documents.images(documentId)).toEqual([
      { text: "Map", url: "https://example.org/map.png" },
    ]);
    await knowledge().documents.delete(documentId);
    expect((await knowledge().documents.list(id)).total).toBe(0);
    expect((await failure(knowledge().documents.show(documentId))).code).toBe("bad-request");
  });

  it("that could not be made searchable says why, and can be tried again", async () => {
    simulator.setScenario({ name: "embedding-fail", match: "upload_document", times: 1 });
    const { documentId } = await withDocument();
    expect((await knowledge().documents.show(documentId)).failure).toBeUndefined();
    const failed = await knowledge().documents.show(documentId);
    expect(failed.failure).toEqual({ code: 10_002, message: "文档解析失败" });
    await knowledge().documents.embedAgain(documentId, { url: "https://example.org/done" });
    expect((await knowledge().documents.show(documentId)).failure).toBeUndefined();
  });

  it("of a wrong type or too many words is an outcome, not an error", async () => {
    const { id } = await withDocument();
    const upload = knowledge().documents.upload;
    const program = await upload(id, { file: file("x", "program.exe") });
    const long = await upload(id, { file: file(returns, "long.md"), wordLimit: 3, requestId: "upload-1" });
    expect([program.accepted, long.accepted]).toEqual([[], []]);
    expect([program.rejected[0]?.name, long.rejected[0]?.reason]).toEqual(["program.exe", "文档字数超过上限"]);
  });

  it("can be a page of the web", async () => {
    const { id } = await withDocument();
    const outcome = await knowledge().documents.uploadUrls(id, [
      { url: "https://docs.glm-simulator.test/git/undo", cut: "headings" },
      { url: "https://nowhere.glm-simulator.test/", cut: "custom", separators: ["\n"], sentenceSize: 2000 },
    ]);
    expect(outcome.accepted.map(({ name }) => name)).toEqual(["https://docs.glm-simulator.test/git/undo"]);
    expect(outcome.rejected).toEqual([{ name: "https://nowhere.glm-simulator.test/", reason: "网页无法访问" }]);
  });
});
