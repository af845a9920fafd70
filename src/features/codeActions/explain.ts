import { lineLabel } from "../../core/codeContext.ts";
import { problemLine } from "../../core/prompts.ts";
import type { Attachment, ChatEntry } from "../../core/services.ts";
import { t } from "../../host/l10n.ts";
import { nameOf, pathOf, type CodeTarget } from "./target.ts";

/** Asks the chat about the code. The question is in the user's language, so the answer will be too. */
export async function explain(target: CodeTarget, chat: ChatEntry): Promise<void> {
  const code = codeAttachment(target);
  if (target.kind !== "problem") {
    await chat.ask(t("Explain what this code does and point out anything surprising."), [code]);
    return;
  }
  const question =
    target.problems.length === 1
      ? t("Explain what this problem means and how to fix it.")
      : t("Explain what these problems mean and how to fix them.");
  await chat.ask(question, [code, problemAttachment(target)]);
}

function codeAttachment(target: CodeTarget): Attachment {
  const { document, lines, before } = target;
  const numbers = lineLabel(lines);
  return {
    id: crypto.randomUUID(),
    kind: target.kind === "selection" ? "selection" : "symbol",
    label: `${nameOf(document)}:${numbers}`,
    detail: `${pathOf(document)}:${numbers}`,
    language: document.languageId,
    text: target.selectedText ?? before.slice(lines.start, lines.end).join("\n"),
  };
}

function problemAttachment(target: CodeTarget): Attachment {
  const count = target.problems.length;
  return {
    id: crypto.randomUUID(),
    kind: "problem",
    label: count === 1 ? t("1 problem") : t("{0} problems", count),
    detail: pathOf(target.document),
    language: "plaintext",
    text: target.problems.map(problemLine).join("\n"),
  };
}
