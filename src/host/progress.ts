import * as vscode from "vscode";
import { t } from "./l10n.ts";
import { plainText } from "./plainText.ts";

export interface Task {
  readonly signal: AbortSignal;
  /** Replaces the line after the title. One that changes with time is given as a function. */
  report(line: string | (() => string)): void;
}

/**
 * Runs `work` behind a notification that counts the seconds and has Cancel. Cancel aborts the signal at once; the
 * promise then settles as `work` does.
 */
export function withProgress<T>(title: string, work: (task: Task) => Promise<T>): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: plainText(title), cancellable: true },
    async (progress, token) => {
      const controller = new AbortController();
      const cancelled = token.onCancellationRequested(() => controller.abort());
      const started = Date.now();
      let line: string | (() => string) = "";
      const show = () => {
        const seconds = Math.round((Date.now() - started) / 1000);
        const text = plainText(typeof line === "string" ? line : line()).replace(/[.。]$/, "");
        progress.report({ message: [text, t("{0} s", seconds)].filter(Boolean).join(" · ") });
      };
      const timer = setInterval(show, 1000);
      try {
        return await work({
          signal: controller.signal,
          report(next) {
            line = next;
            show();
          },
        });
      } finally {
        clearInterval(timer);
        cancelled.dispose();
      }
    },
  );
}
