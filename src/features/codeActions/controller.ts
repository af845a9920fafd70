import * as vscode from "vscode";
import { schemes } from "../../contributions.ts";
import type { CodeReviews, KeptFiles } from "../../core/services.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { activeProposal, closeProposal, type ProposalDocuments } from "../../host/proposals.ts";
import { accept, reject } from "./accept.ts";
import type { CodeActionDeps } from "./deps.ts";
import { explain } from "./explain.ts";
import { propose } from "./propose.ts";
import { Reviews, type Review } from "./reviews.ts";
import { startFix } from "./startFix.ts";
import { findTarget, nameOf, placeOf, targetOfLines, type CodeTarget } from "./target.ts";

/** What the commands do. Arguments are those of the command: from a menu, the lightbulb or another extension. */
export interface Controller extends vscode.Disposable, CodeReviews {
  explain(args: readonly unknown[]): Promise<void>;
  fix(args: readonly unknown[]): Promise<void>;
  accept(args: readonly unknown[]): Promise<void>;
  reject(args: readonly unknown[]): Promise<void>;
}

export function createController(deps: CodeActionDeps, documents: ProposalDocuments): Controller {
  const reviews = new Reviews(documents);

  /** Runs a command's work; whatever goes wrong becomes words. */
  const guarded = async (work: () => Promise<void>, retry: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      await deps.problems.show(error, retry);
    }
  };

  const withReview = async (args: readonly unknown[], use: (review: Review) => Promise<void>) => {
    const after = proposalFrom(args[0]);
    const review = reviews.find(after);
    if (review) {
      await use(review);
      return;
    }
    // Left over from before VS Code restarted its extensions: its text is gone.
    if (after) await closeProposal(after);
    await notify("information", t("There is no proposed fix in this editor. Ask for a fix first."));
  };

  const explainTarget = (target: CodeTarget) => explain(target, deps.chat);
  const fixTarget = (target: CodeTarget): Promise<void> => startFix(target, deps, reviews, explainTarget);

  const controller: Controller = {
    explain: (args) =>
      guarded(
        () => withTarget(args, deps.kept, explainTarget),
        () => controller.explain(args),
      ),
    fix: (args) =>
      guarded(
        () => withTarget(args, deps.kept, fixTarget),
        () => controller.fix(args),
      ),
    accept: (args) =>
      guarded(
        () =>
          withReview(args, (review) => accept(review, (document, lines) => fixTarget(targetOfLines(document, lines)))),
        () => controller.accept(args),
      ),
    reject: (args) =>
      guarded(
        () => withReview(args, reject),
        () => controller.reject(args),
      ),
    propose: (proposal) => propose(proposal, reviews),
    dispose: () => reviews.dispose(),
  };
  return controller;
}

/** A title button says which diff it belongs to; it may be in a group without the focus. A key means the active one. */
function proposalFrom(argument: unknown): vscode.Uri | undefined {
  return argument instanceof vscode.Uri && argument.scheme === schemes.proposal ? argument : activeProposal();
}

async function withTarget(
  args: readonly unknown[],
  kept: KeptFiles,
  use: (target: CodeTarget) => Promise<void>,
): Promise<void> {
  const place = await placeOf(args);
  if (!place) {
    await notify("information", t("Open a file and put the cursor on the code first."));
    return;
  }
  if (await kept.refuse(place.document.uri.toString())) return;
  const target = await findTarget(place);
  if (target) await use(target);
  else {
    await notify("information", t("{0} is empty. Write or paste some code first.", nameOf(place.document)));
  }
}
