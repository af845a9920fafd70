import * as vscode from "vscode";
import { splitLines, surroundings, wholeLines, type LineRange } from "../../../core/codeContext.ts";
import { fitReplacement } from "../../../core/editsAnswer.ts";
import { placeOfCode, type CodePlace } from "../../../core/editsPlace.ts";
import type { CodeReviews } from "../../../core/services.ts";
import { lastEditor } from "../../../host/editors.ts";
import { t } from "../../../host/l10n.ts";
import { notify } from "../../../host/notify.ts";
import { filesOfTabs } from "../../../host/workspaceFiles.ts";
import { isReadOnly } from "../../../host/writable.ts";
import { insertCode } from "./insertCode.ts";
import { newFile } from "./newFile.ts";
import { filesAt } from "./places.ts";

export interface CodeToApply {
  readonly text: string;
  /** As the fence names it. */
  readonly language: string;
  /** A path that stood next to the code. */
  readonly hint?: string | undefined;
  /** Paths of the files that the conversation is about, the latest first. */
  readonly attached: readonly string[];
}

/** Shows the code of an answer as a change of the file that it is meant for. Nothing is written before the user accepts it. */
export async function applyCode(code: CodeToApply, reviews: CodeReviews): Promise<void> {
  const uri = await fileFor(code, reviews);
  if (uri) await applyTo(uri, code, reviews);
}

async function applyTo(uri: vscode.Uri, code: CodeToApply, reviews: CodeReviews): Promise<void> {
  const document = await vscode.workspace.openTextDocument(uri);
  const name = nameOf(uri);
  if (await isReadOnly(document)) {
    await notify("warning", t("{0} is read-only, so the code cannot be applied to it.", name), [asNewFile(code)]);
    return;
  }
  const before = splitLines(document.getText());
  const snippet = splitLines(code.text);
  const place = placeOfCode(snippet, before);
  const lines = linesOf(place, document);
  if (!lines) {
    await tellUnplaced(place, name, code);
    return;
  }
  const target = before.slice(lines.start, lines.end);
  const around = surroundings(before, lines, Infinity, Infinity);
  const replacement = fitReplacement(snippet, target, around.before, around.after);
  if (replacement.length === target.length && replacement.every((line, at) => line === target[at])) {
    await notify("information", t("{0} already has this code.", name));
    return;
  }
  await reviews.propose({
    document: document.uri.toString(),
    before,
    lines,
    replacement,
    again: () => applyTo(uri, code, reviews),
  });
}

/** What the user selected in the file settles what the text alone cannot. */
function linesOf(place: CodePlace, document: vscode.TextDocument): LineRange | undefined {
  if (place.kind === "whole") return { start: 0, end: document.lineCount };
  if (place.kind === "lines") return place.lines;
  const editor = vscode.window.visibleTextEditors.find((shown) => shown.document === document);
  if (place.reason === "elided" || !editor || editor.selection.isEmpty) return undefined;
  const { start, end } = editor.selection;
  return wholeLines(start.line, end.line, end.character);
}

async function tellUnplaced(place: CodePlace, name: string, code: CodeToApply): Promise<void> {
  const reason = place.kind === "unknown" ? place.reason : "not-found";
  const sentence =
    reason === "elided"
      ? t("This code leaves parts out, so applying it to {0} would delete them. Insert what you need instead.", name)
      : reason === "ambiguous"
        ? t(
            "This code could go to more than one place in {0}. Select the lines that it replaces, then apply again.",
            name,
          )
        : t(
            "It is not clear which lines of {0} this code replaces. Select them, then apply again, or insert it.",
            name,
          );
  await notify("information", sentence, [
    { label: t("Insert at cursor"), run: () => insertCode(code.text) },
    asNewFile(code),
  ]);
}

function asNewFile({ text, language }: CodeToApply) {
  return { label: t("New file"), run: () => newFile(text, language) };
}

/** The file that is named next to the code, else one of the conversation, else the one that is open, else what the user says. */
async function fileFor(code: CodeToApply, reviews: CodeReviews): Promise<vscode.Uri | undefined> {
  const { hint, attached } = code;
  if (hint !== undefined) {
    const named = await filesAt(hint);
    if (named.length > 0) return named.length === 1 ? named[0] : pick(named);
    const elsewhere = async () => {
      const uri = await pick(filesOfTabs());
      if (uri) await applyTo(uri, code, reviews);
    };
    await notify("information", t("{0} is not in the folder that is open.", hint), [
      asNewFile(code),
      { label: t("Choose file"), run: elsewhere },
    ]);
    return undefined;
  }
  const files: vscode.Uri[] = [];
  for (const path of attached) {
    const [uri, ...others] = await filesAt(path);
    if (uri && others.length === 0 && !files.some((known) => known.toString() === uri.toString())) files.push(uri);
  }
  if (files.length === 1) return files[0];
  const open = lastEditor()?.document;
  const current = open && (open.uri.scheme === "file" || open.isUntitled) ? open.uri : undefined;
  // Of several files of the conversation the one in front is meant.
  if (current && (files.length === 0 || files.some((uri) => uri.toString() === current.toString()))) return current;
  return pick(files.length > 0 ? files : filesOfTabs());
}

async function pick(files: readonly vscode.Uri[]): Promise<vscode.Uri | undefined> {
  if (files.length === 0) {
    await notify("information", t("Open the file that this code is meant for, then apply again."));
    return undefined;
  }
  const items = files.map((uri) => ({ label: nameOf(uri), description: vscode.workspace.asRelativePath(uri), uri }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: t("Apply code"),
    placeHolder: t("Which file is this code meant for?"),
    matchOnDescription: true,
  });
  return chosen?.uri;
}

function nameOf(uri: vscode.Uri): string {
  return uri.path.split("/").at(-1) ?? uri.path;
}
