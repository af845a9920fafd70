import { afterReset, joined, onPlan, resetTime, type Failure, type ProblemContext, type Row } from "./problemWords.ts";
import type { Translate } from "./services.ts";

/** "Recharge, or wait …": the allowance ends because there is no money to go on with. */
function rechargeOrWait(t: Translate, failure: Failure, context: ProblemContext): string {
  const time = resetTime(failure, context);
  return time === undefined
    ? t("Recharge to go on, or wait until it resets.")
    : t("Recharge to go on, or wait until it resets at {0}.", time);
}

/** "Ask the administrator …": somebody else has set the limit. */
function askAdministrator(t: Translate, failure: Failure, context: ProblemContext): string {
  const time = resetTime(failure, context);
  return time === undefined
    ? t("Ask the administrator to raise the limit, or choose another platform.")
    : t("Ask the administrator to raise the limit, choose another platform, or wait until it resets at {0}.", time);
}

const locked: Row["actions"] = ["contact"];

const accountUnreadable: Row = {
  text: (t, _, { host }) => t("{0} cannot read your account at the moment. Try again in a moment.", host),
  actions: ["retry", "open-status"],
};

const undocumented: Row = {
  text: (t, { serviceCode = "" }, { host }) =>
    t(
      "{0} refused with code {1}, which its documentation does not name. Details have its own words.",
      host,
      serviceCode,
    ),
  actions: ["open-status", "show-log"],
};

/**
 * Rows by business code, or by HTTP status without one (API notes 14.2), where the advice differs from that of our own code.
 * They win over `rowsByCode`. What is not here is said there.
 */
export const rowsByServiceCode: Readonly<Record<string, Row>> = {
  "434": {
    text: (t, _, { host }) => t("{0} offers this to selected accounts only. Ask its support for access.", host),
    actions: ["contact"],
  },
  "435": {
    text: (t, _, { host }) =>
      t("The file is larger than {0} accepts. Split it or choose a smaller one, then try again.", host),
    actions: ["retry"],
  },
  "1001": {
    text: (t, _, { host }) => t("No key reached {0}. Set it again, or check whether a proxy removes it.", host),
    actions: ["set-key", "network-settings"],
  },
  "1003": {
    text: (t) => t("This key has expired, or the clock of this computer is wrong. Correct the clock or set a new key."),
    actions: ["set-key", "get-key"],
  },
  "1005": {
    text: (t) =>
      t("Your account asks for a second sign-in step. Sign in to the console and confirm it, then try again."),
    actions: ["open-console", "retry"],
  },
  "1100": accountUnreadable,
  "1110": {
    text: (t) => t("Your account is not active. Activate it in the console."),
    actions: ["open-console"],
  },
  "1111": {
    text: (t) => t("The account of this key does not exist. Look it up in the console, or set another key."),
    actions: ["open-console", "set-key"],
  },
  "1112": {
    text: (t) => t("Your account is locked. Only the support of the service can unlock it."),
    actions: locked,
  },
  "1120": accountUnreadable,
  "1121": {
    text: (t) => t("Your account was locked for unusual activity. Only the support of the service can unlock it."),
    actions: locked,
  },
  "1210": {
    text: (t) =>
      t("The service does not accept the settings of this request. Choose another model; details may say more."),
    actions: ["choose-model", "show-log"],
  },
  "1212": {
    text: (t) => t("This model cannot be used in this way. Choose another one."),
    actions: ["choose-model"],
  },
  "1213": {
    text: (t) =>
      t(
        "The request lacked a field, which is a fault of this extension. Update it; the log helps to report the fault.",
      ),
    actions: ["update-extension", "show-log"],
  },
  "1215": {
    text: (t) => t("Two settings of the request exclude each other. Details name them."),
    actions: ["show-log"],
  },
  "1220": {
    text: (t) => t("Your account may not use this. Ask for it in the console, or set another key."),
    actions: ["open-console", "set-key"],
  },
  "1221": {
    text: (t) => t("The service no longer offers this. Update the extension, which may know what took its place."),
    actions: ["update-extension"],
  },
  "1231": {
    text: (t) => t("The same request is still being answered. Wait until that is done, then try again."),
    actions: ["retry"],
  },
  "1234": {
    text: (t, _, { host }) =>
      t("{0} had a network error. Try again; if it stays, its support needs the error id from the details.", host),
    actions: ["retry", "contact"],
  },
  "1300": {
    text: (t) => t("The policy of the service blocked this request. Start a new chat and ask for something else."),
    actions: ["new-chat"],
  },
  "1302": {
    text: (t) =>
      t(
        "Your account has too many requests at the same time. Stop those of other windows and tools, or try again in a moment.",
      ),
    actions: ["retry"],
  },
  "1303": {
    text: (t) => t("Your account sends requests too often. Pause for a moment, then try again."),
    actions: ["retry"],
  },
  "1304": {
    text: (t) => t("Your calls for today are used up. Go on tomorrow, or ask the support of the service for more."),
    actions: ["contact"],
  },
  "1305": {
    text: (t) => t("The service is overloaded. Try again in a moment, or choose another model."),
    actions: ["retry", "choose-model", "open-status"],
  },
  "1308": {
    text: (t, failure, context) =>
      joined(context, t("Your allowance for a few hours (usually five) is used up."), afterReset(t, failure, context)),
    actions: ["choose-platform", "show-usage", "renew"],
  },
  "1310": {
    text: (t, failure, context) =>
      joined(context, t("Your allowance for the week or month is used up."), afterReset(t, failure, context)),
    actions: ["choose-platform", "show-usage", "renew"],
  },
  "1312": {
    text: (t) => t("Too many people use this model right now. Choose another model, or try again later."),
    actions: ["choose-model", "retry"],
  },
  "1314": {
    text: (t) => t("The plan of your company is not valid. Ask its administrator, or choose another platform."),
    actions: ["choose-platform"],
  },
  "1315": {
    text: (t, _, context) =>
      onPlan(context)
        ? t("This key belongs to a company's Coding Plan and does not work here. Set another key.")
        : t("This key belongs to a company's Coding Plan. Use the coding endpoint, or set another key."),
    actions: (context) => (onPlan(context) ? ["set-key"] : ["use-coding-plan", "set-key"]),
  },
  "1316": {
    text: (t, failure, context) =>
      joined(
        context,
        t("Your 5-hour allowance is used up, and the balance is too low to pay for more."),
        rechargeOrWait(t, failure, context),
      ),
    actions: ["recharge", "show-usage"],
  },
  "1317": {
    text: (t, failure, context) =>
      joined(
        context,
        t("Your 7-day allowance is used up, and the balance is too low to pay for more."),
        rechargeOrWait(t, failure, context),
      ),
    actions: ["recharge", "show-usage"],
  },
  "1318": {
    text: (t, failure, context) =>
      joined(
        context,
        t("The 5-hour allowance and the monthly limit of your sub-account are used up."),
        askAdministrator(t, failure, context),
      ),
    actions: ["choose-platform", "show-usage"],
  },
  "1319": {
    text: (t, failure, context) =>
      joined(
        context,
        t("The 7-day allowance and the monthly limit of your sub-account are used up."),
        askAdministrator(t, failure, context),
      ),
    actions: ["choose-platform", "show-usage"],
  },
  "1320": {
    text: (t, failure, context) =>
      joined(
        context,
        t("The 5-hour allowance and the monthly limit of your company are used up."),
        askAdministrator(t, failure, context),
      ),
    actions: ["choose-platform", "show-usage"],
  },
  "1321": {
    text: (t, failure, context) =>
      joined(
        context,
        t("The 7-day allowance and the monthly limit of your company are used up."),
        askAdministrator(t, failure, context),
      ),
    actions: ["choose-platform", "show-usage"],
  },
  "1701": {
    text: (t) => t("Too many web searches run at the same time. Try again in a moment."),
    actions: ["retry"],
  },
  "1702": {
    text: (t) => t("The service has no search engine available. Ask without web search, or try again later."),
    actions: ["retry", "open-status"],
  },
  "1703": {
    text: (t) => t("The web search found nothing usable. Ask in other words."),
    actions: ["retry"],
  },
  "3007": undocumented,
  "3012": undocumented,
};
