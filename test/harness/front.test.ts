import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startFront } from "./front.ts";

let dir: string;
let behind: Server;

beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), "glm-front-"));
  behind = createServer((incoming, outgoing) => outgoing.end(`behind ${incoming.url ?? ""}`));
  behind.on("upgrade", (_incoming, socket) => {
    socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n");
    socket.end();
  });
  await new Promise<void>((resolve) => void behind.listen(0, "127.0.0.1", resolve));
});

afterEach(() => {
  behind.closeAllConnections();
  behind.close();
  rmSync(dir, { recursive: true });
});

const startHere = (): ReturnType<typeof startFront> =>
  startFront((behind.address() as AddressInfo).port, join(dir, "key.bin"));

async function keyOf(url: string): Promise<Buffer> {
  const answer = await fetch(`${url}/stable-1/mint-key`, { method: "POST" });
  return Buffer.from(await answer.arrayBuffer());
}

it("keeps one key of 32 bytes across restarts, so that stored secrets stay readable", async () => {
  const first = await startHere();
  const key = await keyOf(first.url);
  await first.close();
  const second = await startHere();
  expect(key).toHaveLength(32);
  expect(await keyOf(second.url)).toEqual(key);
  await second.close();
});

it("passes everything else on", async () => {
  const front = await startHere();
  expect(await (await fetch(`${front.url}/a?b=1`)).text()).toBe("behind /a?b=1");
  await front.close();
});

it("gives webviews sites of their own when asked to", async () => {
  behind.removeAllListeners("request");
  behind.on("request", (_incoming, outgoing: ServerResponse) => {
    outgoing.setHeader("content-security-policy", "default-src 'self'; frame-src 'self'");
    outgoing.end("{&quot;webviewEndpoint&quot;:&quot;stable-1/pre&quot;}");
  });
  const { port } = behind.address() as AddressInfo;
  const front = await startFront(port, join(dir, "key.bin"), { webviewsApart: true });
  const page = await fetch(front.url, { headers: { accept: "text/html" } });
  const site = `localhost:${front.port}`;
  expect(await page.text()).toBe(`{&quot;webviewEndpoint&quot;:&quot;http://{{uuid}}.${site}/stable-1/pre&quot;}`);
  expect(page.headers.get("content-security-policy")).toBe(`default-src 'self'; frame-src http://*.${site} 'self'`);
  await front.close();
});
