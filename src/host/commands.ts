import * as vscode from "vscode";
import type { CommandId, ContextKey } from "../contributions.ts";

/** Registers a command of ours. `handler` gets whatever VS Code passes: check it. */
export function registerCommand(id: CommandId, handler: (...args: unknown[]) => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(id, handler);
}

/** Runs a command of ours, as the palette does. */
export function runCommand(id: CommandId): Thenable<unknown> {
  return vscode.commands.executeCommand(id);
}

/** Shows a walkthrough in the editor area. @param id `publisher.name#id`, as VS Code knows it. */
export function openWalkthrough(id: string): Thenable<unknown> {
  return vscode.commands.executeCommand("workbench.action.openWalkthrough", id);
}

export function setContext(key: ContextKey, value: boolean): void {
  void vscode.commands.executeCommand("setContext", key, value);
}
