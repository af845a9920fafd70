import { setImmediate } from "node:timers/promises";
import { createSecureContext } from "node:tls";
import buildConnector from "undici/lib/core/connect.js";
import Agent from "undici/lib/dispatcher/agent.js";
import type { Transport } from "../transport.ts";
import { exchange } from "./exchange.ts";
import { tunnelThrough, type Connector, type Proxy } from "./tunnel.ts";

/** ms until a connection (to the proxy, its tunnel, TLS) must stand; the same as of the host's fetch. */
const connectLimit = 10_000;

export interface UndiciOptions {
  /** The proxy for a URL, or undefined to go there directly. What it throws is the error of the request. */
  readonly proxyFor?: ((url: string) => Proxy | undefined) | undefined;
  /** PEM texts of the authorities to trust, instead of the list that comes with Node. */
  readonly authorities?: readonly string[] | undefined;
  /** ms that an idle connection is kept, unless the server asks for less. Default 75 s. */
  readonly keepAliveMs?: number | undefined;
}

export interface UndiciTransport {
  readonly transport: Transport;
  /**
   * Opens a connection to `origin` unless an idle one is there; the next request uses it. Nothing is sent.
   * @throws what connecting threw.
   */
  preconnect(origin: string): Promise<void>;
  /** Takes no further request; resolves when the running ones are done and every connection is closed. */
  close(): Promise<void>;
}

/**
 * Requests over undici's own connection pool: connections live longer than those of the host's fetch, can be opened ahead,
 * and no answer has a time limit but the caller's signal. Knows nothing of VS Code's proxies and certificates but what it
 * is told. Certificates are always checked.
 */
export function createUndiciTransport(options: UndiciOptions = {}): UndiciTransport {
  const { proxyFor, authorities, keepAliveMs = 75_000 } = options;
  const direct = buildConnector({
    timeout: connectLimit,
    allowH2: false,
    rejectUnauthorized: true,
    // Parsed once: a list of authorities takes longer to read than a connection to open.
    ...(authorities && { secureContext: createSecureContext({ ca: [...authorities] }) }),
  });
  const connect: Connector = (target, callback) => {
    const proxy = proxyFor?.(`${target.protocol}//${target.host ?? target.hostname}`);
    const connector = proxy ? tunnelThrough(proxy, direct, connectLimit) : direct;
    connector(target, callback);
  };
  const agent = new Agent({
    connect,
    keepAliveTimeout: keepAliveMs,
    // A server's own hint can only shorten that; it hangs up a second later than we do.
    keepAliveMaxTimeout: keepAliveMs,
    keepAliveTimeoutThreshold: 1_000,
    headersTimeout: 0,
    bodyTimeout: 0,
  });

  let closed: Promise<void> | undefined;
  const opening = new Map<string, Promise<void>>();
  const preconnect = (origin: string) => {
    const running = opening.get(origin);
    if (running) return running;
    const connection = openConnection(agent, origin).finally(() => opening.delete(origin));
    opening.set(origin, connection);
    return connection;
  };
  return {
    async transport(address, init) {
      const url = new URL(address);
      // Two requests at a time open two connections: the one that is being opened is waited for instead.
      const beingOpened = opening.get(url.origin);
      if (beingOpened) await overOrAborted(beingOpened, init.signal);
      // The connection of an answer that has just ended is free again in one turn of the event loop.
      await setImmediate();
      return exchange(agent, url, init);
    },
    preconnect,
    close: () => (closed ??= agent.close()),
  };
}

/** Dispatches a request that takes its leave as soon as it has a connection, which then is idle and kept. */
function openConnection(agent: Agent, origin: string): Promise<void> {
  const connected = new Error("connected");
  return new Promise((resolve, reject) => {
    agent.dispatch(
      { origin: new URL(origin).origin, path: "/", method: "GET" },
      {
        onRequestStart() {
          throw connected;
        },
        onResponseError(_, error) {
          if (error === connected) resolve();
          else reject(error);
        },
      },
    );
  });
}

/** Resolves when `work` is over, however it ended; rejects with the signal's reason if that comes first. */
function overOrAborted(work: Promise<void>, signal: RequestInit["signal"]): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    const onOver = () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    };
    work.then(onOver, onOver);
  });
}
