import type * as vscode from "vscode";
import { commands } from "../../contributions.ts";
import { registerCommand } from "../../host/commands.ts";
import type { DiagnoseDeps } from "./run.ts";

/** The command that examines the way to the service. One run at a time: a second call joins the first. */
export function registerDiagnose(deps: DiagnoseDeps): vscode.Disposable {
  let running: Promise<void> | undefined;
  const start = async () => (await import("./run.ts")).diagnose(deps);
  return registerCommand(commands.diagnose, () => {
    running ??= start().finally(() => {
      running = undefined;
    });
    return running;
  });
}
