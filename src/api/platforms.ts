import { notOffered } from "./http/checks.ts";
import { checkExtras, type EndpointExtras } from "./endpointExtras.ts";

/** Where a request can go. Ids are the values of the `glm.platform` setting and stay stable. */
export type PlatformId = OfficialPlatformId | "custom";
export type OfficialPlatformId = "zai" | "zai-coding" | "bigmodel" | "bigmodel-coding";

/** What a server understands: Z.AI's extensions of chat completions, or the plain OpenAI form. */
export type Dialect = "zai" | "openai";

export type Capability =
  | "chat"
  | "chat-web-search"
  | "chat-retrieval"
  | "background-chat"
  | "models"
  | "tokenizer"
  | "images"
  | "videos"
  | "tasks"
  | "transcription"
  | "speech"
  | "ocr"
  | "web-search"
  | "reader"
  | "file-upload"
  | "files"
  | "agents"
  | "knowledge"
  | "usage";

export interface Endpoint extends EndpointExtras {
  readonly platform: PlatformId;
  /** OpenAI-style base without trailing slash, e.g. `https://api.z.ai/api/paas/v4`. */
  readonly baseUrl: string;
  readonly dialect: Dialect;
  /** False for a custom server that may run without a key. */
  readonly keyRequired: boolean;
}

interface Platform {
  readonly baseUrl: string;
  /** The platform of the same host that bills the balance, for what a plan does not offer. */
  readonly payAsYouGo?: OfficialPlatformId;
  readonly pages: Pages;
}

interface Pages {
  readonly keys: string;
  readonly plan: string;
  readonly billing: string;
  /** Where an account is looked after. */
  readonly console: string;
  /** Where people of the service can be asked. */
  readonly support: string;
  /** What the service writes about its errors. It stands in for a status page: neither service is known to have one. */
  readonly errors: string;
}

const zaiPages: Pages = {
  keys: "https://z.ai/manage-apikey/apikey-list",
  plan: "https://z.ai/manage-apikey/subscription",
  billing: "https://z.ai/manage-apikey/billing",
  console: "https://z.ai/manage-apikey/apikey-list",
  support: "https://z.ai/contact",
  errors: "https://docs.z.ai/api-reference/api-code",
};
const bigmodelPages: Pages = {
  keys: "https://bigmodel.cn/usercenter/proj-mgmt/apikeys",
  plan: "https://bigmodel.cn/coding-plan/personal/overview",
  billing: "https://bigmodel.cn/finance-center/finance/pay",
  console: "https://bigmodel.cn/console/overview",
  // Its people are reached from the console only.
  support: "https://bigmodel.cn/console/overview",
  errors: "https://docs.bigmodel.cn/cn/api/api-code",
};

/** Official platforms as data (API notes 1.1; read 2026-11-21). */
export const platforms: Readonly<Record<OfficialPlatformId, Platform>> = {
  zai: {
    baseUrl: "https://api.z.ai/api/paas/v4",
    pages: zaiPages,
  },
  "zai-coding": {
    baseUrl: "https://api.z.ai/api/coding/paas/v4",
    payAsYouGo: "zai",
    pages: zaiPages,
  },
  bigmodel: {
    baseUrl: "https://open.bigmodel.cn/api/paas/v4",
    pages: bigmodelPages,
  },
  "bigmodel-coding": {
    baseUrl: "https://open.bigmodel.cn/api/coding/paas/v4",
    payAsYouGo: "bigmodel",
    pages: bigmodelPages,
  },
};

const everywhere: readonly OfficialPlatformId[] = ["zai", "zai-coding", "bigmodel", "bigmodel-coding"];
const general: readonly OfficialPlatformId[] = ["zai", "bigmodel"];
const china: readonly OfficialPlatformId[] = ["bigmodel"];

/** The one table of what is offered where (API notes 1.1; read 2026-11-21). */
export const offeredOn: Readonly<Record<Capability, readonly OfficialPlatformId[]>> = {
  chat: everywhere,
  "chat-web-search": general,
  "chat-retrieval": general,
  "background-chat": china,
  models: everywhere,
  tokenizer: general,
  images: general,
  videos: general,
  tasks: general,
  transcription: general,
  speech: china,
  ocr: general,
  "web-search": general,
  reader: general,
  "file-upload": general,
  files: china,
  agents: general,
  knowledge: china,
  usage: everywhere,
};

/** Whether a Coding Plan pays there. */
export function isPlan(platform: PlatformId): boolean {
  return platform.endsWith("-coding");
}

/** What `endpoint` can be asked for. A custom server is taken at its word: the `zai` dialect means all of it. */
export function offers(endpoint: Endpoint, capability: Capability): boolean {
  if (endpoint.platform === "custom") {
    return endpoint.dialect === "zai" || capability === "chat" || capability === "models";
  }
  return offeredOn[capability].includes(endpoint.platform);
}

/** The platform of the same host and key that has, against the balance, what the plan of `endpoint` lacks. */
export function payAsYouGoFor(endpoint: Endpoint, capability: Capability): OfficialPlatformId | undefined {
  const paid = endpoint.platform === "custom" ? undefined : platforms[endpoint.platform].payAsYouGo;
  return paid !== undefined && offeredOn[capability].includes(paid) ? paid : undefined;
}

/** Throws `not-offered` unless `endpoint` has the capability. `field` = the part of a request that asks for it. */
export function checkOffered(endpoint: Endpoint, capability: Capability, field?: string): void {
  if (!offers(endpoint, capability)) notOffered(endpoint, offeredOn[capability], field);
}

/**
 * True where BigModel's rules hold, whose fields and values differ from Z.AI's. A custom server of the `zai` dialect is
 * taken for Z.AI unless its host says otherwise.
 */
export function isBigModel(endpoint: Endpoint): boolean {
  return endpoint.platform.startsWith("bigmodel") || /\bbigmodel\.cn(?::\d+)?$/.test(new URL(endpoint.baseUrl).host);
}

/** Rules or values of which each of the two hosts has its own. */
export type PerHost<T> = Readonly<Record<"zai" | "bigmodel", T>>;

export function ofHost<T>(endpoint: Endpoint, rules: PerHost<T>): T {
  return isBigModel(endpoint) ? rules.bigmodel : rules.zai;
}

/** Root of the paths beside the OpenAI-style base, e.g. `https://api.z.ai/api` for both of Z.AI's bases. */
export function rootUrl(endpoint: Endpoint): string {
  return endpoint.baseUrl.replace(/\/(?:coding\/)?paas\/v4$/, "");
}

/** Where a server that one runs oneself has its own paths beside those of OpenAI: `http://localhost:11434`. */
export function besideUrl(endpoint: Endpoint): string {
  return endpoint.baseUrl.replace(/\/v\d+$/, "");
}

export function officialEndpoint(platform: OfficialPlatformId): Endpoint {
  return { platform, baseUrl: platforms[platform].baseUrl, dialect: "zai", keyRequired: true };
}

/** True for the `hostname` of a URL that never leaves this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\]|\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\])$/.test(hostname);
}

/** True for https, and for http to this machine: anything else would show key and content to the network. */
export function isSecure(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url.hostname));
}

/**
 * Endpoint for a base URL that a user typed: trimmed, a pasted `/chat/completions` and trailing slashes dropped, `/v1`
 * never appended. Returns undefined unless it is https, or http to this machine (a key must not travel in the clear). Throws
 * `bad-request` for extras that must not be sent.
 */
export function customEndpoint(typed: string, dialect: Dialect, extras: EndpointExtras = {}): Endpoint | undefined {
  const url = URL.parse(typed.trim());
  if (!url || url.username || url.password) return undefined;
  if (!isSecure(url.href)) return undefined;
  const path = url.pathname.replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
  checkExtras(extras);
  return { platform: "custom", baseUrl: `${url.origin}${path}`, dialect, keyRequired: false, ...extras };
}

/** The host a key is bound to: `https://api.z.ai` for both of Z.AI's bases. */
export function originOf(endpoint: Endpoint): string {
  return new URL(endpoint.baseUrl).origin;
}
