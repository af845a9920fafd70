import { join } from "node:path";
import type { Locator } from "playwright-core";
import { until, type VSCodeSession } from "./vscode.ts";

/** A text document as the extension host has it. */
export type DocumentFacts = { text: string; dirty: boolean; eol: "\n" | "\r\n"; version: number };

/** What to select; lines count from 1, as the editor shows them. */
export type Where = { lines: readonly [number, number] } | { line: number; column?: number };

/** Path of a file of the opened folder. @throws without a folder. */
export function fileIn(session: VSCodeSession, name: string): string {
  if (session.workspace === undefined) throw new Error("no folder is open");
  return join(session.workspace, name);
}

/** Shows a file in an editor that has the focus. */
export async function openFile(session: VSCodeSession, path: string, where: Where = { line: 1 }): Promise<void> {
  await session.host(`await vscode.window.showTextDocument(vscode.Uri.file(args), { preview: false })`, path);
  await session.page.locator(".editor-instance .monaco-editor.focused").waitFor();
  await select(session, where);
}

/** Shows an unsaved document with this text; returns its name in the tab. */
export async function openUntitled(
  session: VSCodeSession,
  content: string,
  language: string,
  where: Where = { line: 1 },
): Promise<string> {
  const name = await session.host<string>(
    `const document = await vscode.workspace.openTextDocument(args)
     await vscode.window.showTextDocument(document, { preview: false })
     return document.uri.path`,
    { content, language },
  );
  await select(session, where);
  return name;
}

/** Selects in the active editor and waits until the page shows it, so that the next key or click finds it. */
async function select(session: VSCodeSession, where: Where): Promise<void> {
  const label = await session.host<string>(
    `const editor = vscode.window.activeTextEditor
     const [from, to] = args.lines ?? [args.line, args.line]
     const end = editor.document.lineAt(to - 1).range.end
     const at = new vscode.Position(from - 1, args.lines ? 0 : (args.column ?? 1) - 1)
     editor.selection = args.lines ? new vscode.Selection(at, end) : new vscode.Selection(at, at)
     editor.revealRange(editor.selection)
     return (args.lines ? "Ln " + to + ", Col " + (end.character + 1) + " (" : "Ln " + from + ", Col " + (at.character + 1))`,
    where,
  );
  await session.page.locator(".statusbar-item", { hasText: label }).waitFor();
  await editorLines(session).first().waitFor();
}

/** Visible lines of ordinary text editors; those of a diff are not among them. */
export function editorLines({ page }: VSCodeSession): Locator {
  return page.locator(".editor-instance .monaco-editor:not(.modified-in-monaco-diff-editor) .view-line");
}

/** A document that is open in the host, by path or by name when it is unsaved. */
export async function documentOf(session: VSCodeSession, path: string): Promise<DocumentFacts> {
  return session.host<DocumentFacts>(
    `const document = vscode.workspace.textDocuments.find(({ uri }) => uri.path === args && /^(file|untitled)$/.test(uri.scheme))
     if (!document) throw new Error("not open: " + args)
     const eol = document.eol === vscode.EndOfLine.CRLF ? "\\r\\n" : "\\n"
     return { text: document.getText(), dirty: document.isDirty, eol, version: document.version }`,
    path,
  );
}

/** Waits until the document has this text; then says what is known of it. */
export async function documentWith(session: VSCodeSession, path: string, text: string): Promise<DocumentFacts> {
  let found = await documentOf(session, path);
  await until(
    async () => (found = await documentOf(session, path)).text === text,
    `the text of ${path} to be\n${text}`,
    10_000,
  ).catch((error: unknown) => {
    throw new Error(`${String(error)}\nbut it is\n${found.text}`);
  });
  return found;
}

/** Changes a document as another editor or extension would: replaces `from` by `to` once. */
export async function replaceIn(session: VSCodeSession, path: string, from: string, to: string): Promise<void> {
  await session.host(
    `const document = await vscode.workspace.openTextDocument(vscode.Uri.file(args.path))
     const at = document.getText().indexOf(args.from)
     if (at < 0) throw new Error("not in the document: " + args.from)
     const edit = new vscode.WorkspaceEdit()
     const range = new vscode.Range(document.positionAt(at), document.positionAt(at + args.from.length))
     edit.replace(document.uri, range, args.to)
     if (!(await vscode.workspace.applyEdit(edit))) throw new Error("VS Code refused the edit")`,
    { path, from, to },
  );
}

/** Opens the menu of the right mouse button on `target` and picks an entry, going through submenus. */
export async function pickFromMenu(session: VSCodeSession, target: Locator, ...names: string[]): Promise<void> {
  await openMenu(session, target, ...names);
  await pickOpen(session, names.at(-1) ?? "");
}

/** The same without picking: the last entry is visible. */
export async function openMenu({ page }: VSCodeSession, target: Locator, ...names: string[]): Promise<void> {
  await target.click({ button: "right", position: { x: 60, y: 8 } });
  for (const name of names.slice(0, -1)) await page.getByRole("menuitem", { name, exact: true }).hover();
  const last = page.getByRole("menuitem", { name: names.at(-1) ?? "", exact: true });
  await last.waitFor();
  await page.locator(".context-view").first().evaluate(stand, ".context-view");
}

/** Picks an entry of the menu that is open. A menu ignores presses in its first 100 ms: pressed until it goes. */
export async function pickOpen({ page }: VSCodeSession, name: string): Promise<void> {
  const item = page.getByRole("menuitem", { name, exact: true });
  await until(async () => !(await item.isVisible()) || pressAway(item), `the menu to take ${name}`);
}

/** Clicks, and tells whether that made the element go, which takes a moment: a second click would wait for its return. */
async function pressAway(element: Locator): Promise<boolean> {
  await element.click({ timeout: 2000 }).catch(() => undefined);
  return element.waitFor({ state: "hidden", timeout: 1000 }).then(
    () => true,
    () => false,
  );
}

/** Opens the lightbulb's menu at the cursor; the returned locator is its entry with this name. */
export async function openLightbulb({ page }: VSCodeSession, entry: string): Promise<Locator> {
  const row = page.locator(".action-widget .monaco-list-row.action", { hasText: entry });
  await until(async () => {
    await page.keyboard.press("Control+.");
    return row
      .waitFor({ timeout: 5000 })
      .then(() => true)
      .catch(() => false);
  }, `the lightbulb to offer ${entry}`);
  return row;
}

/** A button in the title of the active editor, by the name of its command. */
export function titleButton({ page }: VSCodeSession, name: string): Locator {
  return page.locator(`.editor-group-container.active .editor-actions .action-label[aria-label^="${name}"]`);
}

/** Left or right side of the diff in front. */
export function diffSide({ page }: VSCodeSession, side: "original" | "modified"): Locator {
  return page.locator(`.monaco-diff-editor .editor.${side}`);
}

/** The progress notification with this title. */
export function progressToast({ page }: VSCodeSession, title: string): Locator {
  return page.locator(".notification-toast", { hasText: title });
}

/** Presses Cancel of a progress notification. VS Code's own words stay English in every locale of the tests. */
export async function cancelProgress(session: VSCodeSession, title: string): Promise<void> {
  await progressToast(session, title).getByRole("button", { name: "Cancel", exact: true }).click();
  await progressToast(session, title).waitFor({ state: "detached" });
}

/** Ends what a test left behind: menus, boxes, messages, scenarios, editors with their unsaved text. */
export async function cleanUp(session: VSCodeSession): Promise<void> {
  session.simulator.setScenario(undefined);
  await session.host(
    `await vscode.commands.executeCommand("workbench.action.closeQuickOpen")
     await vscode.commands.executeCommand("notifications.clearAll")
     for (let left = 30; left > 0 && vscode.window.tabGroups.all.some(({ tabs }) => tabs.length > 0); left--)
       await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor")
     await vscode.commands.executeCommand("workbench.action.closeAllEditors")`,
  );
  await session.page.locator(".notification-toast").first().waitFor({ state: "detached" });
  session.simulator.reset();
}

/** Waits until a message or quick input stands still, as it fades in: a picture of it would otherwise be a shadow. */
export async function settled(message: Locator): Promise<void> {
  await message.waitFor();
  await message.evaluate(stand, ".notifications-toasts, .quick-input-widget");
}

async function stand(element: Element, around: string): Promise<void> {
  const all = (element.closest(around) ?? element).getAnimations({ subtree: true });
  await Promise.allSettled(
    all.filter(({ effect }) => effect?.getTiming().iterations !== Infinity).map(({ finished }) => finished),
  );
}

/**
 * Types a path into VS Code's own file dialog, and presses its button until it goes. The dialog reads folders meanwhile, and then
 * fills in a path of its own, over what was typed.
 */
export async function answerFileDialog({ page }: VSCodeSession, path: string, button: string): Promise<void> {
  const widget = page.locator(".quick-input-widget");
  const accept = widget.getByRole("button", { name: button, exact: true });
  const input = widget.locator("input").first();
  const reading = widget.locator(".monaco-progress-container.active");
  await accept.waitFor();
  await until(async () => (await input.inputValue()) !== "", "the dialog's own folder");
  await until(async () => {
    if (!(await accept.isVisible())) return true;
    if ((await reading.count()) > 0) return false;
    if ((await input.inputValue()) === path) return pressAway(accept);
    await input.fill(path);
    return false;
  }, `the dialog to take ${path}`);
}
