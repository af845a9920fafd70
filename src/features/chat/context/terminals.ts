import * as vscode from "vscode";
import { shortenedFront } from "../../../core/contextLimits.ts";
import { t } from "../../../host/l10n.ts";
import { notify } from "../../../host/notify.ts";
import { pickOne } from "../../../host/quickPick.ts";
import type { CommandRun, TerminalRecorder } from "../../../host/terminal.ts";
import { attachmentOf, type Content, type DraftItem } from "./draftItem.ts";
import type { Source } from "./source.ts";

/** The last command of a terminal with its output. */
export function terminalSource(recorder: TerminalRecorder): Source {
  return {
    icon: "terminal",
    label: t("Terminal output"),
    isThere: () => vscode.window.terminals.length > 0,
    get detail() {
      const { front } = recorder;
      return (front && recorder.lastRun(front)?.command) ?? "";
    },
    async read() {
      const known = recorder.terminals.flatMap((terminal) => {
        const run = recorder.lastRun(terminal);
        return run ? [{ terminal, run }] : [];
      });
      if (known.length === 0) {
        void notify("information", whyNone(recorder));
        return [];
      }
      const entries = known.map(({ terminal, run }) => ({
        label: run.command,
        icon: "terminal",
        description: terminal.name,
        value: { terminal, run },
      }));
      const chosen =
        known.length > 1 ? await pickOne(entries, t("Choose the command whose output to attach")) : known[0];
      if (!chosen) return [];
      if (chosen.run.missed) tellMissed(chosen.run.command);
      return [runItem(chosen.terminal, chosen.run)];
    },
  };
}

/** Only a shell that tells where a command begins can be read, and only from then on when somebody listened. */
function whyNone({ front }: TerminalRecorder): string {
  return front?.shellIntegration
    ? t("What ran before the chat was opened cannot be read. Run the command again, or paste its output here.")
    : t(
        "This terminal's shell does not tell VS Code where a command begins, so its output cannot be read. Paste it here.",
      );
}

/** Whether there was something to pass on cannot be known. The command and its exit code may say enough. */
function tellMissed(command: string): void {
  void notify(
    "information",
    t("VS Code passed on no output of {0}. If it printed something, run it again, or paste it here.", command),
  );
}

/** Of one moment: what comes later is another output. */
function runItem(terminal: vscode.Terminal, run: CommandRun): DraftItem {
  const { text, lines } = shortenedFront(run.output);
  const state = run.running
    ? t("still running")
    : run.exitCode === undefined
      ? undefined
      : t("exit code {0}", run.exitCode);
  const notes = [
    terminal.name,
    ...(state === undefined ? [] : [state]),
    ...(lines ? [t("the last {0} of {1} lines", lines.kept, lines.of)] : []),
  ];
  const content: Content = {
    kind: "terminal",
    label: run.command.split("\n", 1)[0]?.slice(0, 80) || terminal.name,
    detail: notes.join(" · "),
    language: "console",
    text: `$ ${run.command}\n${text}`,
  };
  return { key: () => `terminal:${terminal.name}:${run.command}`, attachment: attachmentOf(content) };
}
