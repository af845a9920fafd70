import * as vscode from "vscode";
import { needsConfirmation, terminalText } from "../../../core/terminalText.ts";
import { t } from "../../../host/l10n.ts";
import { confirm, notify } from "../../../host/notify.ts";
import { isRestricted, tellRestricted } from "../../../host/trust.ts";
import { newFile } from "./newFile.ts";

/** A terminal of its own: what runs in another may be a program that takes the text for input. */
const terminalName = "GLM";

/** Runs the commands of a code block after the user's click. What the block did not show at one glance is shown first. */
export async function runInTerminal(code: string): Promise<void> {
  if (isRestricted()) {
    await tellRestricted(
      t("This folder is in Restricted Mode, so nothing was run. Trust the folder, then run the command again."),
    );
    return;
  }
  const found = terminalText(code);
  if (found.kind === "empty") return notify("information", t("This code block has no command to run."));
  if (found.kind === "hidden-characters") {
    await notify(
      "warning",
      t(
        "This code block has hidden characters that a terminal would obey, so nothing was run. Type the command yourself.",
      ),
    );
    return;
  }
  if (found.kind === "too-long") {
    await notify(
      "information",
      t("This is a script rather than a command. Open it as a file and look at it before it runs."),
      [{ label: t("New file"), run: () => newFile(code, "bash") }],
    );
    return;
  }
  const { lines } = found;
  if (needsConfirmation(lines)) {
    const question =
      lines.length === 1
        ? t("Run this command in the terminal?")
        : t("Run these {0} lines in the terminal?", lines.length);
    if (!(await confirm(question, lines.join("\n"), t("Run")))) return;
  }
  const terminal =
    vscode.window.terminals.find(({ name, exitStatus }) => name === terminalName && exitStatus === undefined) ??
    vscode.window.createTerminal({ name: terminalName });
  terminal.show();
  terminal.sendText(lines.join("\n"), true);
}
