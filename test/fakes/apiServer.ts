import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { customEndpoint, type Dialect, type Endpoint } from "../../src/api/platforms.ts";

/** What the client really sent. */
interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Handler = (request: Received, response: ServerResponse, turn: number) => void | Promise<void>;

export interface ApiServer {
  readonly origin: string;
  readonly received: readonly Received[];
  /** Sockets that are open right now. */
  readonly openSockets: () => number;
  /** Connections that were ever accepted. */
  readonly connections: () => number;
  endpoint(dialect?: Dialect): Endpoint;
  close(): Promise<void>;
}

/** A bare HTTP server on loopback that answers with `handler`; `turn` counts requests from 0. */
export async function startApiServer(handler: Handler): Promise<ApiServer> {
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const seen = {
        method: request.method ?? "",
        path: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      received.push(seen);
      response.on("error", () => {});
      void handler(seen, response, received.length - 1);
    });
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    connections++;
    socket.on("error", () => {});
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    received,
    openSockets: () => sockets.size,
    connections: () => connections,
    endpoint(dialect = "zai") {
      const endpoint = customEndpoint(`${origin}/api/paas/v4`, dialect);
      if (!endpoint) throw new Error("loopback must be allowed");
      return endpoint;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { "Content-Type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

/**
 * Sends `body` as an event stream cut at the given byte offsets. Every piece leaves in a write of its own, one turn of the
 * event loop apart, so that most of them arrive as reads of their own.
 */
export async function sendStream(
  response: ServerResponse,
  body: string | Buffer,
  cuts: readonly number[] = [],
): Promise<void> {
  response.writeHead(200, { "Content-Type": "text/event-stream;charset=UTF-8" });
  const bytes = Buffer.from(body);
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  for (let piece = 1; piece < edges.length; piece++) {
    const slice = bytes.subarray(edges[piece - 1], edges[piece]);
    if (slice.length === 0) continue;
    response.write(slice);
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}
