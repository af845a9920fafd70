import type { Translate } from "./services.ts";

/**
 * A rule of the API for a sentence in the user's language. The client writes rules in English notation: lists and ranges of
 * values are the same everywhere, a few words are translated here. Undefined for the rest, which stays among the details.
 */
export function ruleWords(rule: string, language: string, t: Translate): string | undefined {
  // `t` knows English and Chinese; everybody else reads English.
  if (!language.startsWith("zh") || /^[^\s,]+(?:, [^\s,]+)*$/.test(rule)) return rule;
  if (/^(?:not empty|at least (?:1|one)(?: .*)?)$/.test(rule)) return t("not empty");
  const characters = /^(\d+-\d+) characters$/.exec(rule)?.[1];
  if (characters !== undefined) return t("{0} characters", characters);
  const most = /^at most (\d+)$/.exec(rule)?.[1];
  return most === undefined ? undefined : t("at most {0}", most);
}
