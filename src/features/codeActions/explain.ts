import { problemLine } from "../../core/prompts.ts";
import type { Attachment, ChatEntry } from "../../core/services.ts";
import { t } from "../../host/l10n.ts";
import { attachmentOfLines, pathOf, type CodeTarget } from "./target.ts";

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

function codeAttachment({ document, kind, lines, before, selectedText }: CodeTarget): Attachment {
  const text = selectedText ?? before.slice(lines.start, lines.end).join("\n");
  return attachmentOfLines(document, lines, kind === "selection" ? "selection" : "symbol", text);
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
