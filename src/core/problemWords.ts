import type { ApiErrorCode, ApiErrorDetails } from "../api/errors.ts";
import type { PlatformId } from "../api/platforms.ts";
import { bothHosts } from "./keyWords.ts";
import { ruleWords } from "./ruleWords.ts";
import type { ProblemAction, Translate } from "./services.ts";
import { timeWords } from "./timeWords.ts";

/** What the words of an error depend on beside the error itself. */
export interface ProblemContext {
  /** The platform in force. */
  readonly platform: PlatformId;
  /** The platform that was asked, when it is another one: pay-as-you-go for what a plan does not include. */
  readonly sentTo?: PlatformId;
  /** Name of a platform in the user's language. */
  readonly nameOf: (platform: PlatformId) => string;
  /** Host in force, e.g. `api.z.ai`. */
  readonly host: string;
  readonly language: string;
}

export type Failure = ApiErrorDetails & { readonly code: ApiErrorCode };

export interface Row {
  text(t: Translate, failure: Failure, context: ProblemContext): string;
  readonly actions:
    | readonly ProblemAction[]
    | ((context: ProblemContext, failure: Failure) => readonly ProblemAction[]);
}

export const onPlan = ({ platform }: ProblemContext) => platform.endsWith("-coding");
const besidePlan = (context: ProblemContext) =>
  onPlan(context) && context.sentTo !== undefined && context.sentTo !== context.platform;

/** Sentences in a row; Chinese puts no space between them. */
export function joined({ language }: Pick<ProblemContext, "language">, ...sentences: readonly string[]): string {
  return sentences.join(language.startsWith("zh") ? "" : " ");
}

/** `resetAt` in the user's language; undefined when the service did not tell. */
export function resetTime({ resetAt }: Failure, { language }: ProblemContext): string | undefined {
  return resetAt === undefined ? undefined : timeWords(resetAt, language);
}

/** When an allowance comes back, and what can be done until then. */
export function afterReset(t: Translate, failure: Failure, context: ProblemContext): string {
  const time = resetTime(failure, context);
  return time === undefined
    ? t("Wait until it resets, or choose another platform.")
    : t("It resets at {0}; until then you can choose another platform.", time);
}

function waited(failure: Failure): number {
  return Math.round((failure.waitedMs ?? 0) / 1000);
}

/** Names of the platforms that have what the one that was asked lacks, or undefined when nobody knows. */
function others({ offeredOn = [] }: Failure, context: ProblemContext): string | undefined {
  if (offeredOn.length === 0) return undefined;
  return new Intl.ListFormat(context.language, { type: "disjunction" }).format(offeredOn.map(context.nameOf));
}

/** Says nothing about the key that is saved now. */
export const oldKeyRefused: Row = {
  text: (t, _, { host }) =>
    t("The API key for {0} was changed while this was running. Try again with the one that is saved now.", host),
  actions: ["retry", "set-key"],
};

/** One row per code of our own: sentence and buttons. */
export const rowsByCode: Readonly<Record<Exclude<ApiErrorCode, "cancelled">, Row>> = {
  "no-key": {
    text: (t, _, context) =>
      t("Set an API key to start. It is kept in VS Code's secret storage and sent only to {0}.", keyHosts(context)),
    actions: ["set-key", "get-key"],
  },
  "key-rejected": {
    text: (t, _, { platform, host }) =>
      platform === "custom"
        ? t("{0} does not accept this key. Set the key that this server expects.", host)
        : t("{0} does not accept this key. Keys from z.ai and bigmodel.cn are not interchangeable.", host),
    actions: ["set-key", "check-key"],
  },
  "account-blocked": {
    text: (t, _, { host }) =>
      t(
        "{0} reports a problem with your account. Sign in to the console of the service to see what it asks for.",
        host,
      ),
    actions: ["open-console", "show-log"],
  },
  "no-balance": {
    text: (t, _, context) =>
      besidePlan(context)
        ? t(
            "Your Coding Plan does not include this, and the balance that would pay for it is empty. Recharge it, then try again.",
          )
        : onPlan(context)
          ? t("The service says that no balance or plan covers this request. Check that your Coding Plan is active.")
          : t(
              "This endpoint bills your balance, which is empty. A Coding Plan works on the coding endpoint; otherwise recharge.",
            ),
    actions: (context) =>
      besidePlan(context)
        ? ["recharge", "retry"]
        : onPlan(context)
          ? ["renew", "check-key", "choose-platform"]
          : ["use-coding-plan", "recharge", "check-key"],
  },
  "plan-expired": {
    text: (t) => t("Your Coding Plan has expired. Renew it, or switch to pay-as-you-go."),
    actions: ["renew", "choose-platform"],
  },
  "plan-lacks-model": {
    text: (t) => t("Your plan does not include this model. Choose another one."),
    actions: ["choose-model"],
  },
  "quota-exhausted": {
    text: (t, failure, context) => joined(context, t("Your allowance is used up."), afterReset(t, failure, context)),
    actions: ["choose-platform", "show-usage", "renew"],
  },
  "fair-use": {
    text: (t) =>
      t("The service has restricted this key under its fair-use policy. Lift the restriction in the console."),
    // The page of the plan is where the service lets it be lifted.
    actions: ["renew", "choose-platform"],
  },
  busy: {
    // What asks for a long wait is not tried again by itself (api/http/retry.ts).
    text: (t, { retryAfterSeconds = 0 }) =>
      retryAfterSeconds > 60
        ? t(
            "The service is busy and asks to wait for {0} min. Try again after that.",
            Math.ceil(retryAfterSeconds / 60),
          )
        : t("The service is busy and did not answer after several tries. Try again in a moment."),
    actions: ["retry", "choose-model"],
  },
  "queue-full": {
    text: (t, { queueSize = 0 }) =>
      queueSize === 0
        ? t("Another GLM request is running, and by your settings none may wait for it. Try again when it is done.")
        : queueSize === 1
          ? t("Another GLM request is already waiting, and by your settings no more may. Try again when it is done.")
          : t(
              "{0} GLM requests are already waiting, and by your settings no more may. Try again in a moment.",
              queueSize,
            ),
    actions: ["retry", "limits"],
  },
  "model-unknown": {
    text: (t, { successor }, context) =>
      successor === undefined
        ? t("{0} does not know this model. Choose another one.", askedName(context))
        : t("{0} no longer has this model. Choose another one, for example {1}.", askedName(context), successor),
    actions: ["choose-model", "retry"],
  },
  "bad-request": {
    text: (t, { field, rule }, { language }) => {
      if (field === undefined)
        return t("The service refused the request. Details may say which field it did not accept.");
      const words = rule === undefined ? undefined : ruleWords(rule, language, t);
      return words === undefined
        ? t("The field “{0}” is outside what the service accepts. Details say what it does accept.", field)
        : t("The field “{0}” is outside what the service accepts ({1}).", field, words);
    },
    actions: ["show-log", "retry"],
  },
  "too-long": {
    text: (t) => t("This is longer than the model can read. Start a new chat or attach less."),
    actions: ["new-chat", "choose-model"],
  },
  "content-blocked": {
    text: (t) => t("The service blocked this content under its safety rules. Change the wording and try again."),
    actions: ["retry", "new-chat"],
  },
  "not-offered": {
    text: (t, failure, context) => {
      const there = others(failure, context);
      const here = askedName(context);
      if (there === undefined) return t("{0} does not offer this. Choose a platform that does.", here);
      return failure.field === undefined
        ? t("{0} does not offer this. Choose a platform that does: {1}.", here, there)
        : t("{0} does not take the field “{1}”. Choose a platform that does: {2}.", here, failure.field, there);
    },
    actions: ["choose-platform"],
  },
  "wrong-path": {
    text: (t, _, { host, platform }) =>
      platform === "custom"
        ? t("{0} answered, but not at this address. Check the base URL; many servers want it to end in /v1.", host)
        : t("{0} does not know this address. Check the platform, or update the extension.", host),
    actions: ({ platform }) =>
      platform === "custom" ? ["custom-settings"] : ["choose-platform", "update-extension", "show-log"],
  },
  firewall: {
    text: (t, _, { host }) =>
      t("A firewall in front of {0}, or your proxy, blocked the request. Try another network or VPN.", host),
    actions: ["retry", "network-settings", "diagnose"],
  },
  redirected: {
    text: (t, _, { host }) =>
      t("{0} tried to send the request to another address. It was stopped so that your key does not go there.", host),
    actions: ({ platform }) => (platform === "custom" ? ["custom-settings", "show-log"] : ["show-log"]),
  },
  server: {
    text: (t, _, { host }) => t("{0} had an internal error. Try again in a moment.", host),
    actions: ["retry", "choose-model", "open-status"],
  },
  unreachable: {
    text: (t, failure, { host, platform }) => {
      const code = failure.systemCode ?? "";
      if (platform === "custom" && code === "ECONNREFUSED")
        return t("Nothing answers at {0}. Start the server, or correct its address.", host);
      if (code === "ENOTFOUND" || code === "EAI_AGAIN")
        return t("{0} was not found. Check your connection, and http.proxy if you are behind a proxy.", host);
      return t("{0} cannot be reached. Check your connection, VPN and proxy settings.", host);
    },
    actions: ({ platform }) =>
      platform === "custom"
        ? ["retry", "custom-settings", "network-settings", "diagnose"]
        : ["retry", "network-settings", "diagnose"],
  },
  certificate: {
    text: (t, _, { host }) =>
      t(
        "The certificate of {0} is not trusted here. Behind a company proxy, add its certificate to the system and keep http.systemCertificates on.",
        host,
      ),
    actions: ["network-settings", "retry", "diagnose"],
  },
  timeout: {
    text: (t, failure) =>
      failure.deadline === "idle"
        ? t("The answer was cut off after {0} s without data. What arrived is kept.", waited(failure))
        : failure.deadline === "first-byte"
          ? t("No answer after {0} s. The model may be overloaded; try again or choose another one.", waited(failure))
          : failure.taskId !== undefined
            ? t("This was not ready after {0} s. The service goes on with it; look there later.", waited(failure))
            : failure.mayHaveRun
              ? t("There was no answer after {0} s.", waited(failure))
              : t("This took longer than {0} s and was stopped. Try again with less.", waited(failure)),
    // Other limits than those of silence are not the user's to set.
    actions: (_, { deadline }) =>
      deadline === "idle" || deadline === "first-byte"
        ? ["retry", "choose-model", "limits", "diagnose"]
        : ["retry", "choose-model", "diagnose"],
  },
  "stream-broken": {
    text: (t, failure) =>
      failure.afterOutput
        ? t("The connection broke before the answer was complete. What arrived is kept.")
        : t("The connection broke before an answer came. Try again."),
    actions: ["retry"],
  },
  "invalid-response": {
    text: (t, _, { host, platform }) =>
      platform === "custom"
        ? t("{0} answered in a form that is not OpenAI-compatible. Check the base URL and the dialect.", host)
        : t("{0} answered in a form this version does not understand. A proxy may have changed it.", host),
    actions: ({ platform }) => (platform === "custom" ? ["custom-settings", "show-log"] : ["retry", "show-log"]),
  },
  "result-failed": {
    text: (t) => t("The service could not finish this, often for content safety. Change the prompt and try again."),
    actions: ["retry"],
  },
  "result-gone": {
    text: (t) => t("The service does not have this any more: it keeps results for a limited time only."),
    actions: ["show-log"],
  },
};

/** Where a key may be sent to find out where it belongs. */
function keyHosts({ platform, host, language }: ProblemContext): string {
  return platform === "custom" ? host : bothHosts(language);
}

/** To be said after the words of an error that may have come too late to prevent anything. */
export function twiceWarning(t: Translate, { mayHaveRun }: Failure): string | undefined {
  return mayHaveRun ? t("The service may have done this already. Look there before you try again.") : undefined;
}

/** Name of the platform that was asked. */
function askedName({ platform, sentTo, nameOf }: ProblemContext): string {
  return nameOf(sentTo ?? platform);
}
