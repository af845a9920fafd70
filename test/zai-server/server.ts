import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { authenticate, type Platform } from "./accounts.ts";
import { handleChat } from "./chat.ts";
import { deliver, sendJson } from "./delivery.ts";
import { ApiError, type Language } from "./errors.ts";
import type { Exchange, RecordedRequest, State } from "./exchange.ts";
import { handleAsyncImage, handleAsyncResult, handleImage, PictureStore } from "./images.ts";
import { asString, isObject, parseJson } from "./json.ts";
import { listedModels } from "./models.ts";
import { handleLayout } from "./ocr.ts";
import { handleOpenAi } from "./openai.ts";
import { Recogniser } from "./recognise.ts";
import { playReply, sendSpring404 } from "./scenario-replies.ts";
import { ScenarioBook, type Scenario } from "./scenarios.ts";
import { PrefixCache } from "./tokens.ts";

/** A running simulator. */
export interface Simulator {
  readonly port: number;
  /** `http://127.0.0.1:port`, without a trailing slash. */
  readonly url: string;
  /** Everything that arrived, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Plays faults on the next matching requests: one until replaced, or a queue. Undefined ends it. */
  setScenario(scenario: Scenario | readonly Scenario[] | undefined): void;
  /** Forgets requests, scenarios, cached prefixes, jobs and pictures. */
  reset(): void;
  /** Ends all connections and the recognition engine. */
  close(): Promise<void>;
}

/** @param options.port 0 or absent picks a free one. @param options.paceMs pause between stream frames, default 2. */
export async function startSimulator(options: { port?: number; paceMs?: number } = {}): Promise<Simulator> {
  const requests: RecordedRequest[] = [];
  const closing = new AbortController();
  const state: State = {
    book: new ScenarioBook(),
    prefixes: new PrefixCache(),
    jobs: new Map(),
    pictures: new PictureStore(),
    recogniser: new Recogniser(),
    running: new Set(),
    load: new Map(),
    paceMs: options.paceMs ?? 2,
  };
  const server = createServer((request, response) => {
    void serve(request, response, state, requests, closing.signal);
  });
  const port = await listen(server, options.port ?? 0);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    setScenario: (scenario) => state.book.set(scenario),
    reset() {
      requests.length = 0;
      state.book.clear();
      state.prefixes.clear();
      state.jobs.clear();
      state.pictures.clear();
    },
    async close() {
      closing.abort();
      const closed = new Promise((done) => server.close(done));
      server.closeAllConnections();
      await Promise.all([closed, state.recogniser.close()]);
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", fail);
      done((server.address() as AddressInfo).port);
    });
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  state: State,
  requests: RecordedRequest[],
  closing: AbortSignal,
): Promise<void> {
  request.socket.setNoDelay(true);
  const gone = new AbortController();
  const startedAt = Date.now();
  let text: string;
  try {
    text = await readBody(request);
  } catch {
    return; // The client left while it was still sending; there is nothing to record and nobody to answer.
  }
  const body = text === "" ? undefined : (parseJson(text) ?? text);
  const path = request.url ?? "/";
  const method = request.method ?? "GET";
  const faults = state.book.take({ method, path, body }, promptOf(body));
  const recorded: RecordedRequest = {
    method,
    path,
    body,
    startedAt,
    scenarios: faults.names,
    host: request.headers.host ?? "",
    headers: flatten(request),
    status: undefined,
    finishedAt: undefined,
    aborted: false,
    abortedAt: undefined,
  };
  requests.push(recorded);
  let done = false;
  response.on("finish", () => {
    done = true;
    recorded.finishedAt = Date.now();
  });
  response.on("close", () => {
    gone.abort();
    // A cut that a scenario asked for is our doing, not the client's.
    const ours = faults.has("cut") || faults.has("reset") || closing.aborted;
    if (done || ours) return;
    recorded.aborted = true;
    recorded.abortedAt = Date.now();
  });
  const platform: Platform = /^open\.bigmodel\.cn(:|$)/.test(recorded.host) ? "bigmodel" : "zai";
  const exchange: Exchange = {
    request,
    response,
    recorded,
    body,
    path,
    faults,
    state,
    platform,
    signal: AbortSignal.any([gone.signal, closing]),
    language: languageOf(platform, request.headers["accept-language"]),
    endpoint: path.startsWith("/api/coding/") ? "coding" : "general",
    cdn: /^(api\.z\.ai|open\.bigmodel\.cn|cdn\.glm-simulator\.test)(:|$)/.test(recorded.host)
      ? "https://cdn.glm-simulator.test/cdn"
      : `http://127.0.0.1:${String(request.socket.localPort)}/cdn`,
  };
  try {
    if (!(await playReply(exchange))) await route(exchange);
  } catch (error) {
    await answerError(exchange, error);
  }
}

async function answerError(exchange: Exchange, error: unknown): Promise<void> {
  const { response, signal } = exchange;
  if (signal.aborted) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known = error instanceof ApiError ? error : new ApiError("500", String(error));
  await sendJson(exchange, known.status, known.body(exchange.language)).catch(() => undefined);
}

async function route(exchange: Exchange): Promise<void> {
  const { recorded, request, platform, endpoint } = exchange;
  const path = exchange.path.split("?")[0] ?? "/";
  if (path.startsWith("/cdn/")) return serveFile(exchange, path.slice("/cdn/".length));
  if (path.startsWith("/elsewhere"))
    return deliver(exchange, 200, { "Content-Type": "text/plain" }, [Buffer.from("another host\n")]);
  const custom = /^\/v1(\/.*)?$/.exec(path);
  if (custom !== null && exchange.cdn.startsWith("http:")) return handleOpenAi(exchange, custom[1] ?? "/");
  const name = /^\/api\/(?:coding\/)?paas\/v4(\/.*)$/.exec(path)?.[1];
  if (name === undefined) return sendSpring404(exchange);
  const account = authenticate(request.headers.authorization, platform);
  const call = `${recorded.method} ${name}`;
  if (call === "GET /models") return sendModels(exchange);
  if (call === "POST /chat/completions") return handleChat(exchange, account);
  // Pictures and recognition exist on the general base only.
  if (endpoint === "general") {
    if (call === "POST /images/generations") return handleImage(exchange, account);
    if (call === "POST /async/images/generations") return handleAsyncImage(exchange, account);
    if (call === "POST /layout_parsing") return handleLayout(exchange, account);
    const id = /^GET \/async-result\/([\w-]+)$/.exec(call)?.[1];
    if (id !== undefined) return handleAsyncResult(exchange, account, id);
  }
  return sendSpring404(exchange);
}

function sendModels(exchange: Exchange): Promise<void> {
  const owner = exchange.platform === "zai" ? "z-ai" : "zhipuai";
  return sendJson(exchange, 200, {
    object: "list",
    data: listedModels.map((id) => ({ id, object: "model", created: 1_786_665_600, owned_by: owner })),
  });
}

/** Result files are open to all, and must never be asked for with the key. */
async function serveFile(exchange: Exchange, name: string): Promise<void> {
  if (exchange.request.headers.authorization !== undefined) {
    return sendJson(exchange, 400, { error: "a result file was requested with an Authorization header" });
  }
  const bytes = await exchange.state.pictures.read(name);
  if (bytes === undefined)
    return deliver(exchange, 404, { "Content-Type": "text/html" }, [Buffer.from("<h1>404 Not Found</h1>")]);
  return deliver(exchange, 200, { "Content-Type": "image/png" }, [bytes]);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}

function flatten({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );
}

/** BigModel always speaks Chinese; Z.AI speaks English to who asks for it. */
function languageOf(platform: Platform, wanted: string | undefined): Language {
  return platform === "zai" && /^\s*en\b/i.test(wanted ?? "") ? "en" : "zh";
}

/** The text in which `#scenario:…` is looked for: the last user message of a chat, or an image prompt. */
function promptOf(body: unknown): string {
  if (!isObject(body)) return "";
  const messages: unknown[] = Array.isArray(body["messages"]) ? body["messages"] : [];
  const last = messages.findLast((each) => isObject(each) && each["role"] === "user");
  const content = isObject(last) ? last["content"] : body["prompt"];
  if (!Array.isArray(content)) return asString(content) ?? "";
  return content.map((part: unknown) => (isObject(part) ? (asString(part["text"]) ?? "") : "")).join("\n");
}
