import { failedOnTheWay, type Findings } from "./diagnoseFindings.ts";
import type { Line, NextStep, Wording } from "./diagnoseLine.ts";
import { markdownText } from "./markdown.ts";
import { networkLines } from "./diagnoseNetwork.ts";
import { requestLines } from "./diagnoseRequests.ts";
import { joined } from "./problemWords.ts";

/** The result of a diagnosis in the user's language. */
export interface Diagnosis {
  readonly lines: readonly Line[];
  /** One sentence: how many problems, and where. */
  readonly summary: string;
  /** What to do first. Undefined when there is nothing to do. */
  readonly advice: string | undefined;
  readonly next: NextStep | undefined;
}

/** Turns findings into lines and picks the one thing to do first. */
export function judge(findings: Findings, wording: Wording): Diagnosis {
  const { t, language } = wording;
  const lines = [...networkLines(findings, wording), ...requestLines(findings, wording)].map((line) =>
    cleaned(line, wording),
  );
  const problems = lines.filter(({ verdict }) => verdict === "problem");
  const names = new Intl.ListFormat(language, { type: "conjunction" }).format(problems.map(({ name }) => name));
  const count =
    problems.length === 0
      ? findings.cancelled
        ? t("No problem was found until it was cancelled.")
        : t("No problem was found.")
      : problems.length === 1
        ? t("1 problem: {0}.", names)
        : t("{0} problems: {1}.", problems.length, names);
  // A way that is known to work helps at once, whatever is wrong with the other. Else the first obstacle on the way.
  const detour = failedOnTheWay(findings.models) ? lines.find(({ next }) => next?.kind === "transport") : undefined;
  const first = detour ?? problems[0];
  return { lines, summary: count, advice: first && (first.remedy ?? first.fact), next: first?.next };
}

/** Before anything is escaped, which could hide a key from who looks for it. */
function cleaned(line: Line, { clean }: Wording): Line {
  const { fact, codes, remedy } = line;
  return { ...line, fact: clean(fact), codes: codes && clean(codes), remedy: remedy && clean(remedy) };
}

/**
 * The diagnosis as Markdown to be pasted into a report. Names from outside are escaped.
 * @param when the time in the user's language.
 */
export function diagnosisDocument(findings: Findings, diagnosis: Diagnosis, when: string, wording: Wording): string {
  const { t, clean } = wording;
  const { summary, advice, lines } = diagnosis;
  const facts = surroundings(findings, t).map((fact) => `- ${markdownText(clean(fact))}`);
  return [
    `# ${t("GLM connection diagnosis")}`,
    when,
    `**${markdownText(summary)}**`,
    ...(advice === undefined ? [] : [t("Next step: {0}", markdownText(advice))]),
    ...(findings.cancelled ? [t("It was cancelled before the end; this is what was found until then.")] : []),
    `## ${t("Steps")}`,
    lines.map((line) => lineText(line, wording)).join("\n"),
    `## ${t("In force")}`,
    facts.join("\n"),
    t("No key, password or prompt is in this text, so it can be pasted into a report."),
    "",
  ].join("\n\n");
}

function lineText({ name, verdict, fact, codes, remedy }: Line, wording: Wording): string {
  const { t } = wording;
  const headed = {
    ok: t("{0}: ok.", name),
    // Markdown wants the space behind what is bold, Chinese sentences none.
    problem: `**${t("{0}: problem.", name)}** `,
    note: t("{0}: note.", name),
    skipped: t("{0}: skipped.", name),
  };
  const todo = remedy === undefined ? "" : `\n  - ${t("What to do: {0}", markdownText(remedy))}`;
  const told =
    verdict === "problem" ? headed.problem + markdownText(fact) : joined(wording, headed[verdict], markdownText(fact));
  return `- ${told}${codes === undefined ? "" : ` (${markdownText(codes)})`}${todo}`;
}

function surroundings({ about }: Findings, t: Wording["t"]): string[] {
  const place = about.remote ?? t("local");
  return [
    t("Extension: {0}, VS Code {1}", about.extension, about.vscode),
    t("System: {0}", about.system),
    t("Window: {0}", about.isWeb ? t("{0}, in a browser", place) : place),
    t("Language: {0}", about.language),
    t("Platform: {0}, {1}", about.platformName, about.address),
    t("Transport: {0}", about.transport),
    about.trusted ? t("Workspace: trusted") : t("Workspace: Restricted Mode"),
  ];
}
