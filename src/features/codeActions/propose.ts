import * as vscode from "vscode";
import type { CodeProposal } from "../../core/services.ts";
import { t } from "../../host/l10n.ts";
import type { Reviews } from "./reviews.ts";
import { nameOf, targetOfLines } from "./target.ts";

/** Brings lines that are already there, e.g. of a conversation, to the same review as a fix. */
export async function propose(proposal: CodeProposal, reviews: Reviews): Promise<void> {
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(proposal.document, true));
  const target = { ...targetOfLines(document, proposal.lines), before: proposal.before };
  const review = reviews.begin(target);
  review.again = () => proposal.again();
  review.title = t("{0}: change from the chat", nameOf(document));
  review.show(proposal.replacement);
  await review.open();
  await review.settled();
  review.replacement = proposal.replacement;
  reviews.refresh();
}
