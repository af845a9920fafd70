import * as vscode from "vscode";

export interface Log extends vscode.Disposable {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  show(): void;
}

/**
 * The one output channel. Made on first use, so that activation does not pay for it. `redact` is applied to every line:
 * keys, tokens and data URIs never reach the disk.
 */
export function createLog(redact: (text: string) => string): Log {
  let channel: vscode.LogOutputChannel | undefined;
  const open = () => (channel ??= vscode.window.createOutputChannel("GLM Sidekick", { log: true }));
  return {
    info: (message) => open().info(redact(message)),
    warn: (message) => open().warn(redact(message)),
    error: (message) => open().error(redact(message)),
    show: () => open().show(),
    dispose: () => channel?.dispose(),
  };
}
