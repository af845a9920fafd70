import { planProxies, type ProxySettings } from "../../api/transports/proxySettings.ts";
import type { Proxy } from "../../api/transports/tunnel.ts";
import type { ProxyFinding } from "../../core/diagnoseFindings.ts";

/** The proxy for `address` by settings and environment, with its credentials apart from what may be shown. */
export function proxyInForce(
  settings: ProxySettings,
  address: string,
): { readonly finding: ProxyFinding; readonly proxy?: Proxy | undefined } {
  const source = sourceOf(settings, address);
  if (source === undefined) return { finding: { kind: "none" } };
  if (settings.proxySupport === "off") return { finding: { kind: "none", source, off: true } };
  const wanted = proxyFor(settings, address);
  if (typeof wanted === "string") return { finding: { kind: wanted, source } };
  if (!wanted) return { finding: { kind: "none", source, exempt: true } };
  const { origin, authorization } = wanted;
  return {
    finding: { kind: "http", origin, source, ...(authorization && { signsIn: true }) },
    proxy: wanted,
  };
}

function proxyFor(settings: ProxySettings, address: string): Proxy | "socks" | "pac" | "unknown-proxy" | undefined {
  const { proxyFor: planned, unsupported } = planProxies(settings);
  try {
    return planned(address);
  } catch {
    return unsupported.find((kind) => kind === "socks" || kind === "pac") ?? "unknown-proxy";
  }
}

/** The setting or variable that names a proxy, in the order in which they count (transports/proxySettings.ts). */
function sourceOf({ proxy, environment }: ProxySettings, address: string): string | undefined {
  if (proxy.trim() !== "") return "http.proxy";
  const names = [...(address.startsWith("https:") ? ["HTTPS_PROXY"] : []), "HTTP_PROXY", "ALL_PROXY"];
  return names.flatMap((name) => [name.toLowerCase(), name]).find((name) => (environment[name] ?? "").trim() !== "");
}
