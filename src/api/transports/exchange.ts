import type Agent from "undici/lib/dispatcher/agent.js";
import { decoded, knownEncodings } from "./encoding.ts";

/** Bytes of an answer that may wait to be read before the sender is held back. */
const bodyBuffer = 64 * 1024;
/** Answers that have no body by definition; `Response` refuses one. */
const withoutBody: readonly number[] = [204, 205, 304];

type Handler = Parameters<Agent["dispatch"]>[1];
type ConnectionControl = Parameters<NonNullable<Handler["onRequestStart"]>>[0];
type ReceivedHeaders = Parameters<NonNullable<Handler["onResponseStart"]>>[2];

/**
 * One request and its answer, as `fetch` with `redirect: "manual"` would give it. Resolves with the head of the answer. An
 * abort destroys the connection, also in the middle of the body, and rejects (or breaks the body) with the signal's reason.
 * @param init of it: method, headers, body (text or bytes) and signal.
 * @throws TypeError for any other kind of body; else what went wrong on the wire, with its system code.
 */
export async function exchange(agent: Agent, url: URL, init: RequestInit): Promise<Response> {
  const { signal, body, method = "GET" } = init;
  if (body !== undefined && body !== null && typeof body !== "string" && !(body instanceof Uint8Array)) {
    throw new TypeError("a body is text or bytes here");
  }
  signal?.throwIfAborted();
  const headers = new Headers(init.headers);
  if (!headers.has("accept-encoding")) headers.set("accept-encoding", knownEncodings);

  return new Promise((resolve, reject) => {
    let connection: ConnectionControl | undefined;
    let sink: ReadableStreamDefaultController<Uint8Array> | undefined;
    const release = () => signal?.removeEventListener("abort", onAbort);
    const fail = (reason: unknown) => {
      release();
      reject(reason);
      sink?.error(reason);
    };
    const hangUp = () => connection?.abort(new Error("no longer wanted"));
    const onAbort = () => {
      fail(signal?.reason);
      hangUp();
    };
    const openBody = () =>
      new ReadableStream<Uint8Array>(
        {
          start(controller) {
            sink = controller;
          },
          pull: () => connection?.resume(),
          cancel() {
            release();
            hangUp();
          },
        },
        { highWaterMark: bodyBuffer, size: (chunk) => chunk.byteLength },
      );

    signal?.addEventListener("abort", onAbort, { once: true });
    const handler: Handler = {
      onRequestStart(control) {
        // Aborted before there was a connection. Thrown here, nothing is sent and the connection serves the next request.
        signal?.throwIfAborted();
        connection = control;
      },
      onResponseStart(_, status, received) {
        if (status < 200) return;
        const hasBody = method !== "HEAD" && !withoutBody.includes(status);
        resolve(responseOf(status, received, hasBody ? openBody() : undefined));
      },
      onResponseData(control, chunk) {
        sink?.enqueue(chunk);
        if (sink && (sink.desiredSize ?? 0) <= 0) control.pause();
      },
      onResponseEnd() {
        release();
        sink?.close();
      },
      onResponseError: (_, error) => fail(error),
    };
    const { origin, pathname, search } = url;
    agent.dispatch(
      { origin, path: pathname + search, method, headers: Object.fromEntries(headers), body: body ?? null },
      handler,
    );
  });
}

function responseOf(status: number, received: ReceivedHeaders, body: ReadableStream<Uint8Array> | undefined): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(received)) {
    for (const single of typeof value === "string" ? [value] : (value ?? [])) headers.append(name, single);
  }
  // The status text is left out: nothing reads it, and `Response` refuses many that servers send.
  return new Response(body ? decoded(body, headers.get("content-encoding")) : null, { status, headers });
}
