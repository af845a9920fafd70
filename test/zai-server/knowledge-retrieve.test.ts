import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey } from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, dig, json, type Answer } from "./test-client.ts";

let simulator: Simulator;
let base = "";
let ids: string[] = [];
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(async () => {
  simulator.reset();
  base = String(dig(json(await post("/knowledge", { embedding_id: 11, name: "n", contextual: 1 })), "data", "id"));
  const form = new FormData();
  form.append("files", new File(["Cats sleep all day.\n\n".repeat(20), "Dogs guard houses."], "animals.txt"));
  form.append("files", new File(["Trains run on rails and stop at stations."], "trains.txt"));
  form.append("knowledge_type", "5");
  const answer = json(await post(`/document/upload_document/${base}`, undefined, form));
  ids = (dig(answer, "data", "successInfos") as unknown[]).map((each) => String(dig(each, "documentId")));
});
afterAll(() => simulator.close());

const post = (path: string, body?: unknown, form?: FormData): Promise<Answer> =>
  call(simulator, {
    host: "open.bigmodel.cn",
    key: bigmodelPaygKey,
    path: `/api/llm-application/open${path}`,
    body,
    form,
  });
const retrieve = (body: object): Promise<Answer> =>
  post("/knowledge/retrieve", { query: "Where do trains stop?", knowledge_ids: [base], ...body });
async function found(body: object = {}): Promise<{ text: string; score: number }[]> {
  await retrieve({});
  return dig(json(await retrieve(body)), "data") as { text: string; score: number }[];
}

const score = async (body: object): Promise<number> => (await found(body))[0]?.score ?? 0;

describe("retrieval", () => {
  it("finds nothing at first, and the best slice once the documents are embedded", async () => {
    expect(dig(json(await retrieve({})), "data")).toEqual([]);
    const [best] = await found();
    expect(best).toEqual({
      text: "Trains run on rails and stop at stations.",
      score: expect.any(Number) as unknown,
      metadata: {
        _id: expect.stringMatching(/^[0-9a-f]{40}$/) as unknown,
        knowledge_id: base,
        doc_id: ids[1],
        doc_name: "trains.txt",
        doc_url: "",
        contextual_text: "trains.txt: Trains run on rails and stop at stations.",
      },
    });
  });

  it("counts words, likeness, or both by a ratio", async () => {
    const keyword = await score({ recall_method: "keyword" });
    const alike = await score({ recall_method: "embedding" });
    expect(keyword).toBe(1);
    expect(alike).toBeGreaterThan(0.1);
    expect(alike).toBeLessThan(1);
    expect(await score({ recall_ratio: 0 })).toBe(keyword);
    expect(await score({ recall_method: "mixed", recall_ratio: 100 })).toBe(alike);
    expect(await score({})).toBeCloseTo(0.8 * alike + 0.2 * keyword, 3);
    expect(await score({ rerank_status: 1, rerank_model: "rerank-pro" })).toBeCloseTo((alike + keyword) / 2, 3);
  });

  it("obeys top_k, top_n, threshold and the choice of documents", async () => {
    const cats = { query: "cats sleep" };
    expect(await found(cats)).toHaveLength(8);
    expect(await found({ ...cats, top_k: 20 })).toHaveLength(10);
    expect(await found({ ...cats, top_k: 20, top_n: 100 })).toHaveLength(20);
    expect(await found({ ...cats, top_k: 3 })).toHaveLength(3);
    expect(await found({ ...cats, top_n: 2 })).toHaveLength(2);
    expect(await found({ ...cats, fractional_threshold: 0.999 })).toEqual([]);
    expect(await found({ recall_method: "keyword", document_ids: [ids[0]] })).toEqual([]);
    const scores = (await found({ ...cats, top_k: 20, top_n: 100, recall_method: "embedding" })).map(
      (each) => each.score,
    );
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it.each<[string, object, number]>([
    ["no query", { query: "" }, 1213],
    ["1000 characters", { query: "字".repeat(1000) }, 200],
    ["1001 characters", { query: "字".repeat(1001) }, 1214],
    ["no bases", { knowledge_ids: undefined }, 1213],
    ["an empty list of bases", { knowledge_ids: [] }, 1213],
    ["an unknown base", { knowledge_ids: ["123"] }, 1214],
    ["bases as text", { knowledge_ids: "123" }, 1214],
    ["documents as numbers", { document_ids: [1] }, 1214],
    ["top_k 21", { top_k: 21 }, 1214],
    ["top_k 0", { top_k: 0 }, 1214],
    ["top_n 101", { top_n: 101 }, 1214],
    ["an unknown method", { recall_method: "magic" }, 1214],
    ["a ratio over 100", { recall_ratio: 101 }, 1214],
    ["rerank_status true", { rerank_status: true }, 1214],
    ["an unknown rerank model", { rerank_model: "other" }, 1214],
    ["a threshold over 1", { fractional_threshold: 1.1 }, 1214],
    ["short request_id", { request_id: "abc" }, 1214],
  ])("with %s", async (_name, body, code) => {
    const answer = await retrieve(body);
    expect([answer.status, dig(json(answer), "code")]).toEqual([200, code]);
  });
});
