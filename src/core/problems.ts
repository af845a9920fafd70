import type { FinishReason } from "../api/chatTypes.ts";
import type { ApiErrorCode, ApiErrorDetails } from "../api/errors.ts";
import type { PlatformId } from "../api/platforms.ts";
import type { Problem, ProblemAction, Translate } from "./services.ts";

/** What the words of an error depend on beside the error itself. */
export interface ProblemContext {
  /** The platform in force. */
  readonly platform: PlatformId;
  /** The platform that was asked, when it is another one: pay-as-you-go for what a plan does not include. */
  readonly sentTo?: PlatformId;
  readonly platformName: string;
  /** Host in force, e.g. `api.z.ai`. */
  readonly host: string;
  readonly language: string;
}

type Failure = ApiErrorDetails & { readonly code: ApiErrorCode };

interface Row {
  text(t: Translate, failure: Failure, context: ProblemContext): string;
  readonly actions: readonly ProblemAction[] | ((context: ProblemContext) => readonly ProblemAction[]);
}

const onPlan = ({ platform }: ProblemContext) => platform.endsWith("-coding");
const besidePlan = (context: ProblemContext) =>
  onPlan(context) && context.sentTo !== undefined && context.sentTo !== context.platform;

function waited(failure: Failure): number {
  return Math.round((failure.waitedMs ?? 0) / 1000);
}

function when(failure: Failure, context: ProblemContext): string {
  if (failure.resetAt === undefined) return "";
  return new Date(failure.resetAt).toLocaleString(context.language, {
    weekday: "short",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    // The extension may run far away from its user; without the zone the time could mislead.
    timeZoneName: "short",
  });
}

/** One row per error code: sentence and buttons. The only place where an error becomes words. */
const rows: Readonly<Record<Exclude<ApiErrorCode, "cancelled">, Row>> = {
  "no-key": {
    text: (t, _, { host }) =>
      t("Set an API key to start. It is kept in VS Code's secret storage and sent only to {0}.", host),
    actions: ["set-key", "get-key"],
  },
  "key-rejected": {
    text: (t, _, { platform, host }) =>
      platform === "custom"
        ? t("{0} does not accept this key. Set the key that this server expects.", host)
        : t("{0} does not accept this key. Keys from z.ai and bigmodel.cn are not interchangeable.", host),
    actions: ["set-key", "choose-platform"],
  },
  "account-blocked": {
    text: (t, _, { host }) =>
      t(
        "{0} reports a problem with your account. Sign in to the console of the service to see what it asks for.",
        host,
      ),
    actions: ["get-key", "show-log"],
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
          ? ["renew", "choose-platform"]
          : ["use-coding-plan", "recharge"],
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
    text: (t, failure, context) =>
      failure.resetAt === undefined
        ? t("Your allowance is used up. Wait until it resets, or choose another platform.")
        : t("Your allowance is used up. It resets at {0}.", when(failure, context)),
    actions: ["choose-model", "choose-platform"],
  },
  "fair-use": {
    text: (t) =>
      t("The service has restricted this key under its fair-use policy. Lift the restriction in the console."),
    actions: ["get-key", "choose-platform"],
  },
  busy: {
    // What asks for a long wait is not tried again by itself (api/retry.ts).
    text: (t, { retryAfterSeconds = 0 }) =>
      retryAfterSeconds > 60
        ? t(
            "The service is busy and asks to wait for {0} min. Try again after that.",
            Math.ceil(retryAfterSeconds / 60),
          )
        : t("The service is busy and did not answer after several tries. Try again in a moment."),
    actions: ["retry", "choose-model"],
  },
  "model-unknown": {
    text: (t, _, { platformName }) => t("{0} does not know this model. Choose another one.", platformName),
    actions: ["choose-model", "retry"],
  },
  "bad-request": {
    text: (t) => t("The service refused the request. Details say which field it did not accept."),
    actions: ["retry", "show-log"],
  },
  "too-long": {
    text: (t) => t("This is longer than the model can read. Start a new chat or attach less."),
    actions: ["choose-model"],
  },
  "content-blocked": {
    text: (t) => t("The service blocked this content under its safety rules. Change the wording and try again."),
    actions: ["retry"],
  },
  "not-offered": {
    text: (t, _, { platformName }) => t("{0} does not offer this. Choose a platform that does.", platformName),
    actions: ["choose-platform"],
  },
  "wrong-path": {
    text: (t, _, { host, platform }) =>
      platform === "custom"
        ? t("{0} answered, but not at this address. Check the base URL; many servers want it to end in /v1.", host)
        : t("{0} does not know this address. Check the platform, or update the extension.", host),
    actions: (context) => (context.platform === "custom" ? ["custom-settings"] : ["choose-platform", "show-log"]),
  },
  firewall: {
    text: (t, _, { host }) =>
      t("A firewall in front of {0}, or your proxy, blocked the request. Try another network or VPN.", host),
    actions: ["retry", "network-settings"],
  },
  redirected: {
    text: (t, _, { host }) =>
      t("{0} tried to send the request to another address. It was stopped so that your key does not go there.", host),
    actions: (context) => (context.platform === "custom" ? ["custom-settings", "show-log"] : ["show-log"]),
  },
  server: {
    text: (t, _, { host }) => t("{0} had an internal error. Try again in a moment.", host),
    actions: ["retry", "choose-model"],
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
    actions: (context) =>
      context.platform === "custom" ? ["retry", "custom-settings", "network-settings"] : ["retry", "network-settings"],
  },
  certificate: {
    text: (t, _, { host }) =>
      t(
        "The certificate of {0} is not trusted here. Behind a company proxy, add its certificate to the system and keep http.systemCertificates on.",
        host,
      ),
    actions: ["network-settings", "retry"],
  },
  timeout: {
    text: (t, failure) =>
      failure.deadline === "idle"
        ? t("The answer was cut off after {0} s without data. What arrived is kept.", waited(failure))
        : failure.deadline === "first-byte"
          ? t("No answer after {0} s. The model may be overloaded; try again or choose another one.", waited(failure))
          : t("This took longer than {0} s and was stopped. Try again with less.", waited(failure)),
    actions: ["retry", "choose-model"],
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
    actions: (context) => (context.platform === "custom" ? ["custom-settings", "show-log"] : ["retry", "show-log"]),
  },
  "result-failed": {
    text: (t) => t("The service could not finish this, often for content safety. Change the prompt and try again."),
    actions: ["retry"],
  },
};

function isFailure(error: unknown): error is { code: ApiErrorCode; details: ApiErrorDetails } {
  return error instanceof Error && error.name === "ApiError" && "code" in error && "details" in error;
}

/** Facts for the Details fold and the log: codes and the service's own sentence, one per line. Text from outside. */
function detailsOf(failure: Failure): string {
  const facts: [string, string | number | undefined][] = [
    ["error", failure.code],
    ["host", failure.host],
    ["HTTP", failure.status],
    ["code", failure.serviceCode],
    ["system", failure.systemCode],
    ["message", failure.serviceMessage],
    ["request", failure.requestId],
  ];
  return facts
    .flatMap(([name, value]) => (value === undefined || value === "" ? [] : [`${name}: ${value}`]))
    .join("\n");
}

/** Words for any thrown value. Undefined for a cancellation, which the user asked for. */
export function describeProblem(error: unknown, context: ProblemContext, t: Translate): Problem | undefined {
  if (!isFailure(error)) {
    const name = error instanceof Error ? error.name : typeof error;
    return {
      text: t("Something went wrong inside the extension. The log has the details."),
      details: `error: internal (${name})`,
      actions: ["retry", "show-log"],
    };
  }
  if (error.code === "cancelled") return undefined;
  const failure: Failure = { ...error.details, code: error.code };
  const row = rows[error.code];
  return {
    text: row.text(t, failure, failure.host === undefined ? context : { ...context, host: failure.host }),
    details: detailsOf(failure),
    actions: typeof row.actions === "function" ? row.actions(context) : row.actions,
  };
}

/** Words for a finish reason that the user should know about. */
export function describeEnding(reason: FinishReason, hasText: boolean, t: Translate): Problem | undefined {
  const details = `finish: ${reason}`;
  switch (reason) {
    case "stop":
    case "tool-calls":
    case "other":
      return hasText
        ? undefined
        : { text: t("The model ended without an answer. Try again."), details, actions: ["retry", "choose-model"] };
    case "length":
      return hasText
        ? { text: t("The answer reached the length limit of the model. What arrived is kept."), details, actions: [] }
        : {
            text: t("The model used its whole output allowance for thinking. Try again, or choose another model."),
            details,
            actions: ["retry", "choose-model"],
          };
    case "sensitive":
      return {
        text: t("The service stopped the answer under its safety rules. Change the wording and try again."),
        details,
        actions: ["retry"],
      };
    case "context-exceeded":
      return {
        text: t("The conversation is longer than the model can read. Start a new chat."),
        details,
        actions: ["choose-model"],
      };
  }
}
