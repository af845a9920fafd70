import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type AddressInfo, connect, type Socket } from "node:net";

export type FrontOptions = {
  /** Tried first, so that the browser's stored state (bound to host and port) survives a restart. */
  preferredPort?: number;
  /** Gives webviews sites of their own and so, as in a desktop VS Code, a process beside that of the window. */
  webviewsApart?: boolean;
};

export type Front = { url: string; port: number; close(): Promise<void> };

/**
 * A small reverse proxy in front of the VS Code server, on loopback. It passes everything on (HTTP and WebSocket)
 * except `POST /mint-key`, which it answers itself with the 32 bytes kept in `keyFile`.
 *
 * Why: the browser keeps secrets encrypted with a key of which one half comes from that address. It is served by an
 * outer process that we do not run; without an answer VS Code holds secrets in memory only, and a page reload loses
 * the API key.
 */
export async function startFront(targetPort: number, keyFile: string, options: FrontOptions = {}): Promise<Front> {
  const key = readOrMakeKey(keyFile);
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => {
    if (incoming.url?.split("?")[0]?.endsWith("/mint-key")) {
      incoming.resume();
      outgoing.writeHead(200, { "content-type": "application/octet-stream", "cache-control": "no-store" }).end(key);
      return;
    }
    if (options.webviewsApart && incoming.headers.accept?.includes("text/html")) {
      incoming.headers["accept-encoding"] = "identity";
      pass(incoming, outgoing, targetPort, (answer) => {
        separateWebviews(answer, outgoing).catch(() => outgoing.destroy());
      });
    } else pass(incoming, outgoing, targetPort);
  });
  server.on("connection", (socket) => track(sockets, socket));
  server.on("upgrade", (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    track(sockets, upgrade(incoming, socket, head, targetPort));
  });
  await listen(server, options.preferredPort ?? 0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function readOrMakeKey(file: string): Buffer {
  if (existsSync(file)) {
    const stored = readFileSync(file);
    if (stored.length === 32) return stored;
  }
  const key = randomBytes(32);
  writeFileSync(file, key, { mode: 0o600 });
  chmodSync(file, 0o600);
  return key;
}

function track(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.once("close", () => sockets.delete(socket));
}

function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  port: number,
  respond: (answer: IncomingMessage, outgoing: ServerResponse) => void = copy,
): void {
  const { method, url: path, headers } = incoming;
  const onward = request({ host: "127.0.0.1", port, method, path, headers }, (answer) => respond(answer, outgoing));
  onward.on("error", () => {
    if (!outgoing.headersSent) outgoing.writeHead(502);
    outgoing.end();
  });
  outgoing.on("close", () => onward.destroy());
  incoming.pipe(onward);
}

function copy(answer: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
  answer.pipe(outgoing);
}

/**
 * Gives the window's page another address for its webviews, in its settings and in its policy. VS Code itself puts the name of
 * each webview in place of the braces; a browser finds every name below "localhost" here.
 */
async function separateWebviews(answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const site = (name: string): string => `http://${name}.localhost:${outgoing.socket?.localPort}`;
  const page = await text(answer);
  const { "content-length": _length, "content-security-policy": policy, ...rest } = answer.headers;
  if (typeof policy === "string") {
    rest["content-security-policy"] = policy.replace("frame-src ", `frame-src ${site("*")} `);
  }
  outgoing.writeHead(answer.statusCode ?? 502, rest);
  outgoing.end(page.replace("webviewEndpoint&quot;:&quot;", `$&${site("{{uuid}}")}/`));
}

function upgrade(incoming: IncomingMessage, socket: Socket, head: Buffer, port: number): Socket {
  const onward = connect(port, "127.0.0.1", () => {
    const lines = [`${incoming.method ?? "GET"} ${incoming.url ?? "/"} HTTP/1.1`];
    for (let i = 0; i + 1 < incoming.rawHeaders.length; i += 2) {
      lines.push(`${incoming.rawHeaders[i] ?? ""}: ${incoming.rawHeaders[i + 1] ?? ""}`);
    }
    onward.write(`${lines.join("\r\n")}\r\n\r\n`);
    if (head.length > 0) onward.write(head);
    onward.pipe(socket);
    socket.pipe(onward);
  });
  const end = (): void => {
    onward.destroy();
    socket.destroy();
  };
  onward.on("error", end).on("close", end);
  socket.on("error", end).on("close", end);
  return onward;
}

async function listen(server: Server, preferredPort: number): Promise<void> {
  const attempt = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => {
        server.removeListener("error", reject);
        resolve();
      });
    });
  try {
    await attempt(preferredPort);
  } catch (error) {
    if (preferredPort === 0) throw error;
    await attempt(0);
  }
}
