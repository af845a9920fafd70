import * as vscode from "vscode";
import type { CommandId, ContextKey } from "../contributions.ts";

/** Registers a command of ours. `handler` gets whatever VS Code passes: check it. */
export function registerCommand(id: CommandId, handler: (...args: unknown[]) => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(id, handler);
}

export function setContext(key: ContextKey, value: boolean): void {
  void vscode.commands.executeCommand("setContext", key, value);
}
