import type { FinishReason } from "../api/chat/chatTypes.ts";
import type { ApiErrorCode, ApiErrorDetails } from "../api/errors.ts";
import {
  joined,
  oldKeyRefused,
  rowsByCode,
  twiceWarning,
  type Failure,
  type ProblemContext,
  type Row,
} from "./problemWords.ts";
import { rowsByServiceCode } from "./serviceProblems.ts";
import type { Problem, ProblemAction, RetryAction, Translate } from "./services.ts";

/** A request longer than this is not waited for silently, so that the length of the wait matters more than its reason. */
const longWaitSeconds = 60;

/** What only an official platform has a page or a setting for. */
const officialOnly: ReadonlySet<ProblemAction> = new Set([
  "get-key",
  "check-key",
  "use-coding-plan",
  "recharge",
  "renew",
  "open-console",
  "contact",
  "open-status",
]);

function isFailure(error: unknown): error is { code: ApiErrorCode; details: ApiErrorDetails } {
  return error instanceof Error && error.name === "ApiError" && "code" in error && "details" in error;
}

/** The most specific row: by business code, by a status with a meaning of its own, else by our code. */
function rowFor(failure: Failure, code: Exclude<ApiErrorCode, "cancelled">): Row {
  const asksForLongWait = code === "busy" && (failure.retryAfterSeconds ?? 0) > longWaitSeconds;
  if (failure.keyReplaced) return oldKeyRefused;
  // Without a key the service reports a wrong one.
  if (code === "no-key" || asksForLongWait) return rowsByCode[code];
  const key = failure.serviceCode ?? String(failure.status);
  return (Object.hasOwn(rowsByServiceCode, key) ? rowsByServiceCode[key] : undefined) ?? rowsByCode[code];
}

function actionsOf({ actions }: Row, context: ProblemContext, failure: Failure): readonly ProblemAction[] {
  const offered = typeof actions === "function" ? actions(context, failure) : actions;
  if (context.platform !== "custom") return offered;
  const possible = offered.filter((action) => !officialOnly.has(action));
  return possible.length === 0 ? ["custom-settings"] : possible;
}

/** Facts for the Details fold and the log: codes and the service's own sentence, one per line. Text from outside. */
function detailsOf(failure: Failure): string {
  const facts: [string, string | number | undefined][] = [
    ["error", failure.code],
    ["host", failure.host],
    ["HTTP", failure.status],
    ["code", failure.serviceCode],
    ["system", failure.systemCode],
    ["field", failure.field],
    ["rule", failure.rule],
    ["message", failure.serviceMessage],
    ["request", failure.requestId],
    ["task", failure.taskId],
  ];
  return facts
    .flatMap(([name, value]) => (value === undefined || value === "" ? [] : [`${name}: ${value}`]))
    .join("\n");
}

/**
 * Words for any thrown value: the only place where an error becomes sentence and buttons. Undefined for a cancellation,
 * which the user asked for.
 */
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
  const row = rowFor(failure, error.code);
  const words = row.text(t, failure, failure.host === undefined ? context : { ...context, host: failure.host });
  const warning = twiceWarning(t, failure);
  return {
    text: warning === undefined ? words : joined(context, words, warning),
    details: detailsOf(failure),
    actions: actionsOf(row, context, failure),
  };
}

/** Actions that only the owner of the request can do. */
export function isRetry(action: ProblemAction): action is RetryAction {
  return action === "retry" || action === "retry-less-thinking";
}

/** Words for a finish reason that the user should know about. */
export function describeEnding(
  reason: FinishReason,
  hasText: boolean,
  t: Translate,
  canThinkLess = false,
): Problem | undefined {
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
            actions: [canThinkLess ? "retry-less-thinking" : "retry", "choose-model"],
          };
    case "repetition":
      return {
        text: t("The model repeated itself, so the answer was stopped. Try again, or choose another model."),
        details,
        actions: ["retry", "choose-model"],
      };
    case "sensitive":
      return {
        text: t("The service stopped the answer under its safety rules. Change the wording and try again."),
        details,
        actions: ["retry", "new-chat"],
      };
    case "context-exceeded":
      return hasText
        ? {
            text: t("The answer filled all that the model can read. What arrived is kept. Start a new chat for more."),
            details,
            actions: ["new-chat", "choose-model"],
          }
        : {
            text: t(
              "Your message with what is attached is longer than the model can read. Attach less, or choose a model that reads more.",
            ),
            details,
            actions: ["choose-model"],
          };
  }
}
