import { isLoopback } from "../platforms.ts";
import { noProxyMatcher } from "./noProxy.ts";
import type { Proxy } from "./tunnel.ts";

/** VS Code's settings of these names, and the environment of the process. */
export interface ProxySettings {
  readonly proxy: string;
  readonly noProxy: readonly string[];
  readonly proxySupport: string;
  /** Value of the header Proxy-Authorization, for every proxy. */
  readonly proxyAuthorization: string;
  readonly proxyStrictSSL: boolean;
  readonly proxyKerberosServicePrincipal: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * What the user configured and we cannot do. Requests behind `socks`, `pac` and `unknown-proxy` fail: to go around a proxy
 * that the user asked for could show them to someone. The others are only said.
 */
export type Unsupported = "socks" | "pac" | "unknown-proxy" | "kerberos" | "unchecked-certificates";

export interface ProxyPlan {
  /** @throws Error with the code ERR_NO_SUPPORTED_PROXIES where the proxy is of a kind that we cannot use. */
  readonly proxyFor: (url: string) => Proxy | undefined;
  readonly unsupported: readonly Unsupported[];
}

type Configured = Proxy | Extract<Unsupported, "socks" | "pac" | "unknown-proxy">;

/**
 * Decides as VS Code does for its own fetch: this machine directly; then `http.noProxy`, or NO_PROXY where that is empty;
 * then the proxy of `http.proxy`, else of the variables. Not what it asks the operating system for, which no extension can.
 */
export function planProxies(settings: ProxySettings): ProxyPlan {
  const variable = (name: string) => settings.environment[name.toLowerCase()] || settings.environment[name] || "";
  const firstOf = (...addresses: readonly string[]) => {
    const address = addresses.map((text) => text.trim()).find((text) => text !== "");
    if (address === undefined || settings.proxySupport === "off") return undefined;
    return readProxy(address, settings.proxyAuthorization.trim());
  };
  // A proxy for http is taken for https as well, as VS Code does.
  const plain = firstOf(settings.proxy, variable("HTTP_PROXY"), variable("ALL_PROXY"));
  const secure = firstOf(settings.proxy, variable("HTTPS_PROXY"), variable("HTTP_PROXY"), variable("ALL_PROXY"));
  const isDirect = noProxyMatcher(
    settings.noProxy.length > 0 ? settings.noProxy : variable("NO_PROXY").split(/[\s,]+/),
  );

  const kerberos = settings.proxySupport !== "off" && settings.proxyKerberosServicePrincipal.trim() !== "";
  return {
    proxyFor(address) {
      const url = new URL(address);
      const isSecure = url.protocol === "https:";
      const hostname = url.hostname.replace(/^\[|\]$/g, "");
      // This machine never asks a proxy for itself.
      const isHere = isLoopback(url.hostname) || hostname.endsWith(".localhost");
      if (isHere || isDirect(hostname, url.port || (isSecure ? "443" : "80"))) return undefined;
      const configured = isSecure ? secure : plain;
      if (typeof configured !== "string") return configured;
      throw Object.assign(new Error(`proxy of the kind ${configured}`), { code: "ERR_NO_SUPPORTED_PROXIES" });
    },
    // Only https leaves this machine, so that what http would need is of no interest.
    unsupported: [
      ...(typeof secure === "string" ? [secure] : []),
      ...(kerberos ? (["kerberos"] as const) : []),
      ...(settings.proxyStrictSSL ? [] : (["unchecked-certificates"] as const)),
    ],
  };
}

function readProxy(text: string, authorization: string): Configured {
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.parse(address);
  if (/^socks/i.test(address)) return "socks";
  if (/^(pac\+|file:)/i.test(address) || url?.pathname.toLowerCase().endsWith(".pac")) return "pac";
  if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) return "unknown-proxy";
  return { origin: url.origin, authorization: authorization || credentials(url) };
}

function credentials({ username, password }: URL): string | undefined {
  if (!username) return undefined;
  return `Basic ${Buffer.from(`${decode(username)}:${decode(password)}`).toString("base64")}`;
}

/** Users type passwords as they are: a lone percent sign is one. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
