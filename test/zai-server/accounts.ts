import { createHmac } from "node:crypto";
import { ApiError } from "./errors.ts";
import { isObject, parseJson } from "./json.ts";

/** The two clouds; a key of one means nothing to the other. */
export type Platform = "zai" | "bigmodel";

/** The Coding Plan tiers. */
export type Tier = "lite" | "pro" | "max";

/** What a key can pay with. */
export interface Account {
  readonly key: string;
  readonly platform: Platform;
  /** The plan the account bought last, if any; in force unless `expired`. */
  readonly tier: Tier | undefined;
  readonly expired: boolean;
  /** Money in the platform's currency; resource packs are not part of it. */
  readonly balance: number;
}

// Assembled from obviously fake halves, so that a secret scanner has nothing to trip over.
const fake = (pair: string, tail: string): string => `${pair.repeat(16)}.${tail}`;

/** Coding Plan Pro on Z.AI, with an empty balance: the general endpoint answers 429/1113 except for free models. */
export const planKey = fake("a0", "SimulatorPlanKey");
/** Coding Plan Lite on Z.AI, with an empty balance. */
export const litePlanKey = fake("a1", "SimulatorLitePln");
/** A Coding Plan on Z.AI that ran out, with an empty balance: the coding endpoint answers 429/1309. */
export const expiredPlanKey = fake("a2", "SimulatorExpired");
/** Pay-as-you-go with money on Z.AI and no plan: the coding endpoint answers 429/1309. */
export const paygKey = fake("b0", "SimulatorPaygKey");
/** A valid Z.AI key with neither money nor plan: 429/1113 everywhere. */
export const emptyKey = fake("c0", "SimulatorNoMoney");
/** Coding Plan on BigModel; Z.AI answers 401/1002. */
export const bigmodelPlanKey = fake("d0", "SimulatorCnPlans");
/** Pay-as-you-go on BigModel; Z.AI answers 401/1002. */
export const bigmodelPaygKey = fake("e0", "SimulatorCnPaygo");

const accounts: readonly Account[] = [
  { key: planKey, platform: "zai", tier: "pro", expired: false, balance: 0 },
  { key: litePlanKey, platform: "zai", tier: "lite", expired: false, balance: 0 },
  { key: expiredPlanKey, platform: "zai", tier: "pro", expired: true, balance: 0 },
  { key: paygKey, platform: "zai", tier: undefined, expired: false, balance: 42.5 },
  { key: emptyKey, platform: "zai", tier: undefined, expired: false, balance: 0 },
  { key: bigmodelPlanKey, platform: "bigmodel", tier: "pro", expired: false, balance: 0 },
  { key: bigmodelPaygKey, platform: "bigmodel", tier: undefined, expired: false, balance: 188 },
];

/** The account whose raw key this is, on this platform. */
export function accountOf(key: string, platform: Platform): Account | undefined {
  return accounts.find((each) => each.key === key && each.platform === platform);
}

/**
 * The account behind an Authorization header. Accepts the raw key or a JWT signed with its secret half.
 * @throws ApiError 1001 no header, 1000 not of the form `Bearer id.secret`, 1002 unknown key or key of the other platform,
 *   1003 expired JWT, 1004 JWT with a wrong signature.
 */
export function authenticate(header: string | undefined, platform: Platform, now = Date.now()): Account {
  if (header === undefined || header.trim() === "") throw new ApiError("1001");
  const token = /^Bearer\s+(\S+)$/.exec(header)?.[1];
  if (token === undefined) throw new ApiError("1000");
  const parts = token.split(".");
  if (parts.length === 3) return fromJwt(parts, platform, now);
  if (parts.length !== 2 || parts.includes("")) throw new ApiError("1000");
  const account = accountOf(token, platform);
  if (account === undefined) throw new ApiError("1002");
  return account;
}

function fromJwt(parts: readonly string[], platform: Platform, now: number): Account {
  const [head = "", payload = "", signature = ""] = parts;
  const claims = parseJson(Buffer.from(payload, "base64url").toString());
  if (!isObject(claims)) throw new ApiError("1000");
  const id = claims["api_key"];
  const account = accounts.find((each) => each.platform === platform && each.key.split(".")[0] === id);
  if (account === undefined) throw new ApiError("1002");
  const secret = account.key.split(".")[1] ?? "";
  const expected = createHmac("sha256", secret).update(`${head}.${payload}`).digest("base64url");
  if (expected !== signature) throw new ApiError("1004");
  // Both times are milliseconds; a client that sends seconds has a token that expired in 1970, as with the real API.
  if (typeof claims["exp"] !== "number" || claims["exp"] < now) throw new ApiError("1003");
  return account;
}

/**
 * Refuses a call that the account cannot pay for.
 *
 * The published table has no code for "this account never had a plan". 1309 ("plan not in force, renew it") is the only plan
 * code whose advice fits a paying customer on the wrong endpoint; an account with nothing at all gets 1113 on both.
 */
export function checkFunds(account: Account, endpoint: "general" | "coding", free: boolean): void {
  if (endpoint === "coding") {
    if (account.tier !== undefined && !account.expired) return;
    throw new ApiError(account.tier !== undefined || account.balance > 0 ? "1309" : "1113");
  } else if (account.balance <= 0 && !free) {
    throw new ApiError("1113");
  }
}
