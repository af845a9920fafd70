import type { ApiError } from "../api/errors.ts";
import type { ModelInfo } from "../api/models/catalog.ts";
import type { OfficialPlatformId, PlatformId } from "../api/platforms.ts";
import type { QuotaWindow } from "../api/usage/usageQuota.ts";

/** One of the two clouds. A key belongs to one of them, and pays there with a plan or with a balance. */
export type Service = "zai" | "bigmodel";

interface ServiceFacts {
  readonly name: string;
  readonly host: string;
  readonly plan: OfficialPlatformId;
  readonly payAsYouGo: OfficialPlatformId;
  /** ISO 4217. */
  readonly currency: string;
}

export const services: Readonly<Record<Service, ServiceFacts>> = {
  zai: { name: "Z.AI", host: "api.z.ai", plan: "zai-coding", payAsYouGo: "zai", currency: "USD" },
  bigmodel: {
    name: "BigModel",
    host: "open.bigmodel.cn",
    plan: "bigmodel-coding",
    payAsYouGo: "bigmodel",
    currency: "CNY",
  },
};

export const otherService = (service: Service): Service => (service === "zai" ? "bigmodel" : "zai");

/** The cloud of a platform; undefined for a server of the user's own. */
export function serviceOf(platform: PlatformId): Service | undefined {
  if (platform === "custom") return undefined;
  return platform.startsWith("bigmodel") ? "bigmodel" : "zai";
}

export type PlanFinding =
  | {
      readonly state: "active";
      /** As the service calls it, e.g. "pro". Text from outside. */
      readonly level?: string | undefined;
      /** Empty when the service did not tell. */
      readonly windows: readonly QuotaWindow[];
    }
  | { readonly state: "ended" | "none" | "unknown" };

/** Money of an account in the currency of its service. */
export interface Funds {
  readonly balance: number;
  /** Packs of tokens that were paid for and are not used up, which only BigModel sells. */
  readonly packs: boolean;
}

/** A key that a service accepts, and what it can pay with there. */
export interface AcceptedKey {
  readonly outcome: "accepted";
  readonly service: Service;
  readonly plan: PlanFinding;
  /** Absent when nobody asked or the service did not tell. */
  readonly funds?: Funds | undefined;
}

export type KeyFinding =
  | AcceptedKey
  | { readonly outcome: "refused"; readonly by: readonly Service[] }
  /** Nobody knows: `service` is the first that did not refuse the key, `error` why it did not answer. */
  | { readonly outcome: "unchecked"; readonly service: Service; readonly error: ApiError };

export const hasFunds = ({ funds }: AcceptedKey): boolean => funds !== undefined && (funds.balance > 0 || funds.packs);

/** True when the service said that there is neither a plan nor anything else to pay with. */
export function hasNothing(key: AcceptedKey): boolean {
  return (key.plan.state === "none" || key.plan.state === "ended") && key.funds !== undefined && !hasFunds(key);
}

/** The platform in force, and whether the user chose it or it is merely the default. */
export interface InForce {
  readonly platform: PlatformId;
  readonly chosen: boolean;
}

/**
 * Where requests should go with a key. `use`: costs nothing that is not paid for already, so that nobody has to be asked.
 * `ask`: bills the balance, which needs the user's consent. `keep`: the user has chosen this already.
 */
export type NextPlatform =
  | { readonly use: OfficialPlatformId }
  | { readonly ask: OfficialPlatformId }
  | { readonly keep: PlatformId };

export function nextPlatform(key: AcceptedKey, { platform, chosen }: InForce): NextPlatform {
  const { plan, payAsYouGo } = services[key.service];
  const paysByUse = chosen && platform === payAsYouGo;
  switch (key.plan.state) {
    case "active":
      return paysByUse && hasFunds(key) ? { keep: platform } : { use: plan };
    case "unknown":
      // Without a plan its endpoint refuses; it never bills.
      return paysByUse ? { keep: platform } : { use: plan };
    case "ended":
    case "none":
      if (paysByUse) return { keep: platform };
      return hasNothing(key) ? { use: plan } : { ask: payAsYouGo };
  }
}

/** The best text model of a platform that costs nothing, if the catalogue has one. */
export function freeChatModel(models: readonly ModelInfo[], platform: OfficialPlatformId): string | undefined {
  return models.find(
    ({ price, platforms, input }) =>
      price?.input === 0 && price.output === 0 && input.length === 1 && (platforms?.includes(platform) ?? true),
  )?.id;
}
