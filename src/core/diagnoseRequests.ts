import { failedOnTheWay, maySpeak, wasReached, type Asked, type ChatFacts, type Findings } from "./diagnoseFindings.ts";
import { joined } from "./problemWords.ts";
import { seconds, takeAction, useTransport, type Line, type NextStep, type Wording } from "./diagnoseLine.ts";
import type { ProblemAction } from "./services.ts";
import { tierName, windowName } from "./usageAllowances.ts";
import { percent } from "./usageNumbers.ts";

/** Ms by which two clocks may differ. */
const clockTolerance = 120_000;
/** A stream of fewer events says nothing about how it travels. */
const tellingEvents = 6;

type Parts = Omit<Line, "name">;

/** The lines of what was asked: model list, clock, the other transport, a chat, the quota. */
export function requestLines(findings: Findings, wording: Wording): Line[] {
  const { t } = wording;
  return [
    { name: t("Key"), ...key(findings, wording) },
    { name: t("Model list"), ...models(findings, wording) },
    { name: t("Other transport"), ...other(findings, wording) },
    { name: t("Clock"), ...clock(findings, wording) },
    { name: t("Short chat"), ...chat(findings, wording) },
    { name: t("Quota"), ...quota(findings, wording) },
  ];
}

function key({ about }: Findings, { t }: Wording): Parts {
  if (about.hasKey) return { verdict: "ok", fact: t("One is saved for {0}.", about.host) };
  if (!about.keyRequired) return { verdict: "ok", fact: t("None is saved; {0} may not need one.", about.host) };
  return {
    verdict: "problem",
    fact: t("None is saved for {0}.", about.host),
    remedy: t("Set an API key."),
    next: takeAction("set-key"),
  };
}

function models(findings: Findings, wording: Wording): Parts {
  const { t } = wording;
  const { about, models: asked } = findings;
  if (!asked) return { verdict: "skipped", fact: t("Cancelled.") };
  if (asked.found !== undefined)
    return { verdict: "ok", fact: t("{0} lists {1} models ({2} ms).", about.host, asked.found, asked.ms) };
  const { code, details } = asked.error ?? {};
  // Without a key there is no more to be had, and the way there is open.
  if (code === "no-key" && details?.status !== undefined)
    return { verdict: "ok", fact: t("{0} was reached and asks for a key (HTTP {1}).", about.host, details.status) };
  if (code === "wrong-path" && about.platform === "custom" && findings.chat?.error === undefined && findings.chat)
    return { verdict: "note", fact: t("{0} has no model list.", about.host) };
  return failed(asked, findings, wording);
}

/** A question that failed, in the words for its error, but for what only a diagnosis knows. */
function failed(asked: Asked<unknown>, { about }: Findings, { t, describe }: Wording): Parts {
  const { error, exchange } = asked;
  if (error?.code === "timeout") {
    return {
      verdict: "problem",
      fact: t("No answer within {0} s.", seconds(error.details.waitedMs ?? asked.ms)),
      remedy: t("Try again in a moment; if it stays, try another network or VPN."),
      next: takeAction("network-settings"),
    };
  }
  if (error?.code === "redirected") {
    const to = exchange?.redirectsTo ?? "?";
    return {
      verdict: "problem",
      fact: t("{0} leads on to {1}. It was not followed, so that no key goes there.", about.host, to),
      remedy: t(
        "Open a web page in the browser in case this network wants a sign-in. Otherwise check the address of the server.",
      ),
      next: takeAction(about.platform === "custom" ? "custom-settings" : "network-settings"),
    };
  }
  const problem = describe(error);
  const codes = [
    ...(error?.details.status === undefined ? [] : [`HTTP ${error.details.status}`]),
    error?.details.serviceCode,
    error?.details.systemCode,
  ].filter((code) => code !== undefined);
  return {
    verdict: problem ? "problem" : "skipped",
    fact: problem?.text ?? t("Cancelled."),
    codes: codes.length === 0 ? undefined : codes.join(", "),
    remedy: keyOfElsewhere(error, about, t),
    next: firstUseful(problem?.actions ?? []),
  };
}

/** The words for a refused key say why; on an official platform both cures are known. */
function keyOfElsewhere(error: unknown, { platform }: Findings["about"], t: Wording["t"]): string | undefined {
  const refused = error instanceof Error && "code" in error && error.code === "key-rejected";
  return refused && platform !== "custom"
    ? t("Set the key of this platform, or choose the platform that the key belongs to.")
    : undefined;
}

/** Buttons that help here: a question is not asked again, and this is the diagnosis. */
function firstUseful(actions: readonly ProblemAction[]): NextStep | undefined {
  const idle: readonly ProblemAction[] = ["retry", "new-chat", "show-log", "diagnose"];
  const action = actions.find((each) => !idle.includes(each));
  return action && takeAction(action);
}

function other({ about, models: asked, other: tried, cancelled }: Findings, { t }: Wording): Parts {
  const name = about.transport === "host" ? "undici" : "host";
  if (!tried) {
    if (failedOnTheWay(asked) || (cancelled && !asked)) return { verdict: "skipped", fact: t("Cancelled.") };
    return { verdict: "skipped", fact: t("Not needed: “{0}” gets to {1}.", about.transport, about.host) };
  }
  if (!wasReached(tried)) {
    const why = tried.error?.details.systemCode ?? tried.error?.code ?? "?";
    return { verdict: "note", fact: t("“{0}” does not get there either ({1}).", name, why) };
  }
  return {
    verdict: "note",
    fact: t("“{0}” gets to {1}.", name, about.host),
    remedy: t("Set glm.network.transport to “{0}”.", name),
    next: useTransport(name),
  };
}

function clock({ models: asked, other: tried }: Findings, { t }: Wording): Parts {
  const ahead = asked?.exchange?.clockAheadMs ?? tried?.exchange?.clockAheadMs;
  if (ahead === undefined) return { verdict: "skipped", fact: t("No answer tells the time.") };
  if (Math.abs(ahead) <= clockTolerance) return { verdict: "ok", fact: t("It agrees with that of the server.") };
  const minutes = Math.round(Math.abs(ahead) / 60_000);
  return {
    verdict: "problem",
    fact:
      ahead > 0
        ? t("This computer is {0} min behind the server.", minutes)
        : t("This computer is {0} min ahead of the server.", minutes),
    remedy: t("Let the system set date and time by itself: keys and certificates depend on them."),
  };
}

/** Why nothing more was asked. Undefined when it could have been. */
function hindrance({ about, models: asked, cancelled }: Findings, { t }: Wording): string | undefined {
  if (cancelled && !asked) return t("Cancelled.");
  if (!about.hasKey && about.keyRequired) return t("It needs an API key.");
  if (asked?.error?.code === "key-rejected") return t("The key was refused.");
  if (!maySpeak(asked)) return t("The service was not reached.");
  return cancelled ? t("Cancelled.") : undefined;
}

function chat(findings: Findings, wording: Wording): Parts {
  const { t } = wording;
  const { chat: asked, chatModel } = findings;
  if (!asked) return { verdict: "skipped", fact: hindrance(findings, wording) ?? t("Cancelled.") };
  if (asked.found) return streamed(asked, asked.found, findings, wording);
  const parts = failed(asked, findings, wording);
  return chatModel === undefined
    ? parts
    : { ...parts, fact: joined(wording, t("{0} was asked.", chatModel), parts.fact) };
}

function streamed(
  asked: Asked<ChatFacts>,
  { answeredBy }: ChatFacts,
  { about, chatModel: model = "?" }: Findings,
  wording: Wording,
): Parts {
  const { t } = wording;
  const { firstByteMs = asked.ms, encoding, reads = 0, events = 0 } = asked.exchange ?? {};
  const name = answeredBy === undefined || answeredBy === model ? model : `${model} → ${answeredBy}`;
  const answered = t("{0} answered; the first piece came after {1} ms.", name, Math.round(firstByteMs));
  if (events >= tellingEvents && reads === 1) {
    return {
      verdict: "note",
      fact: joined(wording, answered, t("Everything came at once, so something on the way holds pieces back.")),
      remedy: t("Ask who runs the proxy or virus scanner to let event streams of {0} through.", about.host),
    };
  }
  if (encoding !== undefined && encoding !== "identity") {
    return {
      verdict: "note",
      fact: joined(wording, answered, t("The stream was compressed ({0}), which may delay pieces.", encoding)),
    };
  }
  return { verdict: "ok", fact: answered };
}

function quota(findings: Findings, wording: Wording): Parts {
  const { t, language } = wording;
  const { quota: asked } = findings;
  if (!asked) return { verdict: "skipped", fact: hindrance(findings, wording) ?? t("This platform has none.") };
  if (!asked.found)
    return { verdict: "note", fact: t("It could not be read ({0}), which hinders nothing.", asked.error?.code ?? "?") };
  const { quota: plan } = asked.found;
  if (!plan) return { verdict: "ok", fact: t("This account has no Coding Plan.") };
  const windows = plan.windows.map((window) => {
    const { kind, usedPercent } = window;
    const share = usedPercent === undefined ? "?" : percent(usedPercent, language);
    if (kind === "5-hours") return t("{0} of 5 hours", share);
    if (kind === "week") return t("{0} of the week", share);
    if (kind === "month-tools") return t("{0} of the month's tool calls", share);
    return t("{0}: {1}", windowName(window, language, t), share);
  });
  const used = windows.length === 0 ? "?" : windows.reduce((before, one) => t("{0}, {1}", before, one));
  return { verdict: "ok", fact: t("Plan {0}; used: {1}.", tierName(plan.level, t) ?? "?", used) };
}
