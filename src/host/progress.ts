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
  return shown(title, begin(work));
}

/** Work of several steps shows nothing of a step that is over before this, in ms. */
const quick = 400;

/**
 * The same for one of several steps. VS Code shows three new messages within 0.8 s and drops the next, which would be what
 * the steps came to: a quick step has none.
 */
export async function withStepProgress<T>(title: string, work: (task: Task) => Promise<T>): Promise<T> {
  const running = begin(work);
  let over = false;
  const end = running.result.then(
    () => (over = true),
    () => (over = true),
  );
  const { promise: slow, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, quick);
  await Promise.race([end, slow]);
  clearTimeout(timer);
  return over ? running.result : shown(title, running);
}

interface Running<T> {
  readonly controller: AbortController;
  readonly started: number;
  readonly result: Promise<T>;
  line: string | (() => string);
  show: () => void;
}

function begin<T>(work: (task: Task) => Promise<T>): Running<T> {
  const controller = new AbortController();
  const task: Task = {
    signal: controller.signal,
    report(next) {
      running.line = next;
      running.show();
    },
  };
  const running: Running<T> = {
    controller,
    started: Date.now(),
    // Not before there is something to report to.
    result: Promise.resolve().then(() => work(task)),
    line: "",
    show() {},
  };
  return running;
}

function shown<T>(title: string, running: Running<T>): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: plainText(title), cancellable: true },
    async (progress, token) => {
      const cancelled = token.onCancellationRequested(() => running.controller.abort());
      running.show = () => {
        const { line, started } = running;
        const seconds = Math.round((Date.now() - started) / 1000);
        const text = plainText(typeof line === "string" ? line : line()).replace(/[.。]$/, "");
        progress.report({ message: [text, t("{0} s", seconds)].filter(Boolean).join(" · ") });
      };
      if (running.line !== "") running.show();
      const timer = setInterval(running.show, 1000);
      try {
        return await running.result;
      } finally {
        clearInterval(timer);
        cancelled.dispose();
      }
    },
  );
}
