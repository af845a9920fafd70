import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ChatPart } from "../../../../src/api/chat/chatTypes.ts";
import type { Quirks } from "../../../../src/api/chat/fixups.ts";
import { createCatalog } from "../../../../src/api/models/catalog.ts";
import { officialEndpoint, platforms, type OfficialPlatformId } from "../../../../src/api/platforms.ts";
import type { Connection } from "../../../../src/core/services.ts";
import { createConnections } from "../../../../src/features/account/connections.ts";
import { createGovernors } from "../../../../src/features/account/governors.ts";
import { createClientMaker } from "../../../../src/features/account/makeClient.ts";
import { createProblems } from "../../../../src/features/account/problems.ts";
import { Disposables } from "../../../../src/host/disposables.ts";
import { createKeyStore } from "../../../../src/host/keyStore.ts";
import { litePlanKey, planKey } from "../../../zai-server/accounts.ts";
import { question, readAll } from "../../../fakes/apiClient.ts";
import { createMachine } from "../../../fakes/secretStorage.ts";
import { transportTo } from "../../../fakes/simulatorClient.ts";
import { simulatorForFile } from "../../../fakes/simulatorForFile.ts";
import { userSettings } from "../../../fakes/userSettings.ts";

const { shown, folderSettings } = vi.hoisted(() => ({
  /** Messages that the user was shown, each with its buttons. */
  shown: [] as (readonly string[])[],
  /** What a folder would have as its values if VS Code let it. */
  folderSettings: {} as Record<string, unknown>,
}));

vi.mock("vscode", async () => {
  const { vscodeWithSettings } = await import("../../../fakes/userSettings.ts");
  const { fill } = await import("../../../../src/protocol/strings.ts");
  const own = vscodeWithSettings.workspace.getConfiguration();
  const inspect = (id: string) => {
    const value = folderSettings[id];
    return { ...own.inspect(id), workspaceValue: value, workspaceFolderValue: value, globalLanguageValue: value };
  };
  return {
    EventEmitter: class {
      readonly #listeners = new Set<(value: unknown) => void>();
      readonly event = (listener: (value: unknown) => void) => {
        this.#listeners.add(listener);
        return { dispose: () => this.#listeners.delete(listener) };
      };
      fire(value: unknown) {
        for (const listener of this.#listeners) listener(value);
      }
      dispose() {}
    },
    commands: { executeCommand: () => Promise.resolve() },
    env: { language: "en" },
    l10n: { t: (message: string, ...values: (string | number)[]) => fill(message, ...values) },
    window: {
      showInformationMessage: async (...message: string[]) => void shown.push(message),
      async showWarningMessage(text: string, _options: object, yes: string) {
        shown.push([text, yes]);
        return yes;
      },
    },
    workspace: {
      getConfiguration: () => ({ inspect, get: (id: string) => folderSettings[id] }),
      onDidChangeConfiguration: () => ({ dispose() {} }),
    },
  };
});
vi.mock("../../../../src/features/account/network.ts", () => ({
  createNetwork: () => transportTo(simulator),
}));

const simulator = await simulatorForFile();
const zai = new URL(platforms.zai.baseUrl).origin;
const quiet = { info() {}, warn() {}, error() {}, show() {}, dispose() {} };
let folder: string;
let owner: Disposables;
let machine: ReturnType<typeof createMachine>;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "glm-connections-"));
  owner = new Disposables();
  machine = createMachine();
  shown.length = 0;
  for (const settings of [userSettings, folderSettings]) for (const id of Object.keys(settings)) delete settings[id];
});
afterEach(() => {
  owner.dispose();
  rmSync(folder, { recursive: true });
});

const catalog = async () => createCatalog([]);

/** One window of VS Code on this machine. */
function openWindow() {
  const keys = createKeyStore(machine.openWindow(), (trouble) => expect.unreachable(trouble));
  const problems = createProblems(quiet);
  const governorFor = createGovernors(path.join(folder, "queue"), quiet, owner);
  const learnt = new Map<string, Quirks>();
  const connections = createConnections({
    keys,
    problems,
    catalog,
    learnt,
    owner,
    makeClient: createClientMaker("glm-sidekick/test", catalog, owner, { learnt }),
    policy: { isDue: () => false, beforeRequest: () => {} },
    governorFor: async (endpoint, key) => governorFor(endpoint, key),
    askForKey: () => expect.unreachable("nobody pressed a button"),
  });
  const open = async (): Promise<Connection> => {
    const connection = await connections.open("chat");
    if (!connection) throw new Error("there is a key");
    return connection;
  };
  /** The key with which a question that is asked now is answered. */
  const keyInUse = async () => {
    const before = simulator.requests.length;
    expect((await readAll((await open()).client)).error).toBeUndefined();
    return simulator.requests[before]?.headers["authorization"]?.replace("Bearer ", "");
  };
  return { keys, problems, connections, open, keyInUse };
}

/** Starts a slow answer and reads until it speaks; `rest` reads on to its end. */
async function startAnswer(connection: Connection) {
  simulator.setScenario({ name: "slow", value: 5 });
  const parts = connection.client.chat(question)[Symbol.asyncIterator]();
  const read: ChatPart[] = [];
  const next = async () => {
    const { done, value } = await parts.next();
    if (!done) read.push(value);
    return !done;
  };
  while (!read.some(({ type }) => type.endsWith("-delta"))) await next();
  return {
    async rest() {
      while (await next());
      return read.at(-1);
    },
  };
}

describe("on a machine to which only the settings came", () => {
  it.each(Object.keys(platforms) as OfficialPlatformId[])("%s: everything says that the key is missing", async (id) => {
    userSettings["glm.platform"] = id;
    const { connections } = openWindow();
    const { host } = new URL(officialEndpoint(id).baseUrl);
    const missing = await connections.missing();
    expect(missing?.text).toContain(host);
    expect(missing?.actions).toEqual(["set-key", "get-key"]);
    expect(await connections.ready()).toBeUndefined();
    expect(await connections.open("chat")).toBeUndefined();
    expect(shown).toEqual([[missing?.text, "Set API key", "Get a key"]]);
    expect(simulator.requests).toEqual([]);
  });

  it("a key of another host does not count", async () => {
    userSettings["glm.platform"] = "bigmodel-coding";
    const { keys, connections } = openWindow();
    await keys.set(zai, planKey);
    expect((await connections.missing())?.actions).toContain("set-key");
    userSettings["glm.platform"] = "zai";
    expect(await connections.missing()).toBeUndefined();
  });
});

describe("two windows", () => {
  it("see at once which key the other one set, changed or removed", async () => {
    const [here, there] = [openWindow(), openWindow()];
    const heard = vi.fn<() => void>();
    there.connections.onDidChange(heard);
    await here.keys.set(zai, planKey);
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(1));
    expect(await there.connections.missing()).toBeUndefined();
    expect(await there.keyInUse()).toBe(planKey);
    await here.keys.set(zai, litePlanKey);
    await vi.waitFor(() => expect(heard).toHaveBeenCalledTimes(2));
    expect(await there.keyInUse()).toBe(litePlanKey);
    await there.keys.clear(zai);
    expect(await here.connections.missing()).toBeDefined();
    expect(await here.connections.open("chat")).toBeUndefined();
  });

  it("use the new key even before they hear of it", async () => {
    const [here, there] = [openWindow(), openWindow()];
    await here.keys.set(zai, planKey);
    await there.keyInUse();
    await here.keys.set(zai, litePlanKey);
    expect(await there.keyInUse()).toBe(litePlanKey);
  });
});

describe("a key that changes while an answer is on its way", () => {
  it("lets the answer come to its end, and counts from the next request on", async () => {
    const window = openWindow();
    await window.keys.set(zai, planKey);
    const running = await startAnswer(await window.open());
    await window.keys.set(zai, litePlanKey);
    simulator.setScenario(undefined);
    expect(await window.keyInUse()).toBe(litePlanKey);
    expect(await running.rest()).toMatchObject({ type: "finish", reason: "stop" });
  });

  it("does not wait in the queue of the old one", async () => {
    const window = openWindow();
    await window.keys.set(zai, planKey);
    const running = [await startAnswer(await window.open()), await startAnswer(await window.open())];
    const queued = Promise.withResolvers<void>();
    const third = readAll((await window.open()).client, question, { onWait: () => queued.resolve() });
    await queued.promise;
    await window.keys.set(zai, litePlanKey);
    simulator.setScenario(undefined);
    expect(await window.keyInUse()).toBe(litePlanKey);
    for (const answer of running) expect(await answer.rest()).toMatchObject({ type: "finish" });
    expect((await third).error).toBeUndefined();
  });

  it("lets the answer come to its end when it is removed; the next request asks for one", async () => {
    const window = openWindow();
    await window.keys.set(zai, planKey);
    const running = await startAnswer(await window.open());
    await window.keys.clear(zai);
    expect(await window.connections.open("chat")).toBeUndefined();
    expect(shown).toHaveLength(1);
    expect(await running.rest()).toMatchObject({ type: "finish", reason: "stop" });
  });

  it.each(["set", "clear"] as const)("is named when the old one is refused at a later try (%s)", async (change) => {
    const window = openWindow();
    await window.keys.set(zai, planKey);
    const { client } = await window.open();
    simulator.setScenario([{ name: "html502" }, { name: "1002" }]);
    const heard = Promise.withResolvers<void>();
    window.connections.onDidChange(heard.resolve);
    const waits = Promise.withResolvers<void>();
    const asking = readAll(client, question, { onWait: () => waits.resolve() });
    await waits.promise;
    await (change === "set" ? window.keys.set(zai, litePlanKey) : window.keys.clear(zai));
    await heard.promise;
    const { error } = await asking;
    expect(error?.details.keyReplaced).toBe(true);
    expect(window.problems.describe(error)).toMatchObject({
      text: "The API key for api.z.ai was changed while this was running. Try again with the one that is saved now.",
      actions: ["retry", "set-key"],
    });
  });

  it("is not blamed for a refusal of the one that is saved", async () => {
    const window = openWindow();
    await window.keys.set(zai, litePlanKey);
    await window.keys.set(zai, planKey);
    const { client } = await window.open();
    simulator.setScenario({ name: "1002" });
    const { error } = await readAll(client);
    expect(error?.code).toBe("key-rejected");
    expect(error?.details.keyReplaced).toBeUndefined();
  });
});

describe("consent to be billed beside a plan", () => {
  it("is for what was asked, and is asked once a window", async () => {
    const { keys, connections } = openWindow();
    await keys.set(zai, planKey);
    for (const capability of ["ocr", "ocr", "images", "ocr", "images"] as const) {
      expect((await connections.open(capability))?.client.endpoint.platform).toBe("zai");
    }
    expect(shown).toHaveLength(2);
  });

  it("comes after the key, without which there is nothing to bill", async () => {
    expect(await openWindow().connections.open("ocr")).toBeUndefined();
    expect(shown).toEqual([expect.arrayContaining(["Set API key"])]);
  });

  it("ends with the key", async () => {
    const { keys, connections } = openWindow();
    await keys.set(zai, planKey);
    await connections.open("ocr");
    await keys.set(zai, litePlanKey);
    await connections.open("ocr");
    expect(shown).toHaveLength(2);
  });
});

it("what a folder sets has no say in where a request goes, even if VS Code handed it out", async () => {
  folderSettings["glm.platform"] = "custom";
  folderSettings["glm.custom.baseUrl"] = "https://collector.test/v1";
  folderSettings["glm.model.chat"] = "foreign";
  const window = openWindow();
  await window.keys.set(zai, planKey);
  expect(window.connections.endpoint()).toEqual(officialEndpoint("zai-coding"));
  const connection = await window.open();
  expect(await connection.modelFor("chat")).not.toBe("foreign");
  await window.keyInUse();
  expect(simulator.requests.map(({ host }) => host)).toEqual(["api.z.ai"]);
});
