import * as vscode from "vscode";
import { modelPrices } from "../../api/models/prices.ts";
import { isPlan, originOf } from "../../api/platforms.ts";
import { systemClock } from "../../api/transport.ts";
import type { Balance } from "../../api/usage/usageAccount.ts";
import type { Use } from "../../api/usage/use.ts";
import { commands } from "../../contributions.ts";
import { loadOnce } from "../../core/loadOnce.ts";
import { nextEnd, type KnownQuota } from "../../core/usageAllowances.ts";
import { statusWords, type StatusWords } from "../../core/usageStatus.ts";
import { withUse, type ModelTotals } from "../../core/usageTotals.ts";
import { chosenModel, readSetting } from "../../host/config.ts";
import type { Disposables } from "../../host/disposables.ts";
import { t } from "../../host/l10n.ts";
import { createStatusItem } from "../../host/statusItem.ts";
import type { UsageDeps } from "./index.ts";
import { createQuotaPoller } from "./quotaPoller.ts";

/** No timer of the system runs longer than 24 days. */
const longestTimerMs = 86_400_000;

export interface Monitor {
  /** Everything since `from` (ms since the epoch) that any window of this computer noted. */
  usesSince(from: number): Promise<Use[]>;
  /** What the service said last of the plan or the balance in force. */
  account(): { readonly known: KnownQuota | undefined; readonly balance: Balance | undefined };
  /** What the item says now; undefined while it is hidden. */
  words(): StatusWords | undefined;
  /** Fires after a use and after news of the account. */
  readonly onDidChange: vscode.Event<void>;
  used(use: Use): Promise<void>;
  chatShown(): void;
  /** Whether the service may be asked for the plan and the balance, which official platforms know. */
  asks(): boolean;
  /** Asks now, for somebody who wants to see it. Silent when that fails. */
  askNow(): Promise<void>;
}

/** Keeps the item in the status bar up to date, and what it is made of. */
export function createMonitor({ connections, keys, log, folder }: UsageDeps, owner: Disposables): Monitor {
  const changed = owner.add(new vscode.EventEmitter<void>());
  const item = owner.add(createStatusItem("glm.status", "GLM Sidekick", commands.menu));
  // Nothing is noted or read at the start.
  const ledger = loadOnce(async () => {
    const { createLedger } = await import("./ledger.ts");
    return owner.add(
      createLedger({ folder, now: Date.now, onError: (error) => log.warn(`usage is not noted: ${codeOf(error)}`) }),
    );
  });
  let known: KnownQuota | undefined;
  let balance: Balance | undefined;
  let session: readonly ModelTotals[] = [];
  /** The last chat model of a server of one's own, which may choose it itself. */
  let answering: { readonly host: string; readonly model: string } | undefined;
  let words: StatusWords | undefined;
  let drawing = 0;
  let stopTimer: (() => void) | undefined;
  let place = connections.endpoint()?.baseUrl;

  const originInForce = () => {
    const endpoint = connections.endpoint();
    return endpoint && originOf(endpoint);
  };
  const platformInForce = () => connections.endpoint()?.platform;
  const asks = () => readSetting("glm.usage.quota") && (platformInForce() ?? "custom") !== "custom";

  async function ask(signal: AbortSignal): Promise<void> {
    const client = (await connections.ready())?.client;
    if (!client || signal.aborted) return;
    try {
      if (isPlan(client.endpoint.platform)) {
        const quota = await client.usage.quota({ signal });
        if (!signal.aborted) known = { quota, at: Date.now() };
      } else {
        const told = await client.usage.balance({ signal });
        if (!signal.aborted) balance = told;
      }
    } catch (error) {
      // Nobody asked for this: what was known stays until its window ends.
      if (!signal.aborted) log.info(`the account's usage was not told: ${codeOf(error)}`);
    }
    if (!signal.aborted) news();
  }

  const poller = owner.add(
    createQuotaPoller({
      clock: systemClock,
      ask,
      place: () => connections.endpoint()?.baseUrl ?? "",
      allowed: () => asks() && isPlan(platformInForce() ?? "custom"),
      focused: () => vscode.window.state.focused,
    }),
  );

  function news(): void {
    void draw();
    changed.fire();
  }

  async function draw(): Promise<void> {
    const turn = ++drawing;
    // Whoever has no key needs no catalogue.
    const catalog = (await connections.isReady()) ? await connections.catalog() : undefined;
    const endpoint = connections.endpoint();
    if (turn !== drawing) return;
    stopTimer?.();
    stopTimer = undefined;
    words = undefined;
    if (!catalog || !endpoint) {
      item.hide();
      return;
    }
    const { platform } = endpoint;
    const here = answering?.host === new URL(endpoint.baseUrl).host ? answering.model : undefined;
    const model = chosenModel("chat") ?? catalog.defaultModel(endpoint, "chat") ?? here;
    const now = Date.now();
    words = statusWords(
      {
        platform,
        nameOf: connections.platformName,
        model: model === undefined ? t("Automatic") : catalog.modelInfo(model).label,
        known,
        session,
        now,
        language: vscode.env.language,
      },
      t,
    );
    item.show({ icon: "sparkle", ...words });
    const end = nextEnd(known, now);
    if (end !== undefined) stopTimer = systemClock.after(Math.min(longestTimerMs, end - now), () => void draw());
  }

  /** What was known belongs to another key or platform. */
  function startAnew(): void {
    place = connections.endpoint()?.baseUrl;
    known = undefined;
    balance = undefined;
    poller.restart();
    news();
  }

  owner.add({ dispose: () => stopTimer?.() });
  owner.add(
    keys.onDidChange((origin) => {
      if (origin === originInForce()) startAnew();
    }),
  );
  owner.add(
    connections.onDidChange(() => {
      if (connections.endpoint()?.baseUrl !== place) startAnew();
      poller.wake();
      void draw();
    }),
  );
  owner.add(vscode.window.onDidChangeWindowState(() => poller.wake()));
  void draw();

  return {
    usesSince: async (from) => (await ledger()).since(from),
    account: () => ({ known, balance }),
    words: () => words,
    onDidChange: changed.event,
    async used(use) {
      (await ledger()).add(use);
      if (use.kind === "chat") answering = { host: use.host, model: use.model };
      const catalog = await connections.catalog();
      session = withUse(session, use, (model) => modelPrices(catalog, model));
      poller.used();
      news();
    },
    chatShown: () => poller.used(),
    asks,
    askNow: async () => {
      if (asks()) await poller.askNow();
    },
  };
}

/** No message of an error goes to the log: it may quote what was sent. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "unknown";
}
