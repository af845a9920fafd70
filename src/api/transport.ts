/**
 * How requests leave the process. The client never reaches for a global: inside VS Code the host's `fetch` is passed in,
 * because that one honours proxies and system certificates. transports/undici.ts is the other one; it has to be told them.
 * Redirects are given back, an abort closes the connection, a body is text or bytes.
 */
export type Transport = (url: string, init: RequestInit) => Promise<Response>;

/** The host's `fetch`, looked up at call time because VS Code replaces it after activation. */
export const hostTransport: Transport = (url, init) => globalThis.fetch(url, init);

/** Time as a parameter, so that back-off and deadlines can be tested without waiting. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`, rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Runs `callback` once after `ms`; returns a function that cancels it. */
  after(ms: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      }, ms);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  },
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
