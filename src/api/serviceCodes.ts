import type { ApiErrorCode } from "./errors.ts";

/** Business codes of Z.AI and BigModel (API notes 14.2; read 2026-11-21), and the words OpenAI-like servers use. */
const codes: Readonly<Record<string, ApiErrorCode>> = {
  "1000": "key-rejected",
  "1001": "key-rejected",
  "1002": "key-rejected",
  "1003": "key-rejected",
  "1004": "key-rejected",
  "1005": "account-blocked",
  "1100": "server",
  "1110": "account-blocked",
  "1111": "account-blocked",
  "1112": "account-blocked",
  "1113": "no-balance",
  "1120": "server",
  "1121": "account-blocked",
  "1200": "server",
  "1210": "bad-request",
  "1211": "model-unknown",
  "1212": "not-offered",
  "1213": "bad-request",
  "1214": "bad-request",
  "1215": "bad-request",
  "1220": "account-blocked",
  "1221": "not-offered",
  "1222": "wrong-path",
  "1230": "server",
  "1231": "busy",
  "1234": "server",
  "1261": "too-long",
  "1300": "content-blocked",
  "1301": "content-blocked",
  "1302": "busy",
  "1303": "busy",
  "1304": "quota-exhausted",
  "1305": "busy",
  "1308": "quota-exhausted",
  "1309": "plan-expired",
  "1310": "quota-exhausted",
  "1311": "plan-lacks-model",
  "1312": "busy",
  "1313": "fair-use",
  "1314": "plan-expired",
  "1315": "key-rejected",
  "1316": "quota-exhausted",
  "1317": "quota-exhausted",
  "1318": "quota-exhausted",
  "1319": "quota-exhausted",
  "1320": "quota-exhausted",
  "1321": "quota-exhausted",
  "1701": "busy",
  "1702": "server",
  "1703": "server",
  invalid_api_key: "key-rejected",
  authentication_error: "key-rejected",
  insufficient_quota: "no-balance",
  rate_limit_exceeded: "busy",
  model_not_found: "model-unknown",
  context_length_exceeded: "too-long",
  content_filter: "content-blocked",
};

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
  return Object.hasOwn(codes, serviceCode) ? codes[serviceCode] : undefined;
}

/** Our code for a bare HTTP status of 300 or more. */
export function codeOfStatus(status: number): ApiErrorCode {
  if (status < 400) return "redirected";
  return statuses[status] ?? (status >= 500 ? "server" : "bad-request");
}
