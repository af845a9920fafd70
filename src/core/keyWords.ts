import { hasFunds, hasNothing, services, type AcceptedKey, type Service } from "./keyFinding.ts";
import type { Translate } from "./services.ts";
import { percent } from "./usageNumbers.ts";

/** What a check found out about a key, as a sentence. */
export function keyWords(key: AcceptedKey, language: string, t: Translate): string {
  const { name } = services[key.service];
  switch (key.plan.state) {
    case "active":
      return planWords(key, key.plan, language, t);
    case "unknown":
      return t("{0}: the key is valid, but its plan and balance could not be read.", name);
    case "ended":
      if (hasNothing(key)) return t("{0}: the Coding Plan has ended, and there is no balance.", name);
      return key.funds === undefined
        ? t("{0}: the Coding Plan has ended; the balance could not be read.", name)
        : t("{0}: the Coding Plan has ended; {1}", name, fundsWords(key, language, t));
    case "none":
      if (hasNothing(key)) return t("{0}: the key is valid, but there is no balance and no plan.", name);
      return key.funds === undefined
        ? t("Pay as you go, {0}: the balance could not be read.", name)
        : t("Pay as you go, {0}: {1}", name, fundsWords(key, language, t));
  }
}

function planWords(
  { service }: AcceptedKey,
  plan: Extract<AcceptedKey["plan"], { state: "active" }>,
  language: string,
  t: Translate,
): string {
  const name = planName(service, levelName(plan.level), t);
  for (const { kind, usedPercent } of plan.windows) {
    if (usedPercent === undefined) continue;
    const share = percent(usedPercent, language);
    if (kind === "5-hours") return t("{0}: {1} of this 5-hour window used.", name, share);
    if (kind === "week") return t("{0}: {1} of this week used.", name, share);
  }
  return t("{0}: in force.", name);
}

function planName(service: Service, level: string | undefined, t: Translate): string {
  if (level === undefined) return service === "zai" ? t("Coding Plan, international") : t("Coding Plan, China");
  return service === "zai" ? t("Coding Plan, international, {0}", level) : t("Coding Plan, China, {0}", level);
}

/** "pro" as people write it. What is no word (some replies have a number) says nothing to anybody. */
function levelName(level: string | undefined): string | undefined {
  if (level === undefined || !/^[a-z][a-z -]{1,19}$/i.test(level)) return undefined;
  return level.slice(0, 1).toUpperCase() + level.slice(1);
}

function fundsWords(key: AcceptedKey, language: string, t: Translate): string {
  const { currency } = services[key.service];
  const { balance = 0, packs = false } = key.funds ?? {};
  const money = new Intl.NumberFormat(language, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    trailingZeroDisplay: "stripIfInteger",
  }).format(balance);
  return packs && hasFunds(key) ? t("balance {0} and resource packs.", money) : t("balance {0}.", money);
}

/** The hosts of both services, one of which a key belongs to. The one of the reader's part of the world comes first. */
export function bothHosts(language: string): string {
  const { zai, bigmodel } = services;
  const hosts = language.startsWith("zh") ? [bigmodel.host, zai.host] : [zai.host, bigmodel.host];
  return oneOf(hosts, language);
}

/** "a, b or c". In Chinese with the space that stands between its words and Latin ones. */
export function oneOf(names: readonly string[], language: string): string {
  const parts = new Intl.ListFormat(language, { type: "disjunction" }).formatToParts(names);
  return parts.map(({ type, value }) => (type === "literal" && value === "或" ? " 或 " : value)).join("");
}

/** To be said once before a plan is used with this extension. It also holds what consent to pay-as-you-go needs to know. */
export function policyWords(t: Translate): string {
  return t(
    "The plan is meant for officially supported tools, and this extension is not one of them: throttling or a ban may follow. Pay-as-you-go has no such rule and is billed to your balance.",
  );
}
