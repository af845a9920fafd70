import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Platform } from "./accounts.ts";
import { ApiError, type Language } from "./errors.ts";
import type { Exchange, RecordedRequest } from "./exchange.ts";
import { promptOf, readIncoming, type Incoming } from "./incoming.ts";
import { sendRefusal } from "./refusals.ts";
import { route } from "./routes.ts";
import { playReply } from "./scenario-replies.ts";
import type { Scenario } from "./scenarios.ts";
import { createState, resetState, type State } from "./state.ts";

/** A running simulator. */
export interface Simulator {
  readonly port: number;
  /** `http://127.0.0.1:port`, without a trailing slash. */
  readonly url: string;
  /** Everything that arrived, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Plays faults on the next matching requests: one until replaced, or a queue. Undefined ends it. */
  setScenario(scenario: Scenario | readonly Scenario[] | undefined): void;
  /** Forgets requests, scenarios, cached prefixes, jobs and files. */
  reset(): void;
  /** Ends all connections and the recognition engine. */
  close(): Promise<void>;
}

/** @param options.port 0 or absent picks a free one. @param options.paceMs pause between stream frames, default 2. */
export async function startSimulator(options: { port?: number; paceMs?: number } = {}): Promise<Simulator> {
  const requests: RecordedRequest[] = [];
  const closing = new AbortController();
  const state = createState(options.paceMs ?? 2);
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
      resetState(state);
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
  let incoming: Incoming;
  try {
    incoming = await readIncoming(request);
  } catch {
    return; // The client left while it was still sending; there is nothing to record and nobody to answer.
  }
  const { body } = incoming;
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
    piecesSent: 0,
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
    ...incoming,
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
  await sendRefusal(exchange, known).catch(() => undefined);
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
