import type { ServerReport } from "./customServer.ts";
import { hintsFor, productName, thinkingWords } from "./customServerWords.ts";
import { markdownCode } from "./markdown.ts";
import type { Translate } from "./services.ts";

const mostIds = 50;

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
    t("Address: {0}", markdownCode(report.baseUrl)),
    t("What answered: {0}", markdownCode(productName(report, t))),
    t("Model that was tried: {0}", markdownCode(model.id)),
    ...(context === undefined ? [] : [t("Its context: {0} tokens", context)]),
    thinkingWords(report.thinking, t),
  ];
  const hints = [...hintsFor(report, t, markdownCode).map(({ text }) => text), ...notes];
  const ids = (models ?? []).map(({ id }) => markdownCode(id));
  const left = ids.length - mostIds;
  return [
    `# ${t("Custom server")}`,
    list(facts),
    ...(hints.length === 0 ? [] : [`## ${t("Worth knowing")}`, list(hints)]),
    `## ${t("Settings")}`,
    list(settings.map(([id, value]) => `${markdownCode(id)}: ${markdownCode(value)}`)),
    ...(ids.length === 0 ? [] : [`## ${t("Models")}`, list(ids.slice(0, mostIds))]),
    ...(left > 0 ? [t("And {0} more.", left)] : []),
    "",
  ].join("\n\n");
}

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n");
