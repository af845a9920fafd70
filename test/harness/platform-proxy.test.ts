import { readFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type PlatformProxy, startPlatformProxy } from "./platform-proxy.ts";

let upstream: Server;
let proxy: PlatformProxy;
let onRequest: Parameters<typeof createServer>[1];

beforeEach(async () => {
  upstream = createServer((incoming, outgoing) => onRequest?.(incoming, outgoing));
  await new Promise<void>((resolve) => void upstream.listen(0, "127.0.0.1", resolve));
  proxy = await startPlatformProxy((upstream.address() as AddressInfo).port);
});

afterEach(async () => {
  await proxy.close();
  upstream.closeAllConnections();
  upstream.close();
});

/** Opens a tunnel; resolves with the status line, and with a TLS socket when the proxy agreed. */
async function tunnel(authority: string): Promise<{ status: string; tls?: ReturnType<typeof connectTls> }> {
  const socket = connect(proxy.port, "127.0.0.1");
  socket.write(`CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n\r\n`);
  const head = await new Promise<string>((resolve) => void socket.once("data", (data) => resolve(data.toString())));
  const status = head.split("\r\n")[0] ?? "";
  if (!status.includes(" 200 ")) return { status };
  const servername = authority.split(":")[0] ?? "";
  const tls = connectTls({ socket, servername, ca: readFileSync(proxy.authorityFile) });
  await new Promise<void>((resolve, reject) => void tls.once("secureConnect", resolve).once("error", reject));
  return { status, tls };
}

it("ends TLS for the official hosts and passes the original host name on", async () => {
  onRequest = (incoming, outgoing) => outgoing.end(`${incoming.headers.host ?? ""} ${incoming.url ?? ""}`);
  const { tls } = await tunnel("api.z.ai:443");
  tls?.write("GET /models?a=1 HTTP/1.1\r\nhost: api.z.ai\r\nconnection: close\r\n\r\n");
  let answer = "";
  tls?.on("data", (data: Buffer) => (answer += data.toString()));
  await new Promise((resolve) => tls?.once("close", resolve));
  expect(answer).toContain("api.z.ai /models?a=1");
  expect(proxy.requests).toEqual([{ method: "GET", host: "api.z.ai", path: "/models?a=1", secure: true }]);
});

it("refuses every other host, and says so in its log", async () => {
  expect((await tunnel("example.org:443")).status).toContain(" 502 ");
  expect(proxy.connections).toEqual([{ kind: "connect", host: "example.org", port: 443, allowed: false }]);
  expect(proxy.requests).toEqual([]);
});

it("passes chunks on as they come and hangs up when the caller does", async () => {
  let upstreamClosed = false;
  onRequest = (_incoming, outgoing) => {
    outgoing.on("close", () => (upstreamClosed = true));
    outgoing.writeHead(200, { "content-type": "text/event-stream" });
    outgoing.write("data: 1\n\n");
  };
  const first = await new Promise<string>((resolve, reject) => {
    const call = request({ host: "127.0.0.1", port: proxy.port, path: "http://open.bigmodel.cn/x" }, (answer) => {
      answer.once("data", (chunk: Buffer) => {
        resolve(chunk.toString());
        call.destroy();
      });
      answer.on("error", () => undefined);
    });
    call.on("error", reject);
    call.end();
  });
  expect(first).toBe("data: 1\n\n");
  await expect.poll(() => upstreamClosed).toBe(true);
});

it("makes a broken answer look broken, not short", async () => {
  onRequest = (_incoming, outgoing) => {
    outgoing.writeHead(200);
    outgoing.write("half", () => outgoing.destroy());
  };
  const outcome = await new Promise<string>((resolve) => {
    const call = request({ host: "127.0.0.1", port: proxy.port, path: "http://api.z.ai/x" }, (answer) => {
      answer.on("data", () => undefined);
      answer.once("end", () => resolve("whole"));
      answer.once("error", () => resolve("broken"));
    });
    call.end();
  });
  expect(outcome).toBe("broken");
});

it("answers nobody while the plug is pulled", async () => {
  proxy.setOnline(false);
  const failed = new Promise((resolve) => {
    request({ host: "127.0.0.1", port: proxy.port, path: "http://api.z.ai/x" }).once("error", resolve).end();
  });
  expect(await failed).toBeInstanceOf(Error);
});
