import type { Account } from "./accounts.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { invalid } from "./fields.ts";
import type { Knowledge } from "./knowledge-store.ts";

/** The knowledge base with this id. @throws ApiError 1214 when the key has none. */
export function requireKnowledge({ state }: Exchange, account: Account, id: string): Knowledge {
  const base = state.knowledge.get(account.key, id);
  if (base === undefined) throw new ApiError("1214", { en: "The knowledge base does not exist", zh: "知识库不存在" });
  return base;
}

/** `page` from 1 (default 1) and `size` 1–100 (default 10) of the query. @throws ApiError 1214. */
export function readPaging(exchange: Exchange): { page: number; size: number; query: URLSearchParams } {
  const query = new URLSearchParams(exchange.path.split("?")[1]);
  const page = Number(query.get("page") ?? 1);
  const size = Number(query.get("size") ?? 10);
  if (!Number.isInteger(page) || page < 1) throw invalid("page", ">= 1");
  if (!Number.isInteger(size) || size < 1 || size > 100) throw invalid("size", "1-100");
  return { page, size, query };
}
