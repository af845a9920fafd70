import { accountOf, type Account, type Platform } from "./accounts.ts";
import { sendJson } from "./delivery.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { quotaOf } from "./quota.ts";
import { modelUsage, readPeriod, toolUsage } from "./usage-history.ts";

/** Quota, usage, subscription and balance: beside the bases, GET only, errors with status 200 and `success: false`. */
export function monitorRoute(call: string, exchange: Exchange): Promise<void> | undefined {
  const answer = answers[/^GET \/api\/((?:monitor|biz)\/.+)$/.exec(call)?.[1] ?? ""];
  return answer === undefined ? undefined : send(exchange, answer);
}

async function send(exchange: Exchange, answer: (typeof answers)[string]): Promise<void> {
  const { request, platform, faults, language } = exchange;
  const account = authenticateRaw(request.headers.authorization, platform);
  const code = faults.value("quota-error", 500);
  if (code !== undefined) throw new ApiError(String(code), { en: "System busy", zh: "系统繁忙" });
  const query = new URLSearchParams(exchange.path.split("?")[1]);
  const msg = language === "en" ? "Operation successful" : "操作成功";
  await sendJson(exchange, 200, { code: 200, msg, success: true, ...answer(exchange, account, query) });
}

/**
 * Takes the bare key, and on Z.AI also `Bearer key`. A signed token is not known to work here.
 * @throws ApiError 1001 without a header, 401 for anything else that is wrong.
 */
function authenticateRaw(header: string | undefined, platform: Platform): Account {
  if (header === undefined || header.trim() === "") throw new ApiError("1001");
  const key = platform === "zai" ? header.replace(/^Bearer\s+/, "") : header;
  const account = accountOf(key.trim(), platform);
  if (account === undefined)
    throw new ApiError("401", { en: "token expired or incorrect", zh: "令牌已过期或验证不正确" });
  return account;
}

const answers: Readonly<
  Record<string, (exchange: Exchange, account: Account, query: URLSearchParams) => Record<string, unknown>>
> = {
  "monitor/usage/quota/limit": ({ state, faults }, account) => ({
    data: quotaOf(account, state.ledger.of(account.key), faults),
  }),
  "monitor/usage/model-usage": ({ state }, account, query) => ({
    data: modelUsage(state.ledger.of(account.key), readPeriod(query)),
  }),
  "monitor/usage/tool-usage": (_exchange, account, query) => ({ data: toolUsage(account, readPeriod(query)) }),
  "biz/subscription/list": (_exchange, account) => ({ data: subscriptions(account) }),
  "biz/account/query-customer-account-report": (_exchange, { balance }) => ({
    data: {
      balance,
      rechargeAmount: balance,
      giveAmount: 0,
      totalSpendAmount: 7.5,
      frozenBalance: 0,
      availableBalance: balance,
    },
  }),
  "biz/tokenAccounts/list/my": (_exchange, account, query) => {
    for (const name of ["pageNum", "pageSize"]) {
      if (!/^[1-9]\d*$/.test(query.get(name) ?? "1"))
        throw new ApiError("500", { en: `${name} is not a number`, zh: `${name} 参数错误` });
    }
    const rows = resourcePacks(account);
    return { rows, total: rows.length };
  },
};

/** A day as the platforms print it, so many days from now. */
const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

function subscriptions({ tier, expired }: Account): object[] {
  if (tier === undefined) return [];
  const [from, to] = expired ? [-40, -10] : [-12, 18];
  return [
    {
      productName: `GLM Coding ${tier.slice(0, 1).toUpperCase()}${tier.slice(1)}`,
      status: expired ? "EXPIRED" : "VALID",
      valid: `${day(from)}-${day(to)}`,
      nextRenewTime: expired ? null : day(to),
      autoRenew: expired ? 0 : 1,
      inCurrentPeriod: !expired,
    },
  ];
}

function resourcePacks({ platform, balance }: Account): object[] {
  if (platform !== "bigmodel" || balance === 0) return [];
  return [
    {
      tokenBalance: 4_200_000,
      tokensMagnitude: 5_000_000,
      status: "EFFECTIVE",
      resourcePackageName: "GLM 新用户资源包",
      suitableModel: "glm-4.7",
    },
  ];
}
