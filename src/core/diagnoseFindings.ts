import type { ApiError } from "../api/errors.ts";
import type { PlatformId } from "../api/platforms.ts";
import type { CertificateFacts, Probe } from "../api/transports/probe.ts";
import type { Unsupported } from "../api/transports/proxySettings.ts";
import type { Quota } from "../api/usage/usageQuota.ts";

export type TransportId = "host" | "undici";

/** What is in force. No key, no path, no address below the host of a custom server. */
export interface Surroundings {
  readonly extension: string;
  readonly vscode: string;
  /** System, its release and architecture. */
  readonly system: string;
  /** E.g. `ssh-remote`, `wsl`; undefined where the extension runs beside its window. */
  readonly remote: string | undefined;
  readonly isWeb: boolean;
  readonly language: string;
  readonly platform: PlatformId;
  readonly platformName: string;
  /** Base URL; of a custom server only its origin. */
  readonly address: string;
  readonly host: string;
  /** This machine itself is asked, which is never done through a proxy. */
  readonly isLocal: boolean;
  readonly isSecure: boolean;
  readonly transport: TransportId;
  readonly hasKey: boolean;
  readonly keyRequired: boolean;
  readonly trusted: boolean;
  readonly systemCertificates: boolean;
}

/** The proxy that settings and environment ask for. Credentials are no part of it. */
export interface ProxyFinding {
  readonly kind: "none" | "http" | Extract<Unsupported, "socks" | "pac" | "unknown-proxy">;
  /** `http://host:port`. */
  readonly origin?: string | undefined;
  /** Setting or variable that names it. */
  readonly source?: string | undefined;
  /** One is named, but not for this host. */
  readonly exempt?: true | undefined;
  /** `http.proxySupport` is off. */
  readonly off?: true | undefined;
  readonly signsIn?: true | undefined;
  /** Status of the answer to CONNECT. */
  readonly tunnel?: Probe<number> | undefined;
}

/** What the transport saw of one answer, whatever the client made of it. */
export interface Exchange {
  readonly status: number;
  /** Of its Date header, less the time of this computer then; ms. */
  readonly clockAheadMs?: number | undefined;
  /** Host of a Location header. */
  readonly redirectsTo?: string | undefined;
  readonly encoding?: string | undefined;
  /** Ms until the first piece of the body. */
  readonly firstByteMs?: number | undefined;
  /** Network reads, and events in them. */
  readonly reads: number;
  readonly events: number;
}

/** A request that was made: what came back, and how the client understood it. */
export interface Asked<T> {
  readonly ms: number;
  readonly exchange?: Exchange | undefined;
  readonly found?: T | undefined;
  /** Undefined when it went well. */
  readonly error?: ApiError | undefined;
}

export interface ChatFacts {
  /** As the answer names it. Text from outside. */
  readonly answeredBy?: string | undefined;
}

/** Everything that was found. A step that did not run is undefined. */
export interface Findings {
  readonly about: Surroundings;
  readonly proxy: ProxyFinding;
  readonly lookup?: Probe<readonly string[]> | undefined;
  readonly connection?: Probe<string> | undefined;
  readonly certificate?: Probe<CertificateFacts> | undefined;
  /** How many models are listed. */
  readonly models?: Asked<number> | undefined;
  /** The same question over the transport that was not chosen. */
  readonly other?: Asked<number> | undefined;
  readonly chat?: Asked<ChatFacts> | undefined;
  /** The one that was asked. Text of the user or from outside. */
  readonly chatModel?: string | undefined;
  /** Undefined inside: no plan. */
  readonly quota?: Asked<{ readonly quota: Quota | undefined }> | undefined;
  readonly cancelled: boolean;
}

/** The service, or something that speaks for it, answered: the way there is open. */
export function wasReached(asked: Asked<unknown> | undefined): boolean {
  return asked !== undefined && (asked.error === undefined || asked.error.details.status !== undefined);
}

const senseless: readonly string[] = ["key-rejected", "no-key", "redirected", "firewall"];

/** The service itself answered and has nothing against the key, so that it may be asked for more. */
export function maySpeak(asked: Asked<unknown> | undefined): boolean {
  return wasReached(asked) && !senseless.includes(asked?.error?.code ?? "");
}

const transportCodes: readonly string[] = ["unreachable", "certificate", "timeout", "stream-broken"];

/** The question failed on the way, so that another transport may fare better. */
export function failedOnTheWay(asked: Asked<unknown> | undefined): boolean {
  return !wasReached(asked) && asked?.error !== undefined && transportCodes.includes(asked.error.code);
}
