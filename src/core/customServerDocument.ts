import type { ServerReport } from "./customServer.ts";
import { hintsFor, productName, thinkingWords } from "./customServerWords.ts";
import type { Translate } from "./services.ts";

const mostIds = 50;

/** Text from outside as code, which no Markdown can leave. */
function code(text: string): string {
  const flat = text.replace(/[`\s\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ").trim();
  return `\`${flat.length > 200 ? `${flat.slice(0, 199)}…` : flat}\``;
}

/**
 * All that was found out about a server, as Markdown. `settings` are ids with the values that were set, as JSON; `notes` are
 * sentences beside the hints.
 */
export function serverDocument(
  report: ServerReport,
  settings: readonly (readonly [id: string, value: string])[],
  notes: readonly string[],
  t: Translate,
): string {
  const { models, model, context } = report;
  const facts = [
    t("Address: {0}", code(report.baseUrl)),
    t("What answered: {0}", code(productName(report, t))),
    t("Model that was tried: {0}", code(model.id)),
    ...(context === undefined ? [] : [t("Its context: {0} tokens", context)]),
    thinkingWords(report.thinking, t),
  ];
  const hints = [...hintsFor(report, t, code).map(({ text }) => text), ...notes];
  const ids = (models ?? []).map(({ id }) => code(id));
  const left = ids.length - mostIds;
  return [
    `# ${t("Custom server")}`,
    list(facts),
    ...(hints.length === 0 ? [] : [`## ${t("Worth knowing")}`, list(hints)]),
    `## ${t("Settings")}`,
    list(settings.map(([id, value]) => `${code(id)}: ${code(value)}`)),
    ...(ids.length === 0 ? [] : [`## ${t("Models")}`, list(ids.slice(0, mostIds))]),
    ...(left > 0 ? [t("And {0} more.", left)] : []),
    "",
  ].join("\n\n");
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n");
