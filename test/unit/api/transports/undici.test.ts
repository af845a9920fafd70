import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectionError } from "../../../../src/api/http/connectionError.ts";
import { hostTransport } from "../../../../src/api/transport.ts";
import type { Proxy } from "../../../../src/api/transports/tunnel.ts";
import { createUndiciTransport, type UndiciTransport } from "../../../../src/api/transports/undici.ts";
import { startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import { startConnectProxy, type ConnectProxy } from "../../../fakes/connectProxy.ts";
import { startTlsServer, type TlsServer } from "../../../fakes/tlsServer.ts";

const codes = async (work: Promise<unknown>) => {
  const thrown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(Error);
  const { code, details } = connectionError(thrown);
  return [code, details.systemCode];
};

describe("connections of the undici transport", () => {
  let own: UndiciTransport;
  let server: ApiServer;
  let handler: Handler;

  beforeEach(async () => {
    own = createUndiciTransport();
    handler = (_request, response) => void response.end("done");
    server = await startApiServer((...exchange) => handler(...exchange));
  });
  afterEach(async () => {
    await server.close();
    await own.close();
  });

  it("outlive those of the host's fetch", async () => {
    // Named by the caller, so that Node does not tell how long it keeps the connection; most servers do not.
    handler = (_request, response) => void response.writeHead(200, { Connection: "keep-alive" }).end("done");
    const ask = async (transport: UndiciTransport["transport"]) => (await transport(server.origin, {})).text();
    await ask(own.transport);
    await ask(hostTransport);
    expect(server.openSockets()).toBe(2);
    await expect.poll(() => server.openSockets(), { timeout: 15_000 }).toBe(1);
    await ask(own.transport);
    expect(server.connections()).toBe(2);
  });

  it("serve one request after the other", async () => {
    for (let round = 0; round < 20; round++) await (await own.transport(server.origin, {})).text();
    expect(server.connections()).toBe(1);
  });

  it("are opened ahead without a request, and used by the first one", async () => {
    await own.preconnect(server.origin);
    await expect.poll(() => server.connections()).toBe(1);
    expect(server.received).toEqual([]);
    await own.preconnect(`${server.origin}/`);
    expect(await (await own.transport(server.origin, {})).text()).toBe("done");
    expect([server.connections(), server.received.length]).toEqual([1, 1]);
  });

  it("are waited for by a request that comes while they are being opened", async () => {
    const opened = own.preconnect(server.origin);
    const answer = own.transport(server.origin, {});
    await opened;
    expect((await answer).status).toBe(200);
    expect(server.connections()).toBe(1);
    await own.preconnect(server.origin);
    const aborted = AbortSignal.abort(new Error("stop"));
    const third = own.preconnect(server.origin);
    await expect(own.transport(server.origin, { signal: aborted })).rejects.toThrow("stop");
    await third;
  });

  it("that cannot be opened ahead say why, and leave the request to try again", async () => {
    await server.close();
    expect(await codes(own.preconnect(server.origin))).toEqual(["unreachable", "ECONNREFUSED"]);
    expect(await codes(own.transport(server.origin, {}))).toEqual(["unreachable", "ECONNREFUSED"]);
  });

  it("may be closed by the server right behind an answer", async () => {
    handler = (_request, response) => void response.end("done", () => response.socket?.end());
    for (let round = 0; round < 50; round++) {
      const answer = own.transport(server.origin, {}).then((response) => response.text());
      const outcome = await answer.catch((thrown: unknown) => connectionError(thrown).code);
      expect(["done", "unreachable"]).toContain(outcome);
    }
  });

  it("are reported when the server hangs up instead of answering", async () => {
    handler = (_request, response, turn) => void (turn === 0 ? response.end("done") : response.destroy());
    await (await own.transport(server.origin, {})).text();
    const [code] = await codes(own.transport(server.origin, { method: "POST", body: "once" }));
    expect(code).toBe("unreachable");
    // The service may have taken it: only the caller knows whether it can be sent twice.
    expect(server.received).toHaveLength(2);
  });

  it("are closed at the end, after the answers under way", async () => {
    let finish: (() => void) | undefined;
    handler = (_request, response) => {
      response.writeHead(200).write("first ");
      finish = () => response.end("last");
    };
    const response = await own.transport(server.origin, {});
    const closed = own.close();
    await expect(own.transport(server.origin, {})).rejects.toThrow();
    finish?.();
    expect(await response.text()).toBe("first last");
    await closed;
    await expect.poll(() => server.openSockets()).toBe(0);
  });

  it("take bodies of text and bytes only", async () => {
    await expect(own.transport(server.origin, { method: "POST", body: new URLSearchParams("a=1") })).rejects.toThrow(
      TypeError,
    );
    expect(server.received).toEqual([]);
  });
});

describe("the undici transport behind a proxy", () => {
  let server: TlsServer;
  let proxy: ConnectProxy;
  let own: UndiciTransport;
  let answer: Parameters<typeof startConnectProxy>[1];

  /** A name that only the proxy can resolve. */
  const host = "service.glm.test";

  beforeEach(async () => {
    answer = () => 200;
    server = await startTlsServer([host], (request, response) => response.end(`${request.headers.host} answers`));
    proxy = await startConnectProxy(server.port, (asked) => answer?.(asked) ?? 200);
  });
  afterEach(async () => {
    await own.close();
    await proxy.close();
    await server.close();
  });

  const open = (more: Partial<Proxy> = {}) => {
    const proxyFor = () => ({ origin: proxy.origin, ...more });
    own = createUndiciTransport({ authorities: [server.authority], proxyFor });
    return own.transport;
  };

  it("reaches a name that only the proxy knows, with a certificate of the authority it was told", async () => {
    const transport = open();
    const response = await transport(`https://${host}/v4/chat`, { method: "POST", body: "{}" });
    expect(await response.text()).toBe(`${host} answers`);
    expect(proxy.asked.map(({ authority }) => authority)).toEqual([`${host}:443`]);
    expect(proxy.asked[0]?.headers["proxy-authorization"]).toBeUndefined();
  });

  it("keeps the tunnel", async () => {
    const transport = open();
    await own.preconnect(`https://${host}`);
    await (await transport(`https://${host}/1`, {})).text();
    expect(proxy.asked).toHaveLength(1);
    expect(server.connections()).toBe(1);
  });

  it("trusts no authority that it was not told", async () => {
    own = createUndiciTransport({ proxyFor: () => ({ origin: proxy.origin }) });
    expect((await codes(own.transport(`https://${host}/`, {})))[0]).toBe("certificate");
  });

  it("checks that the certificate is of the host it asked for", async () => {
    expect(await codes(open()("https://other.glm.test/", {}))).toEqual(["certificate", "ERR_TLS_CERT_ALTNAME_INVALID"]);
  });

  it("signs in to the proxy, and keeps that from the service", async () => {
    answer = ({ headers }) => (headers["proxy-authorization"] === "Basic abc" ? 200 : 407);
    expect(await codes(open()(`https://${host}/`, {}))).toEqual(["unreachable", "ERR_PROXY_AUTH_REQUESTED"]);
    await own.close();
    const response = await open({ authorization: "Basic abc" })(`https://${host}/`, {});
    expect(await response.text()).toBe(`${host} answers`);
  });

  it("says that the proxy refused, hung up, or is not there", async () => {
    answer = () => 502;
    expect(await codes(open()(`https://${host}/`, {}))).toEqual(["unreachable", "ERR_TUNNEL_CONNECTION_FAILED"]);
    answer = () => "hang-up";
    expect(await codes(own.transport(`https://${host}/`, {}))).toEqual(["unreachable", "ERR_PROXY_CONNECTION_FAILED"]);
    expect(proxy.asked).toHaveLength(2);
    await proxy.close();
    expect(await codes(own.transport(`https://${host}/`, {}))).toEqual(["unreachable", "ERR_PROXY_CONNECTION_FAILED"]);
  });

  it("ends at once when aborted while the proxy takes its time", async () => {
    const controller = new AbortController();
    answer = () => {
      controller.abort(new Error("stop"));
      return 200;
    };
    await expect(open()(`https://${host}/`, { signal: controller.signal })).rejects.toThrow("stop");
    // The tunnel stands all the same, and is there for the next request.
    await expect.poll(() => server.connections()).toBe(1);
    expect(await (await own.transport(`https://${host}/`, {})).text()).toBe(`${host} answers`);
    expect(proxy.asked).toHaveLength(1);
  });

  it("asks per host whether there is a proxy", async () => {
    const direct = await startApiServer((_request, response) => void response.end("direct"));
    own = createUndiciTransport({
      authorities: [server.authority],
      proxyFor: (url) => (new URL(url).hostname === host ? { origin: proxy.origin } : undefined),
    });
    expect(await (await own.transport(direct.origin, {})).text()).toBe("direct");
    expect(await (await own.transport(`https://${host}/`, {})).text()).toBe(`${host} answers`);
    expect(proxy.asked).toHaveLength(1);
    await direct.close();
  });

  it("fails with what choosing the proxy threw", async () => {
    own = createUndiciTransport({
      proxyFor() {
        throw Object.assign(new Error("socks"), { code: "ERR_NO_SUPPORTED_PROXIES" });
      },
    });
    expect(await codes(own.transport(`https://${host}/`, {}))).toEqual(["unreachable", "ERR_NO_SUPPORTED_PROXIES"]);
    expect(proxy.asked).toEqual([]);
  });
});
