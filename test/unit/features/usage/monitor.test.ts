import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createCatalog } from "../../../../src/api/models/catalog.ts";
import {
  customEndpoint,
  officialEndpoint,
  type Endpoint,
  type OfficialPlatformId,
} from "../../../../src/api/platforms.ts";
import type { Connections } from "../../../../src/core/services.ts";
import type { UsageDeps } from "../../../../src/features/usage/index.ts";
import { createMonitor, type Monitor } from "../../../../src/features/usage/monitor.ts";
import { Disposables } from "../../../../src/host/disposables.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { simulatorForFile } from "../../../fakes/simulatorForFile.ts";
import { userSettings } from "../../../fakes/userSettings.ts";
import { useOf } from "../../../fakes/uses.ts";

const { item, Emitter } = vi.hoisted(() => ({
  /** The item as VS Code would show it. */
  item: {
    text: "",
    visible: false,
    backgroundColor: undefined as { id: string } | undefined,
    show() {
      this.visible = true;
    },
    hide() {
      this.visible = false;
    },
    dispose() {},
  },
  Emitter: class {
    readonly #listeners = new Set<(value: unknown) => void>();
    readonly event = (listener: (value: unknown) => void) => {
      this.#listeners.add(listener);
      return { dispose: () => this.#listeners.delete(listener) };
    };
    fire(value?: unknown) {
      for (const listener of this.#listeners) listener(value);
    }
    dispose() {
      this.#listeners.clear();
    }
  },
}));

vi.mock("vscode", async () => {
  const { vscodeWithSettings } = await import("../../../fakes/userSettings.ts");
  const { fill } = await import("../../../../src/protocol/strings.ts");
  return {
    ...vscodeWithSettings,
    EventEmitter: Emitter,
    MarkdownString: class {
      value = "";
      appendText = () => this;
    },
    StatusBarAlignment: { Right: 2 },
    ThemeColor: class {
      readonly id: string;
      constructor(id: string) {
        this.id = id;
      }
    },
    env: { language: "en" },
    l10n: { t: (message: string, ...values: (string | number)[]) => fill(message, ...values) },
    window: {
      state: { focused: true },
      createStatusBarItem: () => item,
      onDidChangeWindowState: () => ({ dispose() {} }),
    },
  };
});

const simulator = await simulatorForFile();
let owner: Disposables;
let folder: string;
let monitor: Monitor;
let endpoint: Endpoint;
let hasKey: boolean;
const changed = new Emitter();
const keyChanged = new Emitter();

const quotas = () => simulator.requests.filter(({ path: called }) => called.endsWith("/quota/limit")).length;
const says = (text: string) => expect.poll(() => item.visible && item.text).toBe(`$(sparkle) ${text}`);
/** The share of the window, before the time of its reset. */
const saysUsed = (share: string) =>
  expect
    .poll(() => item.visible && item.text)
    .toMatch(new RegExp(`^\\$\\(sparkle\\) GLM-5\\.3 · ${share} · .*\\d:\\d\\d`));

const catalog = createCatalog();
const connections: Connections = {
  endpoint: () => endpoint,
  catalog: async () => catalog,
  platformName: (platform) => platform ?? "here",
  missing: () => expect.unreachable("nobody is to be told anything"),
  open: () => expect.unreachable("nobody is to be asked anything"),
  isReady: async () => hasKey,
  ready: async () => ({
    client: simulatorClient(simulator, endpoint.platform as OfficialPlatformId),
    catalog,
    tuning: {},
    modelFor: () => expect.unreachable("no model is needed"),
  }),
  servedBy: () => new Map(),
  onDidChange: changed.event,
};

beforeEach(() => {
  for (const id of Object.keys(userSettings)) delete userSettings[id];
  simulator.reset();
  endpoint = officialEndpoint("zai-coding");
  hasKey = true;
  owner = new Disposables();
  folder = mkdtempSync(path.join(tmpdir(), "glm-monitor-"));
  const deps = { connections, keys: { onDidChange: keyChanged.event }, folder, log: { info() {}, warn() {} } };
  monitor = createMonitor(deps as unknown as UsageDeps, owner);
});
afterEach(async () => {
  await monitor.usesSince(0);
  owner.dispose();
  rmSync(folder, { recursive: true });
});

const usePlan = () => monitor.used(useOf({ at: Date.now(), platform: "zai-coding" }));

it("is hidden without a key, and shows the model as soon as there is one", async () => {
  await says("GLM-5.3");
  hasKey = false;
  changed.fire();
  await expect.poll(() => item.visible).toBe(false);
  expect(monitor.words()).toBeUndefined();
  hasKey = true;
  userSettings["glm.model.chat"] = "glm-4.7";
  changed.fire();
  await says("GLM-4.7");
  expect(simulator.requests).toEqual([]);
});

it("asks after a use and after a look at the chat, once", async () => {
  monitor.chatShown();
  await saysUsed("11%");
  await usePlan();
  expect(quotas()).toBe(1);
});

it("never asks when the user forbids it, nor for the document", async () => {
  userSettings["glm.usage.quota"] = false;
  await usePlan();
  await monitor.askNow();
  expect(simulator.requests).toEqual([]);
  userSettings["glm.usage.quota"] = true;
  changed.fire();
  await saysUsed("11%");
});

it("keeps what it knew when the service fails, and forgets it with the key", async () => {
  await usePlan();
  await saysUsed("11%");
  simulator.setScenario({ name: "quota-error" });
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 60_000 });
  await monitor.askNow();
  vi.useRealTimers();
  expect(quotas()).toBe(2);
  expect(item.text).toContain("11%");
  keyChanged.fire("https://open.bigmodel.cn");
  expect(monitor.account().known).toBeDefined();
  keyChanged.fire("https://api.z.ai");
  expect(monitor.account().known).toBeUndefined();
  await says("GLM-5.3");
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 120_000 });
  await usePlan();
  await expect.poll(quotas).toBe(3);
  vi.useRealTimers();
  await says("GLM-5.3");
});

it("has the colours of the theme for a window that is nearly used up", async () => {
  simulator.setScenario({ name: "quota-used", value: 96 });
  await usePlan();
  await saysUsed("96%");
  expect(item.backgroundColor?.id).toBe("statusBarItem.errorBackground");
});

it("asks for no plan off a plan, and for the balance only when somebody wants to see it", async () => {
  endpoint = officialEndpoint("zai");
  changed.fire();
  await monitor.used(useOf({ at: Date.now() }));
  await says("GLM-5.3");
  expect(simulator.requests).toEqual([]);
  await monitor.askNow();
  expect(monitor.account().balance?.available).toBe(42.5);
  expect(quotas()).toBe(0);
});

it("learns from the answers which model a server of one's own has, and asks it nothing", async () => {
  const own = customEndpoint("http://localhost:11434/v1", "openai");
  if (!own) throw new Error("loopback must be allowed");
  endpoint = own;
  changed.fire();
  await says("Automatic");
  await monitor.used(useOf({ at: Date.now(), platform: "custom", host: "localhost:11434", model: "$(flame) qwen3" }));
  await says("$\u200b(flame) qwen3");
  await monitor.askNow();
  expect(simulator.requests).toEqual([]);
});
