import type { ApiErrorCode } from "../errors.ts";

/**
 * Whether the same request may be sent again by itself:
 * - `no`: never, nothing but the user can change the answer
 * - `back-off`: after growing pauses
 * - `longer`: the same with pauses of 5 to 60 s, because less only adds to the load
 * - `once`: a single time
 * - `until-reset`: when the allowance comes back within a minute
 * - `fix-up`: not the same request, but once another form of it where one is known to help (fixups.ts)
 */
export type RetryRule = "no" | "back-off" | "longer" | "once" | "until-reset" | "fix-up";

/**
 * Business codes of Z.AI and BigModel with our code and their retry rule (API notes 14.2; read 2026-11-21), and the words
 * OpenAI-like servers use.
 */
const codes: Readonly<Record<string, readonly [ApiErrorCode, RetryRule]>> = {
  "1000": ["key-rejected", "no"],
  "1001": ["key-rejected", "no"],
  "1002": ["key-rejected", "no"],
  "1003": ["key-rejected", "once"],
  "1004": ["key-rejected", "no"],
  "1005": ["account-blocked", "no"],
  "1100": ["server", "back-off"],
  "1110": ["account-blocked", "no"],
  "1111": ["account-blocked", "no"],
  "1112": ["account-blocked", "no"],
  "1113": ["no-balance", "no"],
  "1120": ["server", "back-off"],
  "1121": ["account-blocked", "no"],
  "1200": ["server", "back-off"],
  "1210": ["bad-request", "fix-up"],
  "1211": ["model-unknown", "no"],
  "1212": ["not-offered", "no"],
  "1213": ["bad-request", "no"],
  "1214": ["bad-request", "fix-up"],
  "1215": ["bad-request", "no"],
  "1220": ["account-blocked", "no"],
  "1221": ["not-offered", "no"],
  "1222": ["wrong-path", "no"],
  "1230": ["server", "back-off"],
  "1231": ["busy", "once"],
  "1234": ["server", "back-off"],
  "1261": ["too-long", "no"],
  "1300": ["content-blocked", "no"],
  "1301": ["content-blocked", "no"],
  "1302": ["busy", "longer"],
  "1303": ["busy", "back-off"],
  "1304": ["quota-exhausted", "no"],
  "1305": ["busy", "back-off"],
  "1308": ["quota-exhausted", "until-reset"],
  "1309": ["plan-expired", "no"],
  "1310": ["quota-exhausted", "until-reset"],
  "1311": ["plan-lacks-model", "no"],
  "1312": ["busy", "longer"],
  "1313": ["fair-use", "no"],
  "1314": ["plan-expired", "no"],
  "1315": ["key-rejected", "no"],
  "1316": ["quota-exhausted", "until-reset"],
  "1317": ["quota-exhausted", "until-reset"],
  "1318": ["quota-exhausted", "until-reset"],
  "1319": ["quota-exhausted", "until-reset"],
  "1320": ["quota-exhausted", "until-reset"],
  "1321": ["quota-exhausted", "until-reset"],
  "1701": ["busy", "back-off"],
  "1702": ["server", "no"],
  "1703": ["server", "no"],
  "3007": ["bad-request", "no"],
  "3012": ["bad-request", "no"],
  invalid_api_key: ["key-rejected", "no"],
  authentication_error: ["key-rejected", "no"],
  insufficient_quota: ["no-balance", "no"],
  rate_limit_exceeded: ["busy", "back-off"],
  model_not_found: ["model-unknown", "no"],
  context_length_exceeded: ["too-long", "no"],
  content_filter: ["content-blocked", "no"],
};

/** What was refused is the pace of the whole account, so that its other requests should slow down as well. */
const accountLimits: ReadonlySet<string> = new Set(["1302", "1303"]);

const statuses: Readonly<Record<number, ApiErrorCode>> = {
  401: "key-rejected",
  402: "no-balance",
  403: "key-rejected",
  404: "wrong-path",
  405: "wrong-path",
  407: "firewall",
  408: "server",
  409: "server",
  413: "too-long",
  425: "server",
  429: "busy",
  434: "not-offered",
  435: "too-long",
  501: "not-offered",
};

/** Our code for a business code, or undefined for one that we do not know. */
export function codeOfService(serviceCode: string): ApiErrorCode | undefined {
  return Object.hasOwn(codes, serviceCode) ? codes[serviceCode]?.[0] : undefined;
}

/** The retry rule of a business code, or undefined for one that we do not know. */
export function retryRuleOf(serviceCode: string): RetryRule | undefined {
  return Object.hasOwn(codes, serviceCode) ? codes[serviceCode]?.[1] : undefined;
}

export function isAccountLimit(serviceCode: string | undefined): boolean {
  return serviceCode !== undefined && accountLimits.has(serviceCode);
}

/** Our code for a bare HTTP status of 300 or more. */
export function codeOfStatus(status: number): ApiErrorCode {
  if (status < 400) return "redirected";
  return statuses[status] ?? (status >= 500 ? "server" : "bad-request");
}
