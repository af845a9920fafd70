import * as vscode from "vscode";
import { plainLabel } from "./plainText.ts";

export interface PickEntry<T> {
  readonly label: string;
  /** Name of a codicon. */
  readonly icon: string;
  readonly description?: string;
  readonly value: T;
}

/** Lets the user choose one of a list; undefined on Escape. */
export async function pickOne<T>(
  entries: readonly PickEntry<T>[] | Promise<readonly PickEntry<T>[]>,
  placeHolder: string,
): Promise<T | undefined> {
  const items = Promise.resolve(entries).then((all) => all.map(itemOf));
  return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true }))?.value;
}

/** Lets the user choose any number of a list; undefined on Escape. */
export async function pickMany<T>(
  entries: readonly PickEntry<T>[] | Promise<readonly PickEntry<T>[]>,
  placeHolder: string,
): Promise<readonly T[] | undefined> {
  const items = Promise.resolve(entries).then((all) => all.map(itemOf));
  const options = { placeHolder, matchOnDescription: true, canPickMany: true } as const;
  return (await vscode.window.showQuickPick(items, options))?.map(({ value }) => value);
}

function itemOf<T>({ label, icon, description, value }: PickEntry<T>): vscode.QuickPickItem & { readonly value: T } {
  const item = { label: plainLabel(label), iconPath: new vscode.ThemeIcon(icon), value };
  return description === undefined ? item : { ...item, description: plainLabel(description) };
}
