/** The two languages the platforms answer in. */
export type Language = "en" | "zh";

/** One sentence in both. */
export interface Bilingual {
  en: string;
  zh: string;
}

interface Known extends Bilingual {
  status: number;
}

/**
 * Business codes, their HTTP status and a sentence. The wording is ours: clients must go by the code, never by the text.
 * `{date}` and `{model}` are filled in where the real sentence carries them.
 */
const known: Record<string, Known> = {
  "500": { status: 500, en: "Internal error", zh: "内部错误" },
  "1000": { status: 401, en: "Authentication failed", zh: "身份验证失败" },
  "1001": { status: 401, en: "No Authorization header was received", zh: "Header 中未收到 Authorization 参数" },
  "1002": { status: 401, en: "Authorization token is not valid", zh: "Authorization Token 非法" },
  "1003": { status: 401, en: "Authorization token has expired", zh: "Authorization Token 已过期" },
  "1004": { status: 401, en: "Authorization token could not be verified", zh: "Authorization Token 验证失败" },
  "1005": { status: 401, en: "Two-step protection is on for this account", zh: "账户已开启二次验证" },
  "1100": { status: 500, en: "Account read or write error", zh: "账户读写异常" },
  "1110": { status: 429, en: "The account is not active", zh: "账户未激活" },
  "1111": { status: 429, en: "The account does not exist", zh: "账户不存在" },
  "1112": { status: 429, en: "The account is locked", zh: "账户已锁定" },
  "1113": {
    status: 429,
    en: "No balance and no resource package; recharge first",
    zh: "余额不足或无可用资源包，请充值",
  },
  "1120": { status: 500, en: "The account cannot be read at the moment", zh: "账户暂时无法访问" },
  "1121": { status: 429, en: "The account is locked for irregular activity", zh: "账户因异常行为被锁定" },
  "1200": { status: 500, en: "The call failed", zh: "接口调用失败" },
  "1210": { status: 400, en: "A parameter is wrong", zh: "接口调用参数有误" },
  "1211": { status: 400, en: "Model {model} does not exist", zh: "模型 {model} 不存在" },
  "1212": { status: 400, en: "Model {model} cannot be called this way", zh: "模型 {model} 不支持该调用方式" },
  "1213": { status: 400, en: "A field was not received", zh: "未正常接收到参数" },
  "1214": { status: 400, en: "A field is not valid", zh: "参数非法" },
  "1215": { status: 400, en: "Two fields exclude each other", zh: "参数不能同时设置" },
  "1220": { status: 403, en: "No permission for this API", zh: "无权访问该接口" },
  "1221": { status: 400, en: "This API is offline", zh: "该接口已下线" },
  "1222": { status: 400, en: "This API does not exist", zh: "该接口不存在" },
  "1230": { status: 500, en: "The call flow failed", zh: "接口调用流程出错" },
  // The documents give no status for 1231; a client error is the natural reading, since the request itself is at fault.
  "1231": {
    status: 400,
    en: "A request with this request_id is already running",
    zh: "您已有一个相同 request_id 的请求",
  },
  "1234": { status: 500, en: "Network error, id 20261121-sim", zh: "网络错误，错误 id：20261121-sim" },
  "1261": { status: 400, en: "The prompt is too long", zh: "Prompt 超长" },
  "1300": { status: 400, en: "Blocked by policy", zh: "请求被策略拦截" },
  "1301": { status: 400, en: "Possibly unsafe or sensitive content was found", zh: "检测到可能不安全或敏感的内容" },
  "1302": { status: 429, en: "Too many requests at the same time", zh: "您的账户已达到并发上限" },
  "1303": { status: 429, en: "Requests come too often", zh: "您的账户已达到请求频率上限" },
  "1304": { status: 429, en: "The daily limit of calls is reached", zh: "您的账户已达到当日调用上限" },
  "1305": { status: 429, en: "The service is busy, try again later", zh: "当前访问量过大，请稍后再试" },
  "1308": {
    status: 429,
    en: "The 5 hour usage limit is reached; it resets at {date}",
    zh: "已达到 5 小时的使用上限，将在 {date} 重置",
  },
  "1309": {
    status: 429,
    en: "There is no Coding Plan in force on this account",
    zh: "您的 Coding Plan 套餐已到期，暂无法使用",
  },
  "1310": {
    status: 429,
    en: "The weekly or monthly limit is used up; it resets at {date}",
    zh: "已达到每周或每月使用上限，将在 {date} 重置",
  },
  "1311": { status: 429, en: "The subscription does not include {model}", zh: "当前订阅套餐暂未开放 {model} 权限" },
  "1312": {
    status: 429,
    en: "This model is under high traffic; try glm-5-turbo",
    zh: "该模型当前访问量过大，建议使用 glm-5-turbo",
  },
  "1313": { status: 429, en: "Use was restricted by the fair use policy", zh: "因违反公平使用策略，请求受限" },
  "1314": { status: 429, en: "The enterprise plan is not valid", zh: "企业套餐无效" },
  "1315": { status: 429, en: "This key only works with the enterprise coding plan", zh: "该密钥仅限企业编码套餐使用" },
  "1316": {
    status: 429,
    en: "5 hour limit reached and the balance is too low; resets at {date}",
    zh: "已达 5 小时上限且余额不足，将在 {date} 重置",
  },
  "1317": {
    status: 429,
    en: "7 day limit reached and the balance is too low; resets at {date}",
    zh: "已达 7 天上限且余额不足，将在 {date} 重置",
  },
  "1318": {
    status: 429,
    en: "5 hour limit and monthly cap of the sub-account reached; resets at {date}",
    zh: "已达 5 小时上限及子账户月度上限，将在 {date} 重置",
  },
  "1319": {
    status: 429,
    en: "7 day limit and monthly cap of the sub-account reached; resets at {date}",
    zh: "已达 7 天上限及子账户月度上限，将在 {date} 重置",
  },
  "1320": {
    status: 429,
    en: "5 hour limit and enterprise monthly cap reached; resets at {date}",
    zh: "已达 5 小时上限及企业月度上限，将在 {date} 重置",
  },
  "1321": {
    status: 429,
    en: "7 day limit and enterprise monthly cap reached; resets at {date}",
    zh: "已达 7 天上限及企业月度上限，将在 {date} 重置",
  },
  "1701": { status: 429, en: "Too many searches at the same time", zh: "搜索并发已达上限" },
  "1702": { status: 500, en: "No search engine is available", zh: "无可用搜索引擎" },
  "1703": { status: 500, en: "The search engine returned nothing usable", zh: "搜索引擎未返回有效数据" },
};

/** Every business code the simulator can answer with. */
export const businessCodes: readonly string[] = Object.keys(known);

/** A refusal of the API, in both languages. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly text: Bilingual;

  /**
   * `detail` replaces the table's sentence; a plain string is used for both languages (the real API leaks some like that).
   * `fill.status` replaces the table's HTTP status.
   */
  constructor(
    code: string,
    detail?: Bilingual | string,
    fill: { model?: string; date?: string; status?: number } = {},
  ) {
    const entry = known[code] ?? { status: 400, en: `Error ${code}`, zh: `错误 ${code}` };
    const chosen = typeof detail === "string" ? { en: detail, zh: detail } : (detail ?? entry);
    const put = (sentence: string): string =>
      sentence.replace("{date}", fill.date ?? resetTime(new Date())).replace("{model}", fill.model ?? "");
    super(put(chosen.en));
    this.code = code;
    this.status = fill.status ?? entry.status;
    this.text = { en: put(chosen.en), zh: put(chosen.zh) };
  }

  /** The usual JSON body: the code is a string, and 1301 names the guilty role. */
  body(language: Language): object {
    const error = { code: this.code, message: this.text[language] };
    return this.code === "1301" ? { error, contentFilter: [{ role: "user", level: 1 }] } : { error };
  }
}

/** Two hours from `now`, as the quota messages print it: platform time (UTC+8), no zone. */
function resetTime(now: Date, minutes = 120): string {
  const there = new Date(now.getTime() + (8 * 60 + minutes) * 60_000);
  return there.toISOString().slice(0, 19).replace("T", " ");
}
