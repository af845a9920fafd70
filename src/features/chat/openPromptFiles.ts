import * as vscode from "vscode";
import { isBuiltIn, isCommandName } from "../../core/slashCommands.ts";
import { promptFileProblemText, promptFileTemplate } from "../../core/slashPromptFile.ts";
import { t } from "../../host/l10n.ts";
import type { Log } from "../../host/log.ts";
import { notify } from "../../host/notify.ts";
import { plainLabel } from "../../host/plainText.ts";
import { writeNewFile } from "../../host/saveFile.ts";
import { isRestricted, tellRestricted } from "../../host/trust.ts";
import type { FoundPrompt, PromptFiles, PromptOrigin } from "./slashPromptFiles.ts";

interface Item extends vscode.QuickPickItem {
  run?(): Promise<void>;
}

/** "GLM: Open Prompt Files…": the user's own commands, with what is wrong with them, and ways to write another. */
export async function openPromptFiles(prompts: PromptFiles, log: Log): Promise<void> {
  const found = await prompts.all();
  const chosen = await vscode.window.showQuickPick<Item>(
    [
      ...newItems(prompts, log),
      ...group(t("This workspace"), found, "workspace"),
      ...group(t("All workspaces"), found, "user"),
    ],
    { title: t("Prompt files"), placeHolder: t("Each file is a command of the chat, named after the file") },
  );
  await chosen?.run?.();
}

function newItems(prompts: PromptFiles, log: Log): Item[] {
  const folder = prompts.folderOf("workspace");
  const make = (origin: PromptOrigin) => () => create(origin, prompts, log);
  return [
    ...(folder
      ? [
          {
            label: t("New for this workspace…"),
            iconPath: icon("add"),
            detail: folderName(folder),
            run: make("workspace"),
          },
        ]
      : []),
    { label: t("New for all workspaces…"), iconPath: icon("add"), run: make("user") },
    ...(hasDesktop()
      ? [
          {
            label: t("Show the folder for all workspaces"),
            iconPath: icon("folder-opened"),
            run: () => reveal(prompts),
          },
        ]
      : []),
  ];
}

/** Whether the files of this extension lie where the user's own file manager can show them. */
function hasDesktop(): boolean {
  return vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined;
}

function icon(name: string): vscode.ThemeIcon {
  return new vscode.ThemeIcon(name);
}

function folderName(folder: vscode.Uri): string {
  return vscode.workspace.asRelativePath(folder);
}

function group(label: string, found: readonly FoundPrompt[], origin: PromptOrigin): Item[] {
  const items = found.filter((each) => each.origin === origin).map(itemOf);
  return items.length === 0 ? [] : [{ label, kind: vscode.QuickPickItemKind.Separator }, ...items];
}

function itemOf({ name, uri, content }: FoundPrompt): Item {
  const bad = typeof content === "string";
  return {
    label: plainLabel(`/${name}`, 60),
    iconPath: icon(bad ? "warning" : "file"),
    detail: plainLabel(bad ? promptFileProblemText(content, name, t) : content.description),
    run: async () => {
      await vscode.window.showTextDocument(uri, { preview: false });
    },
  };
}

async function create(origin: PromptOrigin, prompts: PromptFiles, log: Log): Promise<void> {
  const folder = prompts.folderOf(origin);
  if (!folder) return;
  if (origin === "workspace" && isRestricted()) {
    return tellRestricted(
      t("This folder is in Restricted Mode, so no file was made. Trust the folder, then try again."),
    );
  }
  const taken = new Set(
    (await prompts.all()).filter((each) => each.origin === origin).map(({ name }) => name.toLowerCase()),
  );
  const name = await vscode.window.showInputBox({
    title: t("New prompt file"),
    prompt: t("Name of the command, without the slash"),
    placeHolder: "standup",
    validateInput: (value) => (value === "" ? undefined : nameProblem(value.trim().toLowerCase(), taken)),
  });
  const wanted = name?.trim().toLowerCase() ?? "";
  if (wanted === "") return;
  try {
    const bytes = new TextEncoder().encode(promptFileTemplate(t));
    const uri = await writeNewFile(folder, () => `${wanted}.md`, bytes);
    await vscode.window.showTextDocument(uri, { preview: false });
  } catch (error) {
    log.warn(`a prompt file could not be made: ${error instanceof Error ? error.message : typeof error}`);
    await notify("warning", t("The file could not be made; the folder may be read-only or full. The log says more."));
  }
}

function nameProblem(name: string, taken: ReadonlySet<string>): string | undefined {
  if (!isCommandName(name)) return t("A command consists of letters, digits, - and _.");
  if (isBuiltIn(name)) return t("/{0} is built in. Choose another name.", name);
  return taken.has(name) ? t("There is a file of this name already. Choose another one.") : undefined;
}

async function reveal(prompts: PromptFiles): Promise<void> {
  const folder = prompts.folderOf("user");
  if (!folder) return;
  await vscode.workspace.fs.createDirectory(folder);
  await vscode.commands.executeCommand("revealFileInOS", folder);
}
