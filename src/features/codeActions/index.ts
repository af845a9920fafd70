import type * as vscode from "vscode";
import { commands } from "../../contributions.ts";
import type { CodeReviews } from "../../core/services.ts";
import { registerCommand } from "../../host/commands.ts";
import { Disposables } from "../../host/disposables.ts";
import { registerProposalDocuments } from "../../host/proposals.ts";
import type { Controller } from "./controller.ts";
import type { CodeActionDeps } from "./deps.ts";
import { registerLightbulb } from "./lightbulb.ts";

/** Explain and Fix: commands, lightbulb entries and the documents behind the diff. */
export function registerCodeActions(deps: CodeActionDeps): vscode.Disposable & CodeReviews {
  const owned = new Disposables();
  const documents = owned.add(registerProposalDocuments());
  let loading: Promise<Controller> | undefined;
  const load = async () => {
    const { createController } = await import("./controller.ts");
    return owned.add(createController(deps, documents));
  };
  const controller = () => (loading ??= load());

  owned.add(registerLightbulb());
  owned.add(registerCommand(commands.explain, async (...args) => (await controller()).explain(args)));
  owned.add(registerCommand(commands.fix, async (...args) => (await controller()).fix(args)));
  owned.add(registerCommand(commands.fixAccept, async (...args) => (await controller()).accept(args)));
  owned.add(registerCommand(commands.fixReject, async (...args) => (await controller()).reject(args)));
  return {
    propose: async (proposal) => (await controller()).propose(proposal),
    dispose: () => owned.dispose(),
  };
}
