import assert from "node:assert/strict";
import * as vscode from "vscode";
import { createNetwork } from "../../src/features/account/network.ts";
import { Disposables } from "../../src/host/disposables.ts";
import { startApiServer, type ApiServer } from "../fakes/apiServer.ts";
import { startConnectProxy, type ConnectProxy } from "../fakes/connectProxy.ts";

const set = (name: string, value: unknown) =>
  vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);

/** What undici as a whole would take from every other extension. */
const shared = () =>
  [1, 2].map((version) => Reflect.get(globalThis, Symbol.for(`undici.globalDispatcher.${version}`)) as unknown);

describe("connections of our own, in this VS Code", () => {
  /** Known to the proxies only; http, as in-host tests have no say in what this process trusts. */
  const service = "http://service.glm.test/";
  let owner: Disposables;
  let server: ApiServer;
  let first: ConnectProxy;
  let second: ConnectProxy;

  beforeEach(async () => {
    owner = new Disposables();
    server = await startApiServer((_request, response) => void response.end("done"));
    const port = Number(new URL(server.origin).port);
    first = await startConnectProxy(port);
    second = await startConnectProxy(port);
    await set("glm.network.transport", "undici");
    await set("http.proxy", first.origin);
  });
  afterEach(async () => {
    owner.dispose();
    await set("http.proxy", undefined);
    await set("glm.network.transport", undefined);
    await Promise.all([first.close(), second.close(), server.close()]);
  });

  it("go through the proxy of the settings, and through another one as soon as that is set", async () => {
    const transport = createNetwork(owner);
    const ask = async () => (await transport(service, {})).text();
    assert.equal(await ask(), "done");
    assert.equal(await ask(), "done");
    assert.deepEqual(
      [first.asked.map(({ authority }) => authority), second.asked.length],
      [["service.glm.test:80"], 0],
    );
    await set("http.proxy", second.origin);
    assert.equal(await ask(), "done");
    assert.deepEqual([first.asked.length, second.asked.length], [1, 1]);
  });

  it("leave the dispatcher and the fetch of all extensions as they were", async () => {
    await fetch(server.origin);
    const before = [globalThis.fetch, ...shared()];
    await (await createNetwork(owner)(service, {})).text();
    assert.deepEqual(
      [globalThis.fetch, ...shared()].map((now, index) => now === before[index]),
      [true, true, true],
    );
  });

  it("end with their owner", async () => {
    await (await createNetwork(owner)(service, {})).text();
    assert.equal(server.openSockets(), 1);
    owner.dispose();
    while (server.openSockets() > 0) await new Promise((resolve) => setImmediate(resolve));
  });

  it("are not used for host, not even by a client made before", async () => {
    const transport = createNetwork(owner);
    await (await transport(server.origin, {})).text();
    await set("glm.network.transport", "host");
    await (await transport(server.origin, {})).text();
    // Only the host's fetch says this of itself.
    const viaHost = server.received.map(({ headers }) => headers["sec-fetch-mode"] !== undefined);
    assert.deepEqual(viaHost, [false, true]);
  });
});
