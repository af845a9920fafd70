import type { Account, Platform } from "./accounts.ts";
import { deliver, sendJson } from "./delivery.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { invalid, missing } from "./fields.ts";
import type { StoredFile } from "./file-store.ts";

/** What a purpose allows. Sizes are megabytes. */
interface Purpose {
  /** Undefined takes every type. */
  readonly types: RegExp | undefined;
  readonly size: number;
  readonly pictureSize: number;
  readonly count: number;
}

const purposes: Readonly<Record<Platform, Readonly<Record<string, Purpose>>>> = {
  zai: {
    agent: { types: /\.(pdf|doc|xlsx|ppt|txt|jpg|png)$/i, size: 100, pictureSize: 100, count: 100 },
  },
  bigmodel: {
    agent: {
      types: /\.(pdf|docx?|xlsx?|txt|png|jpe?g|csv)$/i,
      size: 20,
      pictureSize: 5,
      count: 1000,
    },
    "code-interpreter": { types: undefined, size: 20, pictureSize: 20, count: 100 },
    batch: { types: /\.jsonl$/i, size: 100, pictureSize: 100, count: 1000 },
    "voice-clone-input": { types: /\.(mp3|wav)$/i, size: 10, pictureSize: 10, count: 1000 },
  },
};

/** Upload on both platforms; list, delete and content on BigModel only. Storage costs nothing. */
export function filesRoute(call: string, exchange: Exchange, account: Account): Promise<void> | undefined {
  if (call === "POST /files") return upload(exchange, account);
  if (exchange.platform !== "bigmodel") return undefined;
  if (call === "GET /files") return list(exchange, account);
  const [, method, id = "", content] = /^(GET|DELETE) \/files\/([\w-]+)(\/content)?$/.exec(call) ?? [];
  if (method === "DELETE" && content === undefined) return remove(exchange, account, id);
  return method === "GET" && content !== undefined ? sendContent(exchange, account, id) : undefined;
}

async function upload(exchange: Exchange, account: Account): Promise<void> {
  const { form, state } = exchange;
  if (form === undefined)
    throw new ApiError("1210", { en: "The body is not multipart/form-data", zh: "请求体不是 multipart/form-data" });
  const purpose = form.get("purpose");
  const file = form.get("file");
  if (typeof purpose !== "string" || purpose === "") throw missing("purpose");
  const known = purposes[account.platform];
  const rules = Object.hasOwn(known, purpose) ? known[purpose] : undefined;
  if (rules === undefined) throw invalid("purpose", Object.keys(known).join(", "));
  if (!(file instanceof File)) throw missing("file");
  if (rules.types !== undefined && !rules.types.test(file.name)) throw invalid("file", rules.types.source);
  if (file.size === 0) throw invalid("file", "empty");
  const largest = /\.(png|jpe?g)$/i.test(file.name) ? rules.pictureSize : rules.size;
  if (file.size > largest * 1024 * 1024) {
    const text = { en: `The file is larger than ${largest} MB`, zh: `文件大小超过 ${largest}MB` };
    // The platforms' own status for files over 100 MB; smaller limits are ordinary parameter errors.
    throw new ApiError("1214", text, largest === 100 ? { status: 435 } : {});
  }
  if (state.files.list(account.key, purpose).length >= rules.count) throw invalid("file", `<= ${rules.count} files`);
  const stored = state.files.add({
    owner: account.key,
    purpose,
    filename: file.name,
    bytes: Buffer.from(await file.arrayBuffer()),
  });
  await sendJson(exchange, 200, describe(stored));
}

const describe = ({ id, bytes, filename, purpose, createdAt }: StoredFile): object => ({
  id,
  object: "file",
  bytes: bytes.length,
  filename,
  purpose,
  created_at: createdAt,
});

/** Newest first; `after` is the last id of the page before. */
async function list(exchange: Exchange, account: Account): Promise<void> {
  const query = new URLSearchParams(exchange.path.split("?")[1]);
  const purpose = query.get("purpose") ?? "";
  if (purpose === "") throw missing("purpose");
  if (!["batch", "code-interpreter", "agent"].includes(purpose)) throw invalid("purpose", purpose);
  if ((query.get("order") ?? "created_at") !== "created_at") throw invalid("order", "created_at");
  const limit = Number(query.get("limit") ?? 20);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw invalid("limit", "1-100");
  const files = exchange.state.files.list(account.key, purpose).toReversed();
  const after = query.get("after");
  const start = after === null ? 0 : files.findIndex(({ id }) => id === after) + 1;
  if (after !== null && start === 0) throw invalid("after", "unknown file");
  const data = files.slice(start, start + limit).map(describe);
  await sendJson(exchange, 200, { object: "list", data, has_more: start + limit < files.length });
}

const unknownFile = (): ApiError => new ApiError("1214", { en: "The file does not exist", zh: "文件不存在" });

async function remove(exchange: Exchange, account: Account, id: string): Promise<void> {
  if (!exchange.state.files.delete(account.key, id)) throw unknownFile();
  await sendJson(exchange, 200, { id, object: "file", deleted: true });
}

async function sendContent(exchange: Exchange, account: Account, id: string): Promise<void> {
  const file = exchange.state.files.get(account.key, id);
  if (file === undefined) throw unknownFile();
  const name = encodeURIComponent(file.filename);
  await deliver(
    exchange,
    200,
    { "Content-Type": "application/octet-stream", "Content-Disposition": `attachment; filename*=UTF-8''${name}` },
    [file.bytes],
  );
}
