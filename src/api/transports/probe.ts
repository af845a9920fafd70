import { lookup } from "node:dns/promises";
import net, { type Socket } from "node:net";
import tls, { type TLSSocket } from "node:tls";
import { connectionError } from "../http/connectionError.ts";
import type { Proxy } from "./tunnel.ts";

/**
 * Looks at one layer of a connection at a time: name, way, certificate. Nothing of the service is asked and no key is sent.
 * None of these throws.
 */

/** `code` is of the system or TLS, e.g. ECONNREFUSED; `timeout` when the limit of `ms` fired first. */
export type Probe<T> =
  | { readonly ok: true; readonly ms: number; readonly found: T }
  | { readonly ok: false; readonly ms: number; readonly code: string };

export interface Bounds {
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** Where a connection is to lead. */
export interface Target {
  /** A name or an address; an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
}

/** Of the server's certificate. Names are text from outside. */
export interface CertificateFacts {
  /** E.g. `TLSv1.3`. */
  readonly protocol: string;
  readonly subject: string;
  readonly issuer: string;
  /** Ms since the epoch. */
  readonly validTo: number;
  /** Why the authorities that come with Node do not vouch for it; undefined when they do. */
  readonly bundledError: string | undefined;
  /** The same with the operating system's authorities. */
  readonly systemError: string | undefined;
}

/** Addresses of a name, as every program on this machine gets them. */
export function lookUp(hostname: string, bounds: Bounds): Promise<Probe<readonly string[]>> {
  return probe(bounds, async () => (await lookup(hostname, { all: true })).map(({ address }) => address));
}

/** Opens a connection and hangs up. Resolves with the address that answered. */
export function reach(target: Target, bounds: Bounds): Promise<Probe<string>> {
  return probe(bounds, async (signal) => {
    const socket = await connected(net.connect({ host: target.hostname, port: target.port }), "connect", signal);
    const address = socket.remoteAddress ?? target.hostname;
    socket.destroy();
    return address;
  });
}

/** Asks a proxy for a tunnel to `target` and hangs up. Resolves with the status of its answer; 200 = it opened one. */
export function askProxy(
  proxy: Proxy,
  target: Target,
  authorities: readonly string[] | undefined,
  bounds: Bounds,
): Promise<Probe<number>> {
  return probe(bounds, async (signal) => {
    const { status, socket } = await tunnel(proxy, target, authorities, signal);
    socket.destroy();
    return status;
  });
}

/**
 * Reads the certificate of `target`, through `proxy` where there is one, and lets two lists judge it: Node's own, and
 * `authorities`. Connects whatever they say, but sends nothing.
 */
export function readCertificate(
  target: Target,
  proxy: Proxy | undefined,
  authorities: readonly string[] | undefined,
  bounds: Bounds,
): Promise<Probe<CertificateFacts>> {
  return probe(bounds, async (signal) => {
    const shake = async (ca: readonly string[] | undefined) => {
      const way = proxy ? await tunnel(proxy, target, authorities, signal) : undefined;
      const servername = net.isIP(target.hostname) === 0 ? { servername: target.hostname } : {};
      const socket = tls.connect({
        ...(way ? { socket: way.socket } : { host: target.hostname, port: target.port }),
        host: target.hostname,
        ...servername,
        ...(ca && { ca: [...ca] }),
        // To read what would be refused. Nothing is sent over this connection.
        rejectUnauthorized: false,
      });
      await connected(socket, "secureConnect", signal);
      // Read before the end: a socket that was destroyed knows no certificate any more.
      const seen = {
        error: verdictOf(socket),
        certificate: socket.getPeerCertificate(),
        protocol: socket.getProtocol(),
      };
      socket.destroy();
      return seen;
    };
    const bundled = await shake(tls.rootCertificates);
    const system = authorities ? await shake(authorities) : bundled;
    const { certificate, protocol } = system;
    return {
      protocol: protocol ?? "TLS",
      subject: nameOf(certificate.subject),
      issuer: nameOf(certificate.issuer),
      validTo: Date.parse(certificate.valid_to),
      bundledError: bundled.error,
      systemError: system.error,
    };
  });
}

async function probe<T>({ limitMs, signal }: Bounds, work: (signal: AbortSignal) => Promise<T>): Promise<Probe<T>> {
  const started = performance.now();
  const passed = () => Math.round(performance.now() - started);
  const ending = AbortSignal.any([signal, AbortSignal.timeout(limitMs)]);
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const onEnd = () => reject(ending.reason);
  ending.addEventListener("abort", onEnd, { once: true });
  try {
    ending.throwIfAborted();
    // A name lookup cannot be aborted; it is left behind.
    const found = await Promise.race([work(ending), ended]);
    return { ok: true, ms: passed(), found };
  } catch (thrown) {
    if (ending.aborted) return { ok: false, ms: limitMs, code: "timeout" };
    return { ok: false, ms: passed(), code: connectionError(thrown).details.systemCode ?? "failed" };
  } finally {
    ending.removeEventListener("abort", onEnd);
  }
}

/** Resolves when the socket says `event`; destroys it when that does not happen or the signal fires. */
function connected<S extends Socket>(socket: S, event: "connect" | "secureConnect", signal: AbortSignal): Promise<S> {
  return new Promise((resolve, reject) => {
    const stop = () => socket.destroy();
    signal.addEventListener("abort", stop, { once: true });
    socket.on("error", reject);
    socket.once("close", () => {
      signal.removeEventListener("abort", stop);
      reject(Object.assign(new Error("hung up"), { code: "ECONNRESET" }));
    });
    socket.once(event, () => resolve(socket));
    if (signal.aborted) stop();
  });
}

async function tunnel(
  proxy: Proxy,
  target: Target,
  authorities: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<{ status: number; socket: Socket }> {
  const { protocol, hostname, port } = new URL(proxy.origin);
  const host = hostname.replace(/^\[|\]$/g, "");
  const way =
    protocol === "https:"
      ? await connected(
          tls.connect({
            host,
            port: Number(port || 443),
            ...(net.isIP(host) === 0 ? { servername: host } : {}),
            ...(authorities && { ca: [...authorities] }),
          }),
          "secureConnect",
          signal,
        )
      : await connected(net.connect({ host, port: Number(port || 80) }), "connect", signal);
  const authority = `${target.hostname.includes(":") ? `[${target.hostname}]` : target.hostname}:${target.port}`;
  const authorization = proxy.authorization ? `Proxy-Authorization: ${proxy.authorization}\r\n` : "";
  way.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`);
  return { status: await statusOf(way), socket: way };
}

/** Longest head of an answer to CONNECT that is read. */
const headLimit = 16 * 1024;

/** Status of the head that arrives; what comes behind it stays in the socket. */
function statusOf(socket: Socket): Promise<number> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0 && head.length < headLimit) return;
      socket.off("data", onData);
      socket.pause();
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head.toString("latin1"))?.[1];
      if (end < 0 || status === undefined) {
        reject(Object.assign(new Error("no HTTP"), { code: "ERR_PROXY_CONNECTION_FAILED" }));
        return;
      }
      if (head.length > end + 4) socket.unshift(head.subarray(end + 4));
      resolve(Number(status));
    };
    socket.on("data", onData);
    socket.once("error", reject);
    socket.once("close", () => reject(Object.assign(new Error("hung up"), { code: "ECONNRESET" })));
  });
}

/** The types call it an Error; it is the code. */
function verdictOf({ authorized, authorizationError }: TLSSocket): string | undefined {
  return authorized ? undefined : String(authorizationError);
}

type Name = ReturnType<TLSSocket["getPeerCertificate"]>["subject"] | undefined;

/** `Organisation (common name)`, or whichever of both there is. */
function nameOf(name: Name): string {
  const organisation = firstOf(name?.O);
  const common = firstOf(name?.CN);
  if (organisation === "" || common === "" || organisation === common) return organisation || common || "?";
  return `${organisation} (${common})`;
}

function firstOf(texts: string | string[] | undefined): string {
  return (Array.isArray(texts) ? texts[0] : texts) ?? "";
}
