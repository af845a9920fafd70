import { originOf, type Endpoint } from "../../src/api/platforms.ts";
import { hostTransport, type Transport } from "../../src/api/transport.ts";
import type { ProxySettings } from "../../src/api/transports/proxySettings.ts";
import { planProxies } from "../../src/api/transports/proxySettings.ts";
import { createUndiciTransport } from "../../src/api/transports/undici.ts";
import { diagnosisDocument, judge, type Diagnosis } from "../../src/core/diagnoseDocument.ts";
import type { Findings, Surroundings } from "../../src/core/diagnoseFindings.ts";
import type { Wording } from "../../src/core/diagnoseLine.ts";
import { describeProblem } from "../../src/core/problems.ts";
import { gather, usualLimits, type Limits, type Step } from "../../src/features/diagnose/gather.ts";
import { scrub } from "../../src/features/diagnose/scrub.ts";
import { clientFor, key } from "./apiClient.ts";
import { chinese, english, inChinese, inEnglish } from "./translations.ts";

export const noProxy: ProxySettings = {
  proxy: "",
  noProxy: [],
  proxySupport: "override",
  proxyAuthorization: "",
  proxyStrictSSL: true,
  proxyKerberosServicePrincipal: "",
  environment: {},
};

export interface DiagnosisOptions {
  readonly about?: Partial<Surroundings>;
  readonly http?: Partial<ProxySettings>;
  /** Of the operating system. */
  readonly authorities?: readonly string[];
  readonly apiKey?: string | undefined;
  readonly limits?: Partial<Limits>;
  /** What plays VS Code's fetch. Default: connections of our own that know neither proxy nor authorities. */
  readonly host?: Transport;
  readonly signal?: AbortSignal;
  readonly onStep?: (step: Step) => void;
}

export interface Diagnosed {
  readonly findings: Findings;
  readonly en: Diagnosis & { readonly text: string };
  readonly zh: Diagnosis & { readonly text: string };
}

/** What a user of `language` reads whose key and home folder are given. */
export function wording(
  language: "en" | "zh-cn",
  { platform, host }: Surroundings,
  apiKey: string | undefined = key,
): Wording {
  const [t, context] = language === "en" ? [english, inEnglish(platform)] : [chinese, inChinese(platform)];
  return {
    t,
    language,
    describe: (error) => describeProblem(error, { ...context, host }, t),
    clean: (text) => scrub(text, [apiKey], "/home/jo"),
  };
}

/** Surroundings of a healthy window on this endpoint. */
export function surroundingsOf(endpoint: Endpoint, more: Partial<Surroundings> = {}): Surroundings {
  const url = new URL(endpoint.baseUrl);
  return {
    extension: "0.1.0",
    vscode: "1.106.0",
    system: "linux 6.1 x64",
    remote: undefined,
    isWeb: false,
    language: "en",
    platform: endpoint.platform,
    platformName: "Custom server",
    address: originOf(endpoint),
    host: url.host,
    isLocal: false,
    isSecure: url.protocol === "https:",
    transport: "host",
    hasKey: true,
    keyRequired: endpoint.keyRequired,
    trusted: true,
    systemCertificates: true,
    ...more,
  };
}

/** Runs a whole diagnosis against servers of the test and reads it in both languages. */
export async function diagnosed(endpoint: Endpoint, options: DiagnosisOptions = {}): Promise<Diagnosed> {
  const apiKey = "apiKey" in options ? options.apiKey : key;
  const http = { ...noProxy, ...options.http };
  const { authorities } = options;
  const about = surroundingsOf(endpoint, { hasKey: apiKey !== undefined, ...options.about });
  const findings = await gather(
    {
      about,
      endpoint,
      http,
      authorities,
      limits: { ...usualLimits, ...options.limits },
      open: async (id) =>
        id === "host"
          ? { transport: options.host ?? hostTransport, close: async () => {} }
          : createUndiciTransport({
              proxyFor: planProxies(http).proxyFor,
              authorities: about.systemCertificates ? authorities : undefined,
            }),
      makeClient: async (where, transport) => clientFor(where, { transport, apiKey }),
      modelToAsk: async () => "glm-5-turbo",
    },
    (step) => options.onStep?.(step),
    options.signal ?? new AbortController().signal,
  );
  const read = (language: "en" | "zh-cn") => {
    const words = wording(language, about, apiKey);
    const diagnosis = judge(findings, words);
    return { ...diagnosis, text: diagnosisDocument(findings, diagnosis, "now", words) };
  };
  return { findings, en: read("en"), zh: read("zh-cn") };
}
