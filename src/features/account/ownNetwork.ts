import { systemAuthorities } from "../../api/transports/authorities.ts";
import { planProxies, type Unsupported } from "../../api/transports/proxySettings.ts";
import { createUndiciTransport, type UndiciTransport } from "../../api/transports/undici.ts";
import { readHttpSettings, writeSetting } from "../../host/config.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";

/**
 * Connections of our own with VS Code's proxy and certificate settings of now. Says what of them it cannot honour, each
 * once as far as `told` remembers; nothing without it.
 */
export function openOwnNetwork(told?: Set<string>): UndiciTransport {
  const settings = readHttpSettings();
  const { proxyFor, unsupported } = planProxies({ ...settings, environment: process.env });
  const authorities = settings.systemCertificates ? systemAuthorities() : undefined;
  const missing = settings.systemCertificates && !authorities ? (["system-certificates"] as const) : [];
  for (const limit of [...unsupported, ...missing]) {
    if (!told || told.has(limit)) continue;
    told.add(limit);
    const useHost = { label: t("Use host"), run: () => writeSetting("glm.network.transport", "host") };
    void notify("warning", sentence(limit), [useHost]);
  }
  return createUndiciTransport({ proxyFor, authorities });
}

function sentence(limit: Unsupported | "system-certificates"): string {
  switch (limit) {
    case "socks":
      return t("glm.network.transport is undici, which cannot use a SOCKS proxy. Set glm.network.transport to “host”.");
    case "pac":
      return t("glm.network.transport is undici, which cannot use a PAC file. Set glm.network.transport to “host”.");
    case "unknown-proxy":
      return t(
        "glm.network.transport is undici, which cannot use a proxy with this address. Correct it or set glm.network.transport to “host”.",
      );
    case "kerberos":
      return t(
        "glm.network.transport is undici, which cannot sign in to a proxy with Kerberos. Set glm.network.transport to “host”.",
      );
    case "unchecked-certificates":
      return t("glm.network.transport is undici, which checks every certificate, whatever http.proxyStrictSSL says.");
    case "system-certificates":
      return t(
        "glm.network.transport is undici, which cannot read the system's certificates here. Set glm.network.transport to “host”.",
      );
  }
}
