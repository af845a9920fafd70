import * as v from "valibot";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { listOf, looseNumber, looseText, looseTime, readAs } from "../http/loose.ts";
import { withQuery } from "../http/request.ts";
import { askUsage } from "./usageRequest.ts";

/** What the account bought (API notes 13.3), less certain than the quota. Texts come from outside. */

const subscriptionSchema = v.pipe(
  v.object({
    productName: looseText,
    status: looseText,
    valid: looseText,
    nextRenewTime: looseTime,
    autoRenew: v.optional(v.unknown()),
    inCurrentPeriod: v.optional(v.unknown()),
  }),
  v.transform((row) => ({
    product: row.productName ?? "",
    /** The service's word, e.g. "VALID". */
    status: row.status,
    /** The days from which to which it holds, as the service writes them. */
    period: row.valid,
    /** Ms since the epoch. */
    renewsAt: row.nextRenewTime,
    renewsByItself: flag(row.autoRenew),
    current: flag(row.inCurrentPeriod),
  })),
);
export type Subscription = v.InferOutput<typeof subscriptionSchema>;
const subscriptionsSchema = v.object({ data: v.nullish(listOf(subscriptionSchema)) });

const balanceSchema = v.object({
  data: v.pipe(
    v.object({
      balance: looseNumber,
      availableBalance: looseNumber,
      frozenBalance: looseNumber,
      rechargeAmount: looseNumber,
      giveAmount: looseNumber,
      totalSpendAmount: looseNumber,
    }),
    v.check(({ balance, availableBalance }) => balance !== undefined || availableBalance !== undefined),
    v.transform((data) => ({
      balance: data.balance,
      available: data.availableBalance,
      frozen: data.frozenBalance,
      recharged: data.rechargeAmount,
      given: data.giveAmount,
      spent: data.totalSpendAmount,
    })),
  ),
});
/** Amounts in the platform's currency: US dollars on Z.AI, yuan on BigModel. What the service does not tell is absent. */
export type Balance = v.InferOutput<typeof balanceSchema>["data"];

const packSchema = v.pipe(
  v.object({
    resourcePackageName: looseText,
    suitableModel: looseText,
    status: looseText,
    tokenBalance: looseNumber,
    tokensMagnitude: looseNumber,
  }),
  v.transform((row) => ({
    name: row.resourcePackageName ?? "",
    model: row.suitableModel,
    /** The service's word, e.g. "EFFECTIVE". */
    status: row.status,
    /** Tokens that are left. */
    remaining: row.tokenBalance,
    /** Tokens that were bought. */
    total: row.tokensMagnitude,
  })),
);
export type ResourcePack = v.InferOutput<typeof packSchema>;
const packsSchema = v.object({ rows: v.nullish(listOf(packSchema)) });

/** Plans of the account, also those that ended. Throws ApiError. */
export async function fetchSubscriptions(
  context: ClientContext,
  options: RequestOptions = {},
): Promise<readonly Subscription[]> {
  const answer = await askUsage(context, "/biz/subscription/list", options);
  return readAs(context, subscriptionsSchema, answer).data ?? [];
}

/** Money on the account. Throws ApiError. */
export async function fetchBalance(context: ClientContext, options: RequestOptions = {}): Promise<Balance> {
  const answer = await askUsage(context, "/biz/account/query-customer-account-report", options);
  return readAs(context, balanceSchema, answer).data;
}

/** The first hundred resource packs, which BigModel sells. Throws ApiError. */
export async function fetchResourcePacks(
  context: ClientContext,
  options: RequestOptions = {},
): Promise<readonly ResourcePack[]> {
  const path = withQuery("/biz/tokenAccounts/list/my", { pageNum: 1, pageSize: 100 });
  return readAs(context, packsSchema, await askUsage(context, path, options)).rows ?? [];
}

/** True and false in any of the ways in which the service writes them. */
function flag(value: unknown): boolean | undefined {
  if (value === true || value === 1 || value === "1" || value === "true") return true;
  return value === false || value === 0 || value === "0" || value === "false" ? false : undefined;
}
