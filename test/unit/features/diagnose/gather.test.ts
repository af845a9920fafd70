import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { customEndpoint, type Endpoint } from "../../../../src/api/platforms.ts";
import type { Verdict } from "../../../../src/core/diagnoseLine.ts";
import { key } from "../../../fakes/apiClient.ts";
import { sendJson, sendStream, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import { startConnectProxy } from "../../../fakes/connectProxy.ts";
import { diagnosed, type Diagnosed } from "../../../fakes/diagnosis.ts";
import { startTlsServer } from "../../../fakes/tlsServer.ts";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A server that is well: two models, a chat in several events, a plan. */
const well: Handler = async ({ path }, response) => {
  if (path.endsWith("/models")) return sendJson(response, 200, { data: [{ id: "glm-5.3" }, { id: "glm-5.2" }] });
  if (path.includes("/quota/")) {
    const limits = [{ type: "CREDIT_LIMIT", unit: 3, number: 5, percentage: 11.6 }];
    return sendJson(response, 200, { code: 200, success: true, data: { level: "pro", limits } });
  }
  const text = events(9);
  return sendStream(
    response,
    text,
    [...text.matchAll(/\n\n/g)].map(({ index }) => index + 2),
  );
};

function chunk(delta: object, reason: string | null): string {
  const choices = [{ index: 0, delta, finish_reason: reason }];
  return `data: ${JSON.stringify({ id: "1", model: "glm-5.3", choices })}\n\n`;
}

function events(count: number): string {
  const pieces = Array.from({ length: count }, (_, at) => chunk({ content: `${at} ` }, null));
  return `${pieces.join("")}${chunk({}, "stop")}data: [DONE]\n\n`;
}

async function serve(handler: Handler = well): Promise<ApiServer> {
  const server = await startApiServer(handler);
  closers.push(() => server.close());
  return server;
}

function custom(address: string): Endpoint {
  const endpoint = customEndpoint(address, "zai");
  if (!endpoint) throw new Error(`not allowed: ${address}`);
  return endpoint;
}

const nowhere = () => Promise.reject(new TypeError("fetch failed"));

/** A port of this machine that nothing listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

/** An https server for `glm.test` behind a proxy that alone knows the name. */
async function behindProxy(answer?: Parameters<typeof startConnectProxy>[1], flaw?: "expired" | "with-root") {
  const server = await startTlsServer(
    ["glm.test"],
    (request, response) => {
      request.resume();
      const seen = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body: "" };
      request.on("end", () => void well(seen, response, 0));
    },
    flaw,
  );
  const proxy = await startConnectProxy(server.port, answer);
  closers.push(
    () => proxy.close(),
    () => server.close(),
  );
  return { server, proxy, endpoint: custom("https://glm.test/api/paas/v4") };
}

const verdicts = ({ en }: Diagnosed) =>
  Object.fromEntries(en.lines.map(({ name, verdict }): [string, Verdict] => [name, verdict]));
const line = ({ en }: Diagnosed, name: string) => en.lines.find((each) => each.name === name);
/** Both languages are complete: no hole, no English in the Chinese sentences, each in its own way. */
function expectReadable({ en, zh }: Diagnosed): void {
  expect(en.text).not.toMatch(/\{\d\}|undefined|NaN|\p{Script=Han}/u);
  expect(zh.text).not.toMatch(/\{\d\}|undefined|NaN/);
  expect(zh.lines.map(({ verdict }) => verdict)).toEqual(en.lines.map(({ verdict }) => verdict));
  for (const { fact, remedy } of zh.lines) expect(`${fact}${remedy ?? ""}`).toMatch(/\p{Script=Han}/u);
  for (const { text } of [en, zh]) expect(text).not.toContain(key);
}

describe("a diagnosis", () => {
  it("of a server that is well finds no problem, and asks each thing once", async () => {
    const server = await serve();
    const steps: string[] = [];
    const result = await diagnosed(server.endpoint(), { about: { isLocal: true }, onStep: (step) => steps.push(step) });
    expect(verdicts(result)).toEqual({
      Proxy: "ok",
      "Name lookup": "skipped",
      Connection: "ok",
      Certificate: "skipped",
      Key: "ok",
      "Model list": "ok",
      "Other transport": "skipped",
      Clock: "ok",
      "Short chat": "ok",
      Quota: "ok",
    });
    expect(result.en).toMatchObject({ summary: "No problem was found.", advice: undefined, next: undefined });
    expect(steps).toEqual(["connection", "models", "chat", "quota"]);
    expect(server.received.map(({ method, path }) => `${method} ${path.replace("/api", "")}`)).toEqual([
      "GET /paas/v4/models",
      "POST /paas/v4/chat/completions",
      "GET /monitor/usage/quota/limit",
    ]);
    expect(JSON.parse(server.received[1]?.body ?? "")).toEqual({
      model: "glm-5-turbo",
      messages: [{ role: "user", content: "Hi" }],
      stream: true,
      thinking: { type: "disabled" },
      max_tokens: 1,
    });
    expect(line(result, "Short chat")?.fact).toContain("glm-5-turbo");
    expect(line(result, "Quota")?.fact).toBe("Plan Pro; used: 11% of 5 hours.");
    expectReadable(result);
  });

  it("without a key reaches the service, asks nothing that costs, and says what is missing", async () => {
    const server = await serve((_, response) =>
      sendJson(response, 401, { error: { code: "1001", message: "no Authorization header" } }),
    );
    const endpoint = { ...server.endpoint(), keyRequired: true };
    const result = await diagnosed(endpoint, { apiKey: undefined });
    expect(verdicts(result)).toMatchObject({
      Key: "problem",
      "Model list": "ok",
      "Short chat": "skipped",
      Quota: "skipped",
    });
    expect(server.received.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    expect(result.en).toMatchObject({ summary: "1 problem: Key.", next: { action: "set-key" } });
    expectReadable(result);
  });

  it("of a port that refuses names the server to start", async () => {
    const result = await diagnosed(custom(`http://127.0.0.1:${await closedPort()}/v1`));
    expect(verdicts(result)).toMatchObject({
      Connection: "problem",
      "Model list": "problem",
      "Other transport": "note",
      "Short chat": "skipped",
    });
    expect(line(result, "Connection")?.fact).toContain("ECONNREFUSED");
    expect(result.en).toMatchObject({
      advice: "Start the server, or correct its address in glm.custom.baseUrl.",
      next: { action: "custom-settings" },
    });
    expectReadable(result);
  });

  it("of a name that nobody knows says so, and goes no further by itself", async () => {
    const result = await diagnosed(custom("https://nowhere.invalid/v1"));
    expect(verdicts(result)).toMatchObject({
      "Name lookup": "problem",
      Connection: "skipped",
      Certificate: "skipped",
      "Model list": "problem",
    });
    expect(line(result, "Connection")?.fact).toBe("The step before failed.");
    expect(result.en.advice).toContain("glm.custom.baseUrl");
    expectReadable(result);
  });

  it.each([
    ["with-root", "SELF_SIGNED_CERT_IN_CHAIN", "Get the certificate of GLM Sidekick tests"],
    ["expired", "CERT_HAS_EXPIRED", "Check the date of this computer"],
    [undefined, "UNABLE_TO_VERIFY_LEAF_SIGNATURE", "Get the certificate of GLM Sidekick tests"],
  ] as const)("of a certificate that is not trusted (%s) names issuer and remedy", async (flaw, code, remedy) => {
    const { proxy, server, endpoint } = await behindProxy(undefined, flaw);
    const authorities = flaw === "expired" ? [server.authority] : [];
    const result = await diagnosed(endpoint, {
      http: { proxy: proxy.origin },
      authorities,
      about: { transport: "undici" },
    });
    expect(verdicts(result)).toMatchObject({ Proxy: "ok", Certificate: "problem", "Model list": "problem" });
    expect(line(result, "Certificate")?.fact).toContain(`It is not trusted (${code}).`);
    expect(line(result, "Certificate")?.fact).toContain("issued by GLM Sidekick tests");
    expect(line(result, "Certificate")?.remedy).toContain(remedy);
    expectReadable(result);
  });

  it("of a certificate for another name says so", async () => {
    const { proxy, server } = await behindProxy();
    const result = await diagnosed(custom("https://other.test/v1"), {
      http: { proxy: proxy.origin },
      authorities: [server.authority],
      about: { transport: "undici" },
    });
    expect(line(result, "Certificate")?.fact).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
    expect(line(result, "Certificate")?.remedy).toContain("another name than other.test");
  });

  it("of a private authority that the system knows says that TLS is inspected, and which setting leaves it out", async () => {
    const { proxy, server, endpoint } = await behindProxy();
    const official: Endpoint = { ...endpoint, platform: "zai", keyRequired: true };
    const common = { http: { proxy: proxy.origin }, authorities: [server.authority] };
    const fine = await diagnosed(official, { ...common, about: { transport: "undici" } });
    expect(verdicts(fine)).toMatchObject({ Certificate: "note", "Model list": "ok", "Short chat": "ok" });
    expect(line(fine, "Certificate")?.fact).toContain("your network inspects TLS");

    const off = await diagnosed(official, { ...common, about: { transport: "undici", systemCertificates: false } });
    expect(verdicts(off)).toMatchObject({ Certificate: "problem", "Model list": "problem" });
    expect(off.en.next).toEqual({ kind: "setting", setting: "http.systemCertificates" });
    expect(off.en.advice).toContain("turn http.systemCertificates on");
    expectReadable(off);
  });

  it("of a proxy that wants a sign-in tells where to put it, and never shows it", async () => {
    const { proxy, endpoint } = await behindProxy(() => 407);
    const bare = await diagnosed(endpoint, { http: { proxy: proxy.origin }, about: { transport: "undici" } });
    expect(verdicts(bare)).toMatchObject({ Proxy: "problem", "Name lookup": "skipped", Certificate: "skipped" });
    expect(line(bare, "Certificate")?.fact).toBe("The step before failed.");
    expect(bare.en).toMatchObject({ advice: "Add user name and password to the address in http.proxy." });
    const address = proxy.origin.replace("//", "//jo:s3cret-word@");
    const signed = await diagnosed(endpoint, { http: { proxy: address }, about: { transport: "undici" } });
    expect(signed.en.advice).toContain("Correct user name and password in http.proxy");
    expect(proxy.asked.at(-1)?.headers["proxy-authorization"]).toMatch(/^Basic /);
    expect(JSON.stringify(signed)).not.toMatch(/s3cret|Basic|jo:/);
    expectReadable(signed);
  });

  it("of a proxy that refuses or is down names the proxy, not the service", async () => {
    const { proxy, endpoint } = await behindProxy(() => 403);
    const refused = await diagnosed(endpoint, { http: { proxy: proxy.origin }, about: { transport: "undici" } });
    expect(line(refused, "Proxy")).toMatchObject({ verdict: "problem", next: { setting: "http.noProxy" } });
    const down = `http://127.0.0.1:${await closedPort()}`;
    const gone = await diagnosed(endpoint, {
      http: { environment: { https_proxy: down } },
      about: { transport: "undici" },
    });
    expect(line(gone, "Proxy")?.fact).toBe(`${down} from https_proxy cannot be reached (ECONNREFUSED).`);
    expect(gone.en.advice).toBe("Start the proxy or correct https_proxy. Without a proxy, leave it empty.");
    expectReadable(gone);
  });

  it("of a proxy or server that keeps silent or speaks something else says so", async () => {
    const said: string[] = [];
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (data) => {
        said.push(data.toString("latin1"));
        if (said.length > 1) socket.end("220 mail.test ready\r\n\r\n");
      });
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    closers.push(() => new Promise((resolve) => void server.close(resolve)));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const endpoint = custom("https://glm.test/v1");
    const common = { http: { proxy: origin }, host: nowhere, limits: { proxy: 1000, other: 1000 } };
    const silent = await diagnosed(endpoint, common);
    expect(said[0]).toMatch(/^CONNECT glm\.test:443 HTTP\/1\.1\r\nHost: glm\.test:443\r\n/);
    expect(line(silent, "Proxy")?.fact).toBe(`${origin} from http.proxy did not answer within 1 s.`);
    const mail = await diagnosed(endpoint, common);
    expect(line(mail, "Proxy")?.fact).toContain("cannot be reached (ERR_PROXY_CONNECTION_FAILED)");
    const plain = await diagnosed(custom(origin.replace("http:", "https:")), { host: nowhere });
    expect(verdicts(plain)).toMatchObject({ Connection: "ok", Certificate: "problem" });
    expect(line(plain, "Certificate")?.fact).toMatch(/No secure connection came about \([A-Z_]+\)/);
    expectReadable(plain);
  });

  it("of a proxy that only VS Code can use sends back to VS Code's own network", async () => {
    const server = await serve();
    const common = { http: { proxy: "socks5://jo:pw@proxy.test:1080" } };
    const endpoint = { ...server.endpoint(), baseUrl: "https://glm.test/v1" };
    const host = (url: string, init: RequestInit) => fetch(url.replace("https://glm.test", server.origin), init);
    const result = await diagnosed(endpoint, { ...common, host, about: { transport: "undici" } });
    expect(verdicts(result)).toMatchObject({ Proxy: "problem", "Model list": "problem", "Other transport": "note" });
    expect(result.en.next).toEqual({ kind: "transport", transport: "host" });
    const chosen = await diagnosed(endpoint, { ...common, host });
    expect(verdicts(chosen)).toMatchObject({ Proxy: "note", "Model list": "ok", "Other transport": "skipped" });
  });

  it("recommends the transport that gets there when the chosen one does not", async () => {
    const { proxy, server, endpoint } = await behindProxy();
    const result = await diagnosed(endpoint, {
      http: { proxy: proxy.origin },
      authorities: [server.authority],
      host: () => Promise.reject(Object.assign(new TypeError("fetch failed"), { cause: { code: "ENOTFOUND" } })),
    });
    expect(verdicts(result)).toMatchObject({ Certificate: "ok", "Model list": "problem", "Other transport": "note" });
    expect(result.en).toMatchObject({
      advice: "Set glm.network.transport to “undici”.",
      next: { kind: "transport", transport: "undici" },
    });
    expectReadable(result);
  });

  it("takes a failure of its own lightly where the request went through", async () => {
    const server = await serve();
    const endpoint = { ...server.endpoint(), baseUrl: "https://nowhere.invalid/v1" };
    const host = (url: string, init: RequestInit) => fetch(url.replace("https://nowhere.invalid", server.origin), init);
    const result = await diagnosed(endpoint, { host });
    expect(verdicts(result)).toMatchObject({ "Name lookup": "note", "Model list": "ok", "Short chat": "ok" });
    expect(result.en.summary).toBe("No problem was found.");
    expect(line(result, "Name lookup")?.fact).toContain("VS Code has another way");
  });
});

const page = (status: number, html: string): Handler => {
  return (_, response) => void response.writeHead(status, { "Content-Type": "text/html" }).end(html);
};

describe("an answer that is none", () => {
  it.each([
    ["a sign-in page", page(200, "<html><body>Welcome to the hotel</body></html>"), "network-settings"],
    ["a firewall's page", page(405, '<!doctypehtml><body data-spm="1">errors.aliyun.com</body>'), "network-settings"],
    ["a page that is not there", page(404, "<html>not found</html>"), "custom-settings"],
  ] as const)("because of %s is a problem with a way out", async (_, handler, action) => {
    const server = await serve(handler);
    const result = await diagnosed(server.endpoint());
    expect(verdicts(result)).toMatchObject({ Connection: "ok", "Model list": "problem", "Other transport": "skipped" });
    expect(result.en.next).toEqual({ kind: "action", action });
    expect(result.en.text).not.toMatch(/hotel|aliyun/);
    // Only a path may be wrong without the service being another one.
    expect(server.received.some(({ method }) => method === "POST")).toBe(action === "custom-settings");
    expectReadable(result);
  });

  it("because of a redirect names where it leads, and does not go there", async () => {
    const elsewhere = await serve();
    const server = await serve((_, response) => void response.writeHead(302, { Location: elsewhere.origin }).end());
    const result = await diagnosed(server.endpoint());
    expect(line(result, "Model list")?.fact).toContain(`leads on to ${new URL(elsewhere.origin).host}`);
    expect(elsewhere.received).toEqual([]);
    expectReadable(result);
  });

  it("because the key belongs elsewhere asks for nothing more", async () => {
    const server = await serve((_, response) => sendJson(response, 401, { error: { code: "1002", message: "no" } }));
    const result = await diagnosed({ ...server.endpoint(), platform: "zai", keyRequired: true });
    expect(line(result, "Model list")).toMatchObject({ verdict: "problem", next: { action: "set-key" } });
    expect(line(result, "Model list")).toMatchObject({ codes: "HTTP 401, 1002" });
    expect(line(result, "Model list")?.fact).toContain("not interchangeable");
    expect(result.en.advice).toContain("choose the platform that the key belongs to");
    expect(line(result, "Short chat")?.fact).toBe("The key was refused.");
    expect(server.received).toHaveLength(1);
  });

  it("because nothing comes in time says how long that was", async () => {
    const server = await serve(() => {});
    const limits = { models: 1000, other: 1000 };
    const result = await diagnosed(server.endpoint(), { limits });
    expect(line(result, "Model list")?.fact).toBe("No answer within 1 s.");
    expect(verdicts(result)).toMatchObject({ Connection: "ok", "Model list": "problem", "Other transport": "note" });
    expectReadable(result);
  });

  it("to a chat without balance is told in the words for it", async () => {
    const server = await serve((seen, response, turn) =>
      seen.method === "POST"
        ? sendJson(response, 429, { error: { code: "1113", message: "Insufficient balance" } })
        : well(seen, response, turn),
    );
    const result = await diagnosed({ ...server.endpoint(), platform: "zai", keyRequired: true });
    expect(verdicts(result)).toMatchObject({ "Model list": "ok", "Short chat": "problem" });
    expect(line(result, "Short chat")?.fact).toMatch(/^glm-5-turbo was asked\. ./);
    expect(result.en.next).toEqual({ kind: "action", action: "use-coding-plan" });
  });

  it("about the quota hinders nothing", async () => {
    const server = await serve((seen, response, turn) =>
      seen.path.includes("/quota/") ? sendJson(response, 502, {}) : well(seen, response, turn),
    );
    const result = await diagnosed(server.endpoint());
    expect(verdicts(result)).toMatchObject({ "Short chat": "ok", Quota: "note" });
    expect(result.en.summary).toBe("No problem was found.");
  });
});

describe("how an answer arrives", () => {
  it("is noticed when everything comes at once", async () => {
    const server = await serve((seen, response, turn) =>
      seen.method === "POST" ? sendStream(response, events(9)) : well(seen, response, turn),
    );
    const result = await diagnosed(server.endpoint());
    expect(line(result, "Short chat")).toMatchObject({ verdict: "note" });
    expect(line(result, "Short chat")?.fact).toContain("Everything came at once");
    expectReadable(result);
  });

  it.each([
    [10, "behind"],
    [-10, "ahead of"],
    [1, undefined],
  ])("with a clock that is off by %i min is told", async (minutes, side) => {
    const date = new Date(Date.now() + minutes * 60_000).toUTCString();
    const server = await serve((seen, response, turn) => {
      response.setHeader("Date", date);
      return well(seen, response, turn);
    });
    const result = await diagnosed(server.endpoint());
    expect(line(result, "Clock")).toMatchObject(
      side === undefined
        ? { verdict: "ok" }
        : { verdict: "problem", fact: `This computer is 10 min ${side} the server.` },
    );
    expectReadable(result);
  });
});

describe("a cancelled diagnosis", () => {
  it("leaves what was found until then", async () => {
    const controller = new AbortController();
    const server = await serve(() => controller.abort());
    const result = await diagnosed(server.endpoint(), { signal: controller.signal });
    expect(verdicts(result)).toMatchObject({ Connection: "ok", "Model list": "skipped", "Short chat": "skipped" });
    expect(result.findings.cancelled).toBe(true);
    expect(result.en.text).toContain("It was cancelled before the end");
    expect(server.received).toHaveLength(1);
    expectReadable(result);
  });

  it("before the first step asks nothing at all", async () => {
    const server = await serve();
    const result = await diagnosed(server.endpoint(), { signal: AbortSignal.abort() });
    expect(new Set(result.en.lines.map(({ verdict }) => verdict))).toEqual(new Set(["ok", "skipped"]));
    expect([server.connections(), server.received.length]).toEqual([0, 0]);
  });
});
