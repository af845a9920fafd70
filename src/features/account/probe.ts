import type { Client, RequestOptions } from "../../api/client.ts";
import { ApiError, type ApiErrorCode } from "../../api/errors.ts";
import { builtInCatalog } from "../../api/models/catalog.ts";
import type { OfficialPlatformId } from "../../api/platforms.ts";
import {
  freeChatModel,
  services,
  type AcceptedKey,
  type Funds,
  type KeyFinding,
  type PlanFinding,
  type Service,
} from "../../core/keyFinding.ts";

export interface Probe {
  /** Whom to ask, in this order; the next one only when the one before refuses the key or cannot be reached. */
  readonly order: readonly Service[];
  /** A client with the key in question. */
  clientFor(platform: OfficialPlatformId): Promise<Client>;
  readonly signal: AbortSignal;
  /** Called before a service is asked. */
  onService?(service: Service): void;
  /** Reads the balance of an account that has a plan, too. */
  readonly alwaysFunds?: boolean | undefined;
  /** For each question, in ms; default 15000. */
  readonly deadline?: number | undefined;
}

/** Failures that do not come from the service: the same key may be known at the next one. */
const notThere: ReadonlySet<ApiErrorCode> = new Set(["unreachable", "timeout", "certificate", "firewall"]);
/** The service answers, but has no such endpoint. */
const noEndpoint: ReadonlySet<ApiErrorCode> = new Set(["wrong-path", "not-offered", "model-unknown"]);

/**
 * Finds out where a key belongs and what it can pay with, with requests that cost no money: GET models tells whether the key
 * is known (API notes 4.5), the console's endpoints tell the rest (13). Only where those are missing it asks a model for one
 * token, on the plan's endpoint or of a model that is free. The key goes nowhere but to the hosts of `order`. Never throws
 * for an answer of a service; a cancelled check is `unchecked`.
 */
export async function probeKey(probe: Probe): Promise<KeyFinding> {
  const by: Service[] = [];
  let unchecked: Extract<KeyFinding, { outcome: "unchecked" }> | undefined;
  for (const service of probe.order) {
    probe.onService?.(service);
    try {
      return await probeService(service, probe);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "cancelled") return { outcome: "unchecked", service, error };
      if (error.code === "key-rejected") by.push(service);
      else unchecked ??= { outcome: "unchecked", service, error };
      if (error.code !== "key-rejected" && !notThere.has(error.code)) break;
    }
  }
  return unchecked ?? { outcome: "refused", by };
}

/** Throws ApiError when the service refuses the key or does not say whether it knows it. */
async function probeService(service: Service, probe: Probe): Promise<AcceptedKey> {
  const client = await probe.clientFor(services[service].plan);
  const tried = (await isListed(client, probe)) ? undefined : await tryModels(service, client, probe);
  const plan = await planOf(client, tried, probe);
  if (plan.state === "active" && !probe.alwaysFunds) return { outcome: "accepted", service, plan };
  const [funds, found] = await Promise.all([
    readFunds(service, client, probe),
    plan.state === "none" ? withoutQuota(client, probe) : plan,
  ]);
  return { outcome: "accepted", service, plan: found, funds };
}

/** True when the service knows the key, false when it has no list to tell by. */
async function isListed(client: Client, probe: Probe): Promise<boolean> {
  try {
    await within(probe, client, (signal) => client.models({ signal, retries: 0 }));
    return true;
  } catch (error) {
    if (error instanceof ApiError && noEndpoint.has(error.code)) return false;
    throw error;
  }
}

async function planOf(client: Client, tried: PlanState | undefined, probe: Probe): Promise<PlanFinding> {
  try {
    const quota = await within(probe, client, (signal) => client.usage.quota({ signal }));
    return quota ? { state: "active", level: quota.level, windows: quota.windows } : { state: "none" };
  } catch (error) {
    if (error instanceof ApiError && error.code === "cancelled") throw error;
    const state = tried ?? (await tryPlan(client, probe).catch(passOn(probe, "unknown" as const)));
    return state === "active" ? { state, windows: [] } : { state };
  }
}

type PlanState = "active" | "none" | "unknown";

/** What a refused chat says about the plan; each of them also says that the key is known. */
const planByError: Partial<Record<ApiErrorCode, PlanState>> = {
  "quota-exhausted": "active",
  "plan-lacks-model": "active",
  "fair-use": "active",
  "plan-expired": "none",
  "no-balance": "none",
  busy: "unknown",
};

/** Throws ApiError where the answer does not tell whether the key is known. */
async function tryPlan(client: Client, probe: Probe): Promise<PlanState> {
  try {
    await askOneToken(client, "glm-5-turbo", probe);
    return "active";
  } catch (error) {
    const state = error instanceof ApiError ? planByError[error.code] : undefined;
    if (state === undefined) throw error;
    return state;
  }
}

/** Whether the service knows the key, where it has no list of models: then its chat has to tell. */
async function tryModels(service: Service, client: Client, probe: Probe): Promise<PlanState> {
  const { payAsYouGo } = services[service];
  const free = freeChatModel(builtInCatalog.models, payAsYouGo);
  try {
    return await tryPlan(client, probe);
  } catch (error) {
    const conclusive = error instanceof ApiError && !noEndpoint.has(error.code);
    if (conclusive || free === undefined) throw error;
  }
  const general = await probe.clientFor(payAsYouGo);
  try {
    await askOneToken(general, free, probe);
  } catch (error) {
    if (!(error instanceof ApiError) || planByError[error.code] === undefined) throw error;
  }
  return "unknown";
}

async function askOneToken(client: Client, model: string, probe: Probe): Promise<void> {
  const messages = [{ role: "user", content: "Hi" }] as const;
  await within(probe, client, (signal, onWait) =>
    client.complete({ model, messages, maxTokens: 1, effort: "off" }, { signal, onWait, retries: 0 }),
  );
}

async function readFunds(service: Service, client: Client, probe: Probe): Promise<Funds | undefined> {
  const [balance, packs] = await Promise.all([
    within(probe, client, (signal) => client.usage.balance({ signal })).catch(passOn(probe, undefined)),
    service === "bigmodel"
      ? within(probe, client, (signal) => client.usage.resourcePacks({ signal })).catch(passOn(probe, []))
      : [],
  ]);
  const amount = balance?.available ?? balance?.balance;
  const usable = packs.some(({ status, remaining = 0 }) => status === "EFFECTIVE" && remaining > 0);
  return amount === undefined && !usable ? undefined : { balance: amount ?? 0, packs: usable };
}

/** An account without a quota never had a plan, or had one. */
async function withoutQuota(client: Client, probe: Probe): Promise<PlanFinding> {
  const plans = await within(probe, client, (signal) => client.usage.subscriptions({ signal })).catch(
    passOn(probe, []),
  );
  if (plans.length === 0) return { state: "none" };
  // The two disagree, for which nobody should pay.
  return { state: plans.some(({ status }) => status === "VALID") ? "unknown" : "ended" };
}

/** Takes `instead` for what failed, unless the user cancelled all of it. */
function passOn<T>({ signal }: Probe, instead: T): (error: unknown) => T {
  return (error) => {
    if (signal.aborted || !(error instanceof ApiError)) throw error;
    return instead;
  };
}

/** One question with its deadline, in which time in the queue does not count. Whoever does not answer in time counts as not reachable. */
async function within<T>(
  { signal, deadline = 15_000 }: Probe,
  client: Client,
  ask: (signal: AbortSignal, onWait: NonNullable<RequestOptions["onWait"]>) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const start = () => {
    timer = setTimeout(() => limit.abort(), deadline);
  };
  start();
  try {
    return await ask(AbortSignal.any([signal, limit.signal]), ({ reason, resumesAt }) => {
      if (reason !== "queue") return;
      clearTimeout(timer);
      if (resumesAt !== undefined) start();
    });
  } catch (error) {
    if (!limit.signal.aborted || signal.aborted) throw error;
    throw new ApiError("unreachable", { host: new URL(client.endpoint.baseUrl).host, systemCode: "ETIMEDOUT" });
  } finally {
    clearTimeout(timer);
  }
}
