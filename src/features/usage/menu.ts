import * as vscode from "vscode";
import { commands, type CommandId } from "../../contributions.ts";
import { t } from "../../host/l10n.ts";
import { withoutIcons } from "../../host/plainText.ts";
import type { UsageDeps } from "./index.ts";
import type { Monitor } from "./monitor.ts";

interface Entry extends vscode.QuickPickItem {
  readonly command: CommandId;
}

/** What one may want of the item in the status bar, with what is in force now. */
export async function openMenu({ connections, problems }: UsageDeps, monitor: Monitor): Promise<void> {
  const endpoint = connections.endpoint();
  const ready = await connections.isReady();
  const chosen = await vscode.window.showQuickPick(
    [
      entry(commands.selectModel, "symbol-misc", problems.actionLabel("choose-model"), monitor.words()?.model),
      entry(commands.selectPlatform, "server", problems.actionLabel("choose-platform"), connections.platformName()),
      entry(commands.showUsage, "graph", problems.actionLabel("show-usage"), monitor.words()?.share),
      entry(commands.diagnose, "pulse", t("Diagnose connection")),
      entry(
        commands.setApiKey,
        "key",
        problems.actionLabel("set-key"),
        endpoint && ready ? new URL(endpoint.baseUrl).host : t("not set"),
      ),
      entry(commands.openSettings, "settings-gear", t("Open settings")),
    ],
    { title: "GLM", placeHolder: t("Choose what to do") },
  );
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}

function entry(command: CommandId, icon: string, label: string, description = ""): Entry {
  return { command, label, description: withoutIcons(description), iconPath: new vscode.ThemeIcon(icon) };
}
