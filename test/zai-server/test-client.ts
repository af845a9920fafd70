import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { paygKey } from "./accounts.ts";
import { isObject, parseJson } from "./json.ts";
import type { Simulator } from "./server.ts";

/** A request of a test. */
export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly host?: string;
  /** undefined sends the pay-as-you-go key, null none. */
  readonly key?: string | null;
  readonly body?: unknown;
  /** Sent as multipart/form-data instead of a body. */
  readonly form?: FormData | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Closes the socket after so many milliseconds. */
  readonly leaveAfter?: number;
}

/** What came back, down to the pieces in which it came. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
  readonly pieces: readonly Buffer[];
  /** False when the connection broke before the body was complete. */
  readonly complete: boolean;
  readonly ms: number;
}

/** Sends a request through node:http, which lets a test choose the Host header and see every piece. */
export async function call(
  simulator: Simulator,
  { method = "POST", path, host, key, body, form, headers, leaveAfter }: Call,
): Promise<Answer> {
  const { type, payload } = await encode(body, form);
  const started = performance.now();
  const all: Record<string, string> = { "Content-Type": type, "Accept-Language": "en-US,en", ...headers };
  if (key !== null) all["Authorization"] = `Bearer ${key ?? paygKey}`;
  if (host !== undefined) all["Host"] = host;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", port: simulator.port, method, path, headers: all, agent: false });
    let answered = false;
    request.on("response", (response) => {
      answered = true;
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("error", () => undefined);
      response.on("close", () => {
        const bytes = Buffer.concat(pieces);
        const text = bytes.toString("utf8");
        const { statusCode = 0, headers: got, complete } = response;
        resolve({ status: statusCode, headers: got, bytes, text, pieces, complete, ms: performance.now() - started });
      });
    });
    request.on("error", (error) => {
      if (!answered) reject(error);
    });
    if (leaveAfter !== undefined) setTimeout(() => request.destroy(new Error("left")), leaveAfter);
    request.end(payload);
  });
}

async function encode(body: unknown, form: FormData | undefined): Promise<{ type: string; payload?: Buffer | string }> {
  if (form === undefined)
    return { type: "application/json", ...(body === undefined ? {} : { payload: JSON.stringify(body) }) };
  const encoded = new Response(form);
  return {
    type: encoded.headers.get("Content-Type") ?? "",
    payload: Buffer.from(await encoded.arrayBuffer()),
  };
}

/** A chat request on the general base of Z.AI with what `extra` adds. */
export function chat(
  simulator: Simulator,
  prompt: string,
  extra: object = {},
  more: Partial<Call> = {},
): Promise<Answer> {
  const body = { model: "glm-5.3", messages: [{ role: "user", content: prompt }], ...extra };
  return call(simulator, { path: "/api/paas/v4/chat/completions", body, ...more });
}

/** Walks into parsed JSON by keys and indexes; undefined where the path ends early. */
export function dig(value: unknown, ...path: readonly (string | number)[]): unknown {
  let at = value;
  for (const step of path) {
    if (Array.isArray(at) && typeof step === "number") at = at.at(step) as unknown;
    else if (isObject(at)) at = at[step];
    else return undefined;
  }
  return at;
}

/** Parsed body. */
export const json = ({ text }: Answer): unknown => parseJson(text);

/** A scalar as text, anything else as nothing. */
function scalar(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

/** `status/code` of an error answer, e.g. `401/1002`. */
export const verdict = (answer: Answer): string =>
  `${answer.status}/${scalar(dig(json(answer), "error", "code") ?? "ok")}`;

/** The JSON frames of a well-formed stream; `[DONE]` stays a string. */
export function frames({ text }: Answer): unknown[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const data = /^data: ?(.*)$/.exec(line)?.[1];
    return data === undefined ? [] : [data === "[DONE]" ? data : parseJson(data)];
  });
}

/** All content, or all reasoning, of a stream. */
export function spoken(answer: Answer, field = "content"): string {
  return frames(answer)
    .map((frame) => scalar(dig(frame, "choices", 0, "delta", field)))
    .join("");
}
