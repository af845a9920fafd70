import { createHash } from "node:crypto";
import { createBrotliCompress, createGzip, deflateSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectionError } from "../../../../src/api/http/connectionError.ts";
import { hostTransport, type Transport } from "../../../../src/api/transport.ts";
import { createUndiciTransport } from "../../../../src/api/transports/undici.ts";
import { startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import { startTlsServer } from "../../../fakes/tlsServer.ts";

async function failureOf(work: Promise<unknown>) {
  const thrown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(Error);
  return connectionError(thrown);
}

const digest = (data: Uint8Array | string) => createHash("sha256").update(data).digest("hex");

/** What the client relies on, whichever transport it was given. */
const transports: readonly [string, () => { transport: Transport; close(): Promise<void> }][] = [
  ["host", () => ({ transport: hostTransport, close: async () => {} })],
  ["undici", () => createUndiciTransport()],
];

describe.each(transports)("the %s transport", (_, create) => {
  let made: ReturnType<typeof create>;
  let transport: Transport;
  let server: ApiServer;
  let handler: Handler;

  beforeEach(async () => {
    made = create();
    ({ transport } = made);
    server = await startApiServer((...exchange) => handler(...exchange));
  });
  afterEach(async () => {
    await server.close();
    await made.close();
  });

  it("sends method, path, headers and text, and gives status, headers and body back", async () => {
    handler = (_request, response) => {
      response.writeHead(201, { "X-Request-Id": "abc", "X-Twice": ["1", "2"], "X-Umlaut": "\u00fc" });
      response.end("done");
    };
    const headers = { "Content-Type": "application/json", Authorization: "Bearer key" };
    const response = await transport(`${server.origin}/v4/chat?a=%20b`, { method: "POST", headers, body: '{"ü":1}' });
    expect(server.received[0]).toMatchObject({
      method: "POST",
      path: "/v4/chat?a=%20b",
      headers: { "content-type": "application/json", authorization: "Bearer key" },
      body: '{"ü":1}',
    });
    expect([response.status, response.ok]).toEqual([201, true]);
    expect(response.headers.get("x-request-id")).toBe("abc");
    expect(response.headers.get("x-twice")).toBe("1, 2");
    expect(response.headers.get("x-umlaut")).toBe("ü");
    expect(await response.text()).toBe("done");
  });

  it.each([
    ["GET", 204],
    ["GET", 304],
    ["HEAD", 200],
    ["GET", 500],
    ["POST", 401],
  ])("gives %s with %d and no body back without an error", async (method, status) => {
    handler = (_request, response) => {
      response.writeHead(status, method === "HEAD" ? { "Content-Length": 9 } : {}).end();
    };
    const response = await transport(server.origin, { method });
    expect(response.status).toBe(status);
    expect(await response.text()).toBe("");
  });

  it("hands a piece on before the answer is complete", async () => {
    let finish: (() => void) | undefined;
    handler = (_request, response) => {
      response.writeHead(200).write("first ");
      finish = () => response.end("last");
    };
    const reader = (await transport(server.origin, {})).body?.getReader();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("first ");
    finish?.();
    expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("last");
    expect((await reader?.read())?.done).toBe(true);
  });

  it("holds a sender back whose answer nobody reads", async () => {
    const piece = Buffer.alloc(1024 * 1024);
    let sent = 0;
    let stuck = false;
    handler = (_request, response) => {
      const send = () => {
        for (stuck = false; sent < 64; sent++) {
          if (!response.write(piece)) {
            sent++;
            stuck = true;
            response.once("drain", send);
            return;
          }
        }
        response.end();
      };
      send();
    };
    const response = await transport(server.origin, {});
    await expect.poll(() => stuck).toBe(true);
    expect(sent).toBeLessThan(64);
    expect((await response.arrayBuffer()).byteLength).toBe(64 * 1024 * 1024);
  });

  it("ends at once with the signal's reason when aborted before the answer, and hangs up", async () => {
    const controller = new AbortController();
    handler = () => controller.abort(new Error("stop"));
    await expect(transport(server.origin, { signal: controller.signal })).rejects.toThrow("stop");
    await expect.poll(() => server.openSockets()).toBe(0);
    await expect(transport(server.origin, { signal: controller.signal })).rejects.toThrow("stop");
    expect(server.received).toHaveLength(1);
  });

  it("breaks the body with the signal's reason when aborted in the middle of it, and hangs up", async () => {
    const controller = new AbortController();
    handler = (_request, response) => void response.writeHead(200).write("first");
    const reader = (await transport(server.origin, { signal: controller.signal })).body?.getReader();
    await reader?.read();
    const next = reader?.read();
    controller.abort(new Error("stop"));
    await expect(next).rejects.toThrow("stop");
    await expect.poll(() => server.openSockets()).toBe(0);
  });

  it("hangs up when the body is cancelled", async () => {
    handler = (_request, response) => void response.writeHead(200).write("first");
    const response = await transport(server.origin, {});
    await response.body?.cancel();
    await expect.poll(() => server.openSockets()).toBe(0);
  });

  it("is not disturbed by an answer that comes after an abort", async () => {
    const controller = new AbortController();
    let answerLate: (() => void) | undefined;
    handler = ({ path }, response) => {
      answerLate = () => response.end("too late");
      if (path === "/late") controller.abort();
      else answerLate();
    };
    await expect(transport(`${server.origin}/late`, { signal: controller.signal })).rejects.toThrow();
    answerLate?.();
    expect(await (await transport(`${server.origin}/next`, {})).text()).toBe("too late");
    await expect.poll(() => server.openSockets()).toBeLessThanOrEqual(1);
  });

  it("gives a redirect back instead of following it", async () => {
    handler = (_request, response) => void response.writeHead(302, { Location: "/elsewhere" }).end();
    const response = await transport(server.origin, { redirect: "manual" });
    expect([response.status, response.headers.get("location")]).toEqual([302, "/elsewhere"]);
    await response.body?.cancel();
    expect(server.received.map(({ path }) => path)).toEqual(["/"]);
  });

  it("says that nobody listens", async () => {
    await server.close();
    const failure = await failureOf(transport(server.origin, {}));
    expect([failure.code, failure.details.systemCode]).toEqual(["unreachable", "ECONNREFUSED"]);
  });

  it("says that a name is not known", async () => {
    const failure = await failureOf(transport("http://nowhere.invalid/", {}));
    expect(failure.code).toBe("unreachable");
    expect(failure.details.systemCode).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it("says that a certificate is not trusted", async () => {
    const secure = await startTlsServer(["localhost"], (_request, response) => response.end());
    try {
      const failure = await failureOf(transport(`https://localhost:${secure.port}/`, {}));
      expect(failure.code).toBe("certificate");
      expect(secure.connections()).toBe(0);
    } finally {
      await secure.close();
    }
  });

  it("says that a connection was lost in the middle of an answer", async () => {
    handler = (_request, response) => {
      response.writeHead(200, { "Content-Length": 100 });
      response.write("half", () => response.destroy());
    };
    const response = await transport(server.origin, {});
    expect((await failureOf(response.text())).code).toBe("unreachable");
  });

  it.each(["gzip", "br", "deflate"])("reads %s that was sent in spite of identity", async (encoding) => {
    const text = "你好 ".repeat(1000);
    handler = (_request, response) => {
      response.writeHead(200, { "Content-Encoding": encoding });
      if (encoding === "deflate") {
        response.end(deflateSync(text));
        return;
      }
      const compressor = encoding === "gzip" ? createGzip() : createBrotliCompress();
      compressor.pipe(response);
      compressor.end(text);
    };
    const response = await transport(server.origin, { headers: { "Accept-Encoding": "identity" } });
    expect(server.received[0]?.headers["accept-encoding"]).toBe("identity");
    expect(await response.text()).toBe(text);
  });

  it.each(["gzip", "br"])(
    "hands a piece of %s on before its end, and hangs up on an abort in the middle",
    async (type) => {
      const controller = new AbortController();
      handler = (_request, response) => {
        response.writeHead(200, { "Content-Encoding": type });
        const compressor = type === "gzip" ? createGzip() : createBrotliCompress();
        compressor.pipe(response);
        compressor.write("first");
        compressor.flush();
      };
      const reader = (await transport(server.origin, { signal: controller.signal })).body?.getReader();
      expect(new TextDecoder().decode((await reader?.read())?.value)).toBe("first");
      const next = reader?.read();
      controller.abort(new Error("stop"));
      await expect(next).rejects.toThrow();
      await expect.poll(() => server.openSockets()).toBe(0);
    },
  );

  it("sends 30 MB", async () => {
    const body = new Uint8Array(30 * 1024 * 1024).map((_value, index) => 32 + (index % 90));
    handler = (request, response) => void response.end(digest(request.body));
    const response = await transport(server.origin, { method: "POST", body });
    expect(await response.text()).toBe(digest(body));
    expect(server.received[0]?.headers["content-length"]).toBe(String(body.length));
  });

  it("has 100 requests under way at a time", async () => {
    const waiting: (() => void)[] = [];
    handler = ({ path }, response) => {
      waiting.push(() => response.end(path));
      if (waiting.length === 100) for (const answer of waiting) answer();
    };
    const paths = Array.from({ length: 100 }, (_value, index) => `/${index}`);
    const answers = await Promise.all(paths.map(async (path) => (await transport(server.origin + path, {})).text()));
    expect(answers).toEqual(paths);
  });

  it("uses connections again", async () => {
    handler = (_request, response) => void response.end("done");
    for (let round = 0; round < 20; round++) await (await transport(server.origin, {})).text();
    // Two where the next request comes before the connection of the last answer is free again.
    expect(server.connections()).toBeLessThanOrEqual(2);
  });
});
