import * as vscode from "vscode";
import { splitLines, surroundings } from "../../core/codeContext.ts";
import { rangeToAskAgain } from "../../core/editsRebase.ts";
import type { Attachment, Connection } from "../../core/services.ts";
import { openMarkdown } from "../../host/editors.ts";
import { t } from "../../host/l10n.ts";
import { notify, type Button } from "../../host/notify.ts";
import { withProgress } from "../../host/progress.ts";
import { activeProposal } from "../../host/proposals.ts";
import { isReadOnly } from "../../host/writable.ts";
import type { CodeActionDeps } from "./deps.ts";
import type { Review, Reviews } from "./reviews.ts";
import { streamFix, type FixResult } from "./streamFix.ts";
import { attachmentOfLines, nameOf, targetOfLines, type CodeTarget } from "./target.ts";

/** A model rewrites every line it is given, so more than this is slow, dear and full of accidents. */
const maxLines = 400;
const maxCharacters = 60_000;

/** Checks what can be checked without a request, then asks for a fix and brings it to review. */
export async function startFix(
  target: CodeTarget,
  deps: CodeActionDeps,
  reviews: Reviews,
  explain: (target: CodeTarget) => Promise<void>,
): Promise<void> {
  const { document, lines, before } = target;
  const name = nameOf(document);
  const explainButton: Button = { label: t("Explain"), run: () => explain(target) };
  if (await isReadOnly(document)) {
    await notify(
      "warning",
      t("{0} is read-only, so a fix could not be written to it. Work on a copy, or ask for an explanation.", name),
      [{ label: t("Open a copy"), run: () => openCopy(document) }, explainButton],
    );
    return;
  }
  const count = lines.end - lines.start;
  if (count > maxLines) {
    await notify(
      "information",
      t("{0} lines are too many for one fix. Select {1} lines or fewer, then try again.", count, maxLines),
    );
    return;
  }
  if (before.slice(lines.start, lines.end).join("\n").length > maxCharacters) {
    await notify("information", t("This code is too long for one fix. Select a smaller part, then try again."));
    return;
  }

  if (!(await deps.kept.mayBeSent(sentBy(target)))) return;
  const connection = await deps.connections.open("chat");
  if (!connection) return;

  const again = async () => {
    const lineRange = rangeToAskAgain(before, lines, splitLines(document.getText()));
    await startFix(targetOfLines(document, lineRange), deps, reviews, explain);
  };
  const review = reviews.begin(target);
  let result: FixResult;
  try {
    result = await run(connection, review, name);
  } catch (error) {
    // What arrived stays readable in the diff, without Accept, until the user closes it or tries again.
    if (!review.isOpen) await review.close();
    const retry = async () => {
      await review.close();
      await again();
    };
    await deps.problems.show(error, retry);
    return;
  }
  reviews.refresh();
  if (result.kind === "ready") {
    await announce(review, name);
    return;
  }
  await review.close();
  if (result.kind === "unchanged") {
    await notify("information", t("The model sees nothing to change here in {0}. An explanation may tell why.", name), [
      explainButton,
    ]);
  } else if ("answer" in result) {
    deps.log.warn(`fix: unusable answer (${result.kind}, ${result.reason}, ${result.answer.length} characters)`);
    await notify("warning", unusableText(result), [
      { label: t("Try again"), run: again },
      ...(result.answer === "" ? [] : [{ label: t("Show answer"), run: () => openMarkdown(result.answer) }]),
    ]);
  }
}

/** All of the file that goes with a question for a fix. */
function sentBy({ document, lines, before }: CodeTarget): Attachment {
  const around = surroundings(before, lines);
  const start = lines.start - around.before.length;
  const end = lines.end + around.after.length;
  return attachmentOfLines(document, { start, end }, "selection", before.slice(start, end).join("\n"));
}

function run(connection: Connection, review: Review, name: string): Thenable<FixResult> {
  return withProgress(t("Fixing {0}", name), (task) => streamFix(connection, review, task));
}

/** The diff in front, with its buttons, says it all; only a user who went elsewhere needs to be told. */
async function announce(review: Review, name: string): Promise<void> {
  if (activeProposal()?.toString() === review.after.toString()) return;
  await notify("information", t("The fix for {0} is ready for review.", name), [
    { label: t("Show fix"), run: () => review.open() },
  ]);
}

function unusableText(result: Extract<FixResult, { readonly answer: string }>): string {
  if (result.reason === "sensitive")
    return t("The service's content filter stopped the answer, so nothing was written.");
  if (result.reason === "context-exceeded")
    return t("This is more than the model can read at once. Select a smaller part, then try again.");
  if (result.kind === "no-code") return t("The answer has no code to apply, so nothing was written.");
  if (result.answer === "")
    return t("The model used its whole output allowance for thinking. Select a smaller part, then try again.");
  return t(
    "The answer ended before the code was complete, so it cannot be applied. Select a smaller part, then try again.",
  );
}

async function openCopy(document: vscode.TextDocument): Promise<void> {
  const copy = await vscode.workspace.openTextDocument({ content: document.getText(), language: document.languageId });
  await vscode.window.showTextDocument(copy);
}
