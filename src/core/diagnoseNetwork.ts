import type { CertificateFacts, Probe } from "../api/transports/probe.ts";
import { wasReached, type Findings } from "./diagnoseFindings.ts";
import { joined } from "./problemWords.ts";
import { openSetting, seconds, takeAction, useTransport, type Line, type Wording } from "./diagnoseLine.ts";

type Parts = Omit<Line, "name">;

/** The lines of the way to the server: proxy, name, connection, certificate. */
export function networkLines(findings: Findings, wording: Wording): Line[] {
  const { t } = wording;
  return [
    { name: t("Proxy"), ...softened(proxy(findings, wording), findings, wording) },
    { name: t("Name lookup"), ...softened(lookup(findings, wording), findings, wording) },
    { name: t("Connection"), ...softened(connection(findings, wording), findings, wording) },
    { name: t("Certificate"), ...softened(certificate(findings, wording), findings, wording) },
  ];
}

/** What we could not do by ourselves is no problem where the request went through all the same. */
function softened(parts: Parts, { models }: Findings, wording: Wording): Parts {
  const { t } = wording;
  if (parts.verdict !== "problem" || !wasReached(models)) return parts;
  const why = t("The service was reached all the same, so VS Code has another way to it.");
  return { verdict: "note", fact: joined(wording, parts.fact, why) };
}

function proxy({ about, proxy: found }: Findings, { t }: Wording): Parts {
  const { host, transport, isLocal } = about;
  const { kind, origin = "", source = "", tunnel, signsIn } = found;
  if (isLocal) return { verdict: "ok", fact: t("This machine is always reached directly.") };
  if (found.off) return { verdict: "ok", fact: t("{0} names one, but http.proxySupport is off.", source) };
  if (found.exempt)
    return { verdict: "ok", fact: t("{0} names one, but {1} is exempt by http.noProxy or NO_PROXY.", source, host) };
  if (kind === "none") {
    return {
      verdict: "ok",
      fact:
        transport === "undici"
          ? t("Neither http.proxy nor the environment names one.")
          : t(
              "Neither http.proxy nor the environment names one. VS Code may also use a proxy or PAC file of the operating system, which extensions cannot see.",
            ),
    };
  }
  if (kind === "unknown-proxy") {
    return {
      verdict: "problem",
      fact: t("The address in {0} is not that of a proxy.", source),
      remedy: t("Correct {0}, for example http://proxy.example:8080.", source),
      next: openSetting("http.proxy"),
    };
  }
  if (kind !== "http") {
    const fact = t("{0} names a SOCKS proxy or a PAC file, through which only VS Code itself can go.", source);
    if (transport === "host") return { verdict: "note", fact };
    return { verdict: "problem", fact, ...switchTo("host", t) };
  }
  if (!tunnel) return { verdict: "skipped", fact: t("Cancelled.") };
  if (!tunnel.ok) {
    return {
      verdict: "problem",
      fact:
        tunnel.code === "timeout"
          ? t("{0} from {1} did not answer within {2} s.", origin, source, seconds(tunnel.ms))
          : t("{0} from {1} cannot be reached ({2}).", origin, source, tunnel.code),
      remedy: t("Start the proxy or correct {0}. Without a proxy, leave it empty.", source),
      next: openSetting("http.proxy"),
    };
  }
  if (tunnel.found === 200) return { verdict: "ok", fact: t("{0} from {1} leads to {2}.", origin, source, host) };
  if (tunnel.found === 407) {
    return {
      verdict: "problem",
      fact: t("{0} from {1} asks to sign in (407).", origin, source),
      remedy: signsIn
        ? t("Correct user name and password in {0}, or ask who runs the proxy.", source)
        : t("Add user name and password to the address in {0}.", source),
      next: openSetting("http.proxy"),
    };
  }
  return {
    verdict: "problem",
    fact: t("{0} from {1} refused to lead to {2} (HTTP {3}).", origin, source, host, tunnel.found),
    remedy: t("Ask who runs the proxy to allow {0}, or add it to http.noProxy if it can be reached directly.", host),
    next: openSetting("http.noProxy"),
  };
}

function switchTo(transport: "host" | "undici", t: Wording["t"]) {
  return { remedy: t("Set glm.network.transport to “{0}”.", transport), next: useTransport(transport) };
}

function lookup(findings: Findings, { t }: Wording): Parts {
  const { about, lookup: found, proxy: way } = findings;
  if (way.kind !== "none") return { verdict: "skipped", fact: t("The proxy looks names up.") };
  if (!found) return { verdict: "skipped", fact: notRun(findings, t) };
  if (found.ok) return { verdict: "ok", fact: t("{0} is {1} ({2} ms).", about.host, found.found.join(", "), found.ms) };
  const isCustom = about.platform === "custom";
  return {
    verdict: "problem",
    fact:
      found.code === "timeout"
        ? t("The name server did not answer within {0} s.", seconds(found.ms))
        : t("{0} was not found ({1}).", about.host, found.code),
    remedy: isCustom
      ? t("Correct the address in glm.custom.baseUrl, or check the connection and VPN.")
      : t("Check the connection and VPN. If this network wants a proxy, set http.proxy."),
    next: isCustom ? takeAction("custom-settings") : openSetting("http.proxy"),
  };
}

function connection(findings: Findings, { t }: Wording): Parts {
  const { about, connection: found, proxy: way } = findings;
  if (way.kind !== "none") return { verdict: "skipped", fact: t("The proxy connects.") };
  if (!found) return { verdict: "skipped", fact: notRun(findings, t) };
  if (found.ok) return { verdict: "ok", fact: t("{0} answers ({1} ms).", found.found, found.ms) };
  const fact =
    found.code === "timeout"
      ? t("{0} did not answer within {1} s.", about.host, seconds(found.ms))
      : t("{0} cannot be reached ({1}).", about.host, found.code);
  if (about.platform === "custom" && found.code === "ECONNREFUSED") {
    return {
      verdict: "problem",
      fact,
      remedy: t("Start the server, or correct its address in glm.custom.baseUrl."),
      next: takeAction("custom-settings"),
    };
  }
  return {
    verdict: "problem",
    fact,
    remedy: t(
      "A firewall may be in the way. Try another network or VPN; if this network wants a proxy, set http.proxy.",
    ),
    next: openSetting("http.proxy"),
  };
}

function certificate(findings: Findings, wording: Wording): Parts {
  const { t } = wording;
  const { about, certificate: found, proxy: way } = findings;
  if (!about.isSecure) return { verdict: "skipped", fact: t("Plain http within this machine needs none.") };
  if (found?.ok) return judgeCertificate(found.found, findings, wording);
  if (found) return handshakeFailed(found, wording);
  if (way.kind !== "none" && way.kind !== "http")
    return { verdict: "skipped", fact: t("Only VS Code itself can go through this proxy.") };
  return { verdict: "skipped", fact: notRun(findings, t) };
}

function handshakeFailed({ code, ms }: Extract<Probe<unknown>, { ok: false }>, { t }: Wording): Parts {
  return {
    verdict: "problem",
    fact:
      code === "timeout"
        ? t("No secure connection within {0} s.", seconds(ms))
        : t("No secure connection came about ({0}).", code),
    remedy: t("A firewall or proxy may be in the way. Try another network or VPN."),
    next: openSetting("http.proxy"),
  };
}

function judgeCertificate(facts: CertificateFacts, { about }: Findings, wording: Wording): Parts {
  const { t } = wording;
  const { protocol, subject, issuer, bundledError, systemError } = facts;
  const until = dateIn(wording, facts.validTo);
  const issued = t("{0}, issued by {1} for {2}, valid until {3}.", protocol, issuer, subject, until);
  const isPrivate = bundledError !== undefined && unknownIssuer(bundledError);
  const inspected =
    isPrivate && about.platform !== "custom"
      ? t("This is not the service's own issuer: your network inspects TLS.")
      : undefined;
  const fact = inspected === undefined ? issued : joined(wording, issued, inspected);
  const error = about.systemCertificates ? systemError : bundledError;
  if (error === undefined) return { verdict: inspected === undefined ? "ok" : "note", fact };
  const problem = { verdict: "problem", fact: joined(wording, fact, t("It is not trusted ({0}).", error)) } as const;
  if (systemError === undefined) {
    return {
      ...problem,
      remedy: t("The system's certificates know its issuer: turn http.systemCertificates on."),
      next: openSetting("http.systemCertificates"),
    };
  }
  if (error === "CERT_HAS_EXPIRED" || error === "CERT_NOT_YET_VALID") {
    return {
      ...problem,
      remedy: t("Check the date of this computer. If it is right, whoever runs {0} has to renew it.", about.host),
    };
  }
  if (error === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return {
      ...problem,
      remedy: t(
        "It is for another name than {0}. Open a web page in the browser in case this network wants a sign-in; otherwise check the address.",
        about.host,
      ),
    };
  }
  return {
    ...problem,
    remedy: t(
      "Get the certificate of {0}, add it to the system's certificates and keep http.systemCertificates on.",
      issuer,
    ),
    next: openSetting("http.systemCertificates"),
  };
}

function unknownIssuer(code: string): boolean {
  return /^(?:UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_)/.test(code);
}

function dateIn({ language }: Wording, time: number): string {
  return Number.isNaN(time) ? "?" : new Date(time).toLocaleDateString(language, { dateStyle: "medium" });
}

/** Why a step of the way did not run although nothing made it needless. */
function notRun({ cancelled, proxy: { tunnel }, lookup: name, connection: way }: Findings, t: Wording["t"]): string {
  const refused = tunnel !== undefined && (!tunnel.ok || tunnel.found !== 200);
  if (refused || name?.ok === false || way?.ok === false) return t("The step before failed.");
  return cancelled ? t("Cancelled.") : t("It was not needed.");
}
