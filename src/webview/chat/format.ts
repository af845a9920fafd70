import type { AnswerFacts } from "../../protocol/turns.ts";
import { fill, type Strings } from "../../protocol/strings.ts";

/** "12 s", "2 min 5 s". */
export function formatSpan(milliseconds: number, strings: Strings): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  return seconds < 60 ? fill(strings.seconds, seconds) : fill(strings.minutes, Math.floor(seconds / 60), seconds % 60);
}

/** Why nothing happens, and how long that will last where that is known. */
export function formatWait(wait: NonNullable<AnswerFacts["wait"]>, now: number, strings: Strings): string {
  const templates = {
    busy: strings.resumesBusy,
    server: strings.resumesServer,
    unreachable: strings.resumesUnreachable,
    queue: strings.queued,
  };
  return fill(templates[wait.reason], formatSpan((wait.resumesAt ?? now) - now, strings));
}

/** Token counts as people read them, e.g. "1.2K". An unknown language tag must not cost the panel. */
export function formatCount(count: number, language: string): string {
  return numbers(language).format(count);
}

let cached: { readonly language: string; readonly format: Intl.NumberFormat } | undefined;

function numbers(language: string): Intl.NumberFormat {
  if (cached?.language === language) return cached.format;
  let locale: string | undefined;
  try {
    locale = Intl.NumberFormat.supportedLocalesOf(language)[0];
  } catch {
    locale = undefined;
  }
  const format = new Intl.NumberFormat(locale ?? "en", { notation: "compact", maximumFractionDigits: 1 });
  cached = { language, format };
  return format;
}
