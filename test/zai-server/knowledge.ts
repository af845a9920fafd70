import { authenticate, type Account } from "./accounts.ts";
import { sendJson } from "./delivery.ts";
import type { Exchange } from "./exchange.ts";
import { invalid, missing, readChoice, readObject, readText } from "./fields.ts";
import { asString, isObject, type JsonObject } from "./json.ts";
import { answerDocuments } from "./knowledge-documents.ts";
import { readPaging, requireKnowledge } from "./knowledge-fields.ts";
import { retrieve } from "./knowledge-retrieve.ts";
import { wordCount, type Knowledge, type KnowledgeSettings } from "./knowledge-store.ts";
import { sendSpring404 } from "./scenario-replies.ts";

/** /api/llm-application/open, on BigModel only. Envelope `{code: 200, message, data, timestamp}`. */
export function knowledgeRoute(call: string, exchange: Exchange): Promise<void> | undefined {
  const [, method, path] = /^(\w+) \/api\/llm-application\/open(\/.+)$/.exec(call) ?? [];
  if (method === undefined || path === undefined || exchange.platform !== "bigmodel") return undefined;
  return answer(exchange, `${method} ${path}`);
}

async function answer(exchange: Exchange, call: string): Promise<void> {
  const account = authenticate(exchange.request.headers.authorization, exchange.platform);
  const outcome =
    answerBases(call, exchange, account) ??
    answerDocuments(call, exchange, account) ??
    (call === "POST /knowledge/retrieve" ? retrieve(exchange, account) : undefined);
  if (outcome === undefined) return sendSpring404(exchange);
  const { data } = await outcome;
  await sendJson(exchange, 200, { code: 200, message: "请求成功", data, timestamp: Date.now() });
}

/** What a call answers in `data`; some answer nothing. */
type Outcome = { readonly data: unknown } | Promise<{ readonly data: unknown }> | undefined;

function answerBases(call: string, exchange: Exchange, account: Account): Outcome {
  const { knowledge } = exchange.state;
  switch (call) {
    case "POST /knowledge":
      return { data: { id: knowledge.create(account.key, readSettings(readObject(exchange.body))).id } };
    case "GET /knowledge": {
      const { page, size } = readPaging(exchange);
      const all = knowledge.list(account.key);
      return { data: { list: all.slice((page - 1) * size, page * size).map(describe), total: all.length } };
    }
    case "GET /knowledge/capacity":
      return { data: capacity(knowledge.list(account.key)) };
  }
  const [, method, id = ""] = /^(GET|PUT|DELETE) \/knowledge\/(\w+)$/.exec(call) ?? [];
  if (method === undefined) return undefined;
  const base = requireKnowledge(exchange, account, id);
  if (method === "PUT") base.settings = readEdit(readObject(exchange.body), base.settings);
  if (method === "DELETE") knowledge.delete(id);
  return { data: method === "GET" ? describe(base) : undefined };
}

const backgrounds = ["blue", "red", "orange", "purple", "sky", "green", "yellow"];
const icons = ["question", "book", "seal", "wrench", "tag", "horn", "house"];

function readSettings(body: JsonObject, before?: KnowledgeSettings): KnowledgeSettings {
  const embedding = readChoice(body, "embedding_id", [3, 11, 12]) ?? before?.embedding_id;
  if (embedding === undefined) throw missing("embedding_id");
  const name = before !== undefined && body["name"] === undefined ? before.name : readText(body, "name");
  if (name.trim() === "") throw invalid("name", "empty");
  for (const field of ["embedding_model", "description"]) {
    if (body[field] !== undefined && typeof body[field] !== "string") throw invalid(field, "text");
  }
  return {
    embedding_id: embedding,
    name,
    description: asString(body["description"]) ?? before?.description ?? "",
    contextual: readChoice(body, "contextual", [0, 1]) ?? before?.contextual ?? 0,
    background: readChoice(body, "background", backgrounds) ?? before?.background ?? "blue",
    icon: readChoice(body, "icon", icons) ?? before?.icon ?? "question",
  };
}

/** An edit changes what it names and leaves the rest. */
function readEdit(body: JsonObject, before: KnowledgeSettings): KnowledgeSettings {
  if (body["callback_url"] !== undefined && URL.parse(asString(body["callback_url"]) ?? "") === null)
    throw invalid("callback_url", "an address");
  if (body["callback_header"] !== undefined && !isObject(body["callback_header"]))
    throw invalid("callback_header", "an object");
  return readSettings(body, before);
}

function describe({ id, settings, documents }: Knowledge): object {
  return { id, ...settings, document_size: documents.size, ...volume([...documents.values()]) };
}

function volume(documents: readonly Parameters<typeof wordCount>[0][]): { word_num: number; length: number } {
  return {
    word_num: documents.reduce((sum, document) => sum + wordCount(document), 0),
    length: documents.reduce((sum, { length }) => sum + length, 0),
  };
}

/** Numbers of characters and bytes; the totals are those of an ordinary account, made up. */
function capacity(bases: readonly Knowledge[]): object {
  return {
    used: volume(bases.flatMap(({ documents }) => [...documents.values()])),
    total: { word_num: 100_000_000, length: 1_073_741_824 },
  };
}
