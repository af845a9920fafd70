import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import { certificateFor } from "./certificates.ts";

/** Host names that the simulator answers for. The last one is where generated pictures are downloaded from. */
const simulatedHosts = ["api.z.ai", "open.bigmodel.cn", "cdn.glm-simulator.test"] as const;

/** One attempt to reach a host through the proxy. */
export type ProxyConnection = {
  /** `connect` for a tunnel, `plain` for an absolute-form http request. */
  kind: "connect" | "plain";
  host: string;
  port: number;
  allowed: boolean;
};

/** One request that arrived through the proxy, already decrypted. */
export type ProxyRequest = { method: string; host: string; path: string; secure: boolean };

export type PlatformProxy = {
  url: string;
  port: number;
  /** Every host that anything behind this proxy tried to reach, in order. */
  connections: ProxyConnection[];
  /** Every request passed on to the simulator, in order. */
  requests: ProxyRequest[];
  /** PEM file of the private authority. */
  authorityFile: string;
  /** User settings that send VS Code's traffic here. */
  settings: Record<string, unknown>;
  /** Environment that makes the extension host trust the private authority. */
  env: Record<string, string | undefined>;
  /** Sends further requests to another simulator. */
  setTarget(port: number): void;
  /** `false` pulls the plug: open tunnels break, and every further attempt is hung up on without an answer. */
  setOnline(online: boolean): void;
  close(): Promise<void>;
};

/**
 * A logging proxy on loopback that plays the Internet for the extension: the official host names end at the simulator
 * (TLS is terminated here with a private authority), everything else is refused. So the product needs no test switch:
 * it believes that it talks to the real service, through a company proxy.
 *
 * Answers are passed on chunk by chunk, and a caller that hangs up is hung up on towards the simulator too.
 * @param simulatorPort loopback port of the simulator; it sees the original `Host` header.
 */
export async function startPlatformProxy(simulatorPort: number): Promise<PlatformProxy> {
  const certificate = await certificateFor(simulatedHosts);
  const secureContext = createSecureContext({ key: certificate.key, cert: certificate.cert });
  const connections: ProxyConnection[] = [];
  const requests: ProxyRequest[] = [];
  const sockets = new Set<Socket>();
  let target = simulatorPort;
  let online = true;

  const forward = (incoming: IncomingMessage, outgoing: ServerResponse, path: string, secure: boolean): void => {
    requests.push({ method: incoming.method ?? "", host: incoming.headers.host ?? "", path, secure });
    passOn(incoming, outgoing, path, target);
  };

  // Never listens: it only parses what comes out of the tunnels. VS Code's fetch tunnels plain http too.
  const inside = createServer((incoming, outgoing) =>
    forward(incoming, outgoing, incoming.url ?? "/", incoming.socket instanceof TLSSocket),
  );
  unlimited(inside);

  const proxy = createServer((incoming, outgoing) => {
    const url = absoluteUrl(incoming.url);
    if (!url) {
      outgoing.writeHead(400).end("This is a proxy: send absolute-form requests or CONNECT.");
      return;
    }
    const allowed = isSimulated(url.hostname);
    connections.push({ kind: "plain", host: url.hostname, port: Number(url.port || 80), allowed });
    if (allowed) forward(incoming, outgoing, url.pathname + url.search, false);
    else outgoing.writeHead(502).end(`The test proxy does not know ${url.hostname}.`);
  });
  unlimited(proxy);

  proxy.on("connect", (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
    const { host, port } = authority(incoming.url ?? "");
    const allowed = isSimulated(host) && (port === 443 || port === 80);
    connections.push({ kind: "connect", host, port, allowed });
    socket.on("error", () => socket.destroy());
    if (!allowed) {
      socket.end("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
      return;
    }
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    if (head.length > 0) socket.unshift(head);
    if (port === 80) {
      inside.emit("connection", socket);
      return;
    }
    const tls = new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ["http/1.1"] });
    tls.on("error", () => tls.destroy());
    inside.emit("connection", tls);
  });
  proxy.on("connection", (socket: Socket) => {
    if (!online) {
      connections.push({ kind: "connect", host: "(offline)", port: 0, allowed: false });
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.once("close", () => sockets.delete(socket));
  });

  await new Promise<void>((resolve) => void proxy.listen(0, "127.0.0.1", resolve));
  const { port } = proxy.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    port,
    connections,
    requests,
    authorityFile: certificate.authorityFile,
    settings: {
      "http.proxy": url,
      "http.proxySupport": "override",
      "http.proxyStrictSSL": true,
      // VS Code's fetch trusts its own list plus the system's, never NODE_EXTRA_CA_CERTS. With this setting it asks
      // Node for the system's list, and Node takes that from SSL_CERT_FILE: no file of the machine has to change.
      "http.systemCertificatesNode": true,
    },
    env: {
      SSL_CERT_FILE: certificate.authorityFile,
      SSL_CERT_DIR: undefined,
      NODE_EXTRA_CA_CERTS: certificate.authorityFile,
    },
    setTarget: (next) => {
      target = next;
    },
    setOnline: (next) => {
      online = next;
      if (!online) for (const socket of sockets) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        proxy.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function isSimulated(host: string): boolean {
  return (simulatedHosts as readonly string[]).includes(host.toLowerCase());
}

function absoluteUrl(text: string | undefined): URL | undefined {
  return text !== undefined && /^http:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}

function authority(text: string): { host: string; port: number } {
  const at = text.lastIndexOf(":");
  return at < 0 ? { host: text, port: 443 } : { host: text.slice(0, at), port: Number(text.slice(at + 1)) };
}

/** Long silences and slow drips are test scenarios; a limit here would end them in place of the extension. */
function unlimited(server: Server): void {
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  server.timeout = 0;
}

function passOn(incoming: IncomingMessage, outgoing: ServerResponse, path: string, port: number): void {
  const headers = { ...incoming.headers };
  delete headers["proxy-connection"];
  delete headers["proxy-authorization"];
  const onward = request({ host: "127.0.0.1", port, method: incoming.method, path, headers, agent: false });
  onward.setNoDelay(true);
  onward.on("response", (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.statusMessage, answer.rawHeaders);
    outgoing.flushHeaders();
    answer.on("data", (chunk: Buffer) => {
      if (outgoing.write(chunk)) return;
      answer.pause();
      outgoing.once("drain", () => answer.resume());
    });
    answer.on("end", () => outgoing.end());
    // A connection that broke upstream must look broken downstream, not like a short answer.
    answer.on("aborted", () => outgoing.destroy());
    answer.on("error", () => outgoing.destroy());
  });
  onward.on("error", () => {
    if (outgoing.headersSent) outgoing.destroy();
    else outgoing.writeHead(502).end();
  });
  outgoing.on("close", () => onward.destroy());
  incoming.pipe(onward);
}
