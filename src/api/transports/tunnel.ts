import type { Socket } from "node:net";
import connectMethod from "undici/lib/api/api-connect.js";
import type buildConnector from "undici/lib/core/connect.js";
import Client from "undici/lib/dispatcher/client.js";

export type Connector = buildConnector.connector;
type Target = buildConnector.Options;

/** An HTTP proxy that opens tunnels with CONNECT. */
export interface Proxy {
  /** `http://host:port` or `https://host:port`; nothing else. */
  readonly origin: string;
  /** Value of the header Proxy-Authorization. */
  readonly authorization?: string | undefined;
}

/** Failed between us and the proxy. Its code is the one that Chromium has for the same case. */
class ProxyError extends Error {
  readonly code: string;

  constructor(code: string, options?: ErrorOptions) {
    super("the proxy gave no connection", options);
    this.code = code;
  }
}

/**
 * A connector that reaches `target` through a tunnel of `proxy`; the proxy resolves the name.
 * @param direct how proxy and, inside the tunnel, TLS are connected.
 * @param limitMs for the proxy's answer to CONNECT.
 */
export function tunnelThrough(proxy: Proxy, direct: Connector, limitMs: number): Connector {
  const connect = async (target: Target, callback: buildConnector.Callback) => {
    let socket: Socket;
    try {
      socket = await openTunnel(proxy, target, direct, limitMs);
    } catch (error) {
      callback(asProxyError(error), null);
      return;
    }
    if (target.protocol === "https:") direct({ ...target, httpSocket: socket }, callback);
    else callback(null, socket);
  };
  return (target, callback) => void connect(target, callback);
}

async function openTunnel(proxy: Proxy, target: Target, direct: Connector, limitMs: number): Promise<Socket> {
  const client = new Client(proxy.origin, { connect: direct, headersTimeout: limitMs });
  try {
    const port = target.port || (target.protocol === "https:" ? "443" : "80");
    const authority = `${target.hostname.includes(":") ? `[${target.hostname}]` : target.hostname}:${port}`;
    const headers = { host: authority, ...(proxy.authorization && { "proxy-authorization": proxy.authorization }) };
    const { statusCode, socket } = await connectMethod.call(client, { path: authority, headers });
    if (statusCode === 200) return socket;
    socket.on("error", () => {}).destroy();
    throw new ProxyError(statusCode === 407 ? "ERR_PROXY_AUTH_REQUESTED" : "ERR_TUNNEL_CONNECTION_FAILED");
  } finally {
    // The socket of a tunnel is no longer the client's.
    void client.destroy();
  }
}

/**
 * A certificate that is not trusted stays what it is. The rest becomes an error of the proxy, undici's own errors above all:
 * its client takes UND_ERR_SOCKET from a connector for a passing fault and would connect again for ever.
 */
function asProxyError(error: unknown): Error {
  if (error instanceof ProxyError) return error;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (error instanceof Error && !/^(UND_ERR_|E[A-Z]+$|EAI_)/.test(code)) return error;
  return new ProxyError("ERR_PROXY_CONNECTION_FAILED", { cause: error });
}
