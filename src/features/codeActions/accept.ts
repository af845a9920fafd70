import * as vscode from "vscode";
import { splitLines, type LineRange } from "../../core/codeContext.ts";
import { lineHunks, textEdits } from "../../core/edits.ts";
import { isSensitivePath } from "../../core/editsGuard.ts";
import { rangeToAskAgain, rebaseRange } from "../../core/editsRebase.ts";
import { t } from "../../host/l10n.ts";
import { confirm, notify } from "../../host/notify.ts";
import { tellRestricted, waitsForTrust } from "../../host/trust.ts";
import { isOutsideWorkspace, pathsBehind } from "../../host/writable.ts";
import type { Review } from "./reviews.ts";
import { nameOf, pathOf } from "./target.ts";

/**
 * Writes a reviewed fix into the document as it is now, as one undo step that is not saved. Writes nothing when the
 * lines in question changed since the fix was asked for.
 */
export async function accept(
  review: Review,
  fixAgain: (document: vscode.TextDocument, lines: LineRange) => unknown,
): Promise<void> {
  const { target, replacement } = review;
  if (!replacement) {
    await notify("information", t("The fix is not complete, so it cannot be accepted."));
    return;
  }
  const { before, lines } = target;
  const name = nameOf(target.document);
  const document = await reopen(target.document);
  if (!document) {
    await notify("warning", t("{0} is no longer there, so nothing was written.", name));
    return;
  }
  if (await waitsForTrust(document.uri)) {
    await tellRestricted(
      review.again
        ? t(
            "This folder is in Restricted Mode, so the change to {0} is not written. Trust the folder, then accept again: the diff stays open.",
            name,
          )
        : t(
            "This folder is in Restricted Mode, so the fix for {0} is not written. Trust the folder, then accept again: the diff stays open.",
            name,
          ),
    );
    return;
  }
  if (!(await mayWrite(document))) return;

  const now = splitLines(document.getText());
  const place = rebaseRange(before, lines, now);
  if (!place && review.again) {
    await tellOutdated(review, review.again, name);
    return;
  }
  if (!place) {
    await notify("warning", t("The code in {0} changed after the fix was asked for, so nothing was written.", name), [
      {
        label: t("Fix again"),
        run: async () => {
          await review.close();
          const current = await reopen(target.document);
          if (current) await fixAgain(current, rangeToAskAgain(before, lines, splitLines(current.getText())));
        },
      },
    ]);
    return;
  }

  const hunks = lineHunks(now.slice(place.start, place.end), replacement);
  const eol = document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n";
  const edit = new vscode.WorkspaceEdit();
  for (const item of textEdits(
    now,
    hunks.map((hunk) => ({ ...hunk, start: hunk.start + place.start })),
    eol,
  )) {
    const range = new vscode.Range(item.startLine, item.startCharacter, item.endLine, item.endCharacter);
    edit.replace(document.uri, range, item.text);
  }
  if (!(await vscode.workspace.applyEdit(edit))) {
    await notify(
      "warning",
      t("VS Code did not accept the change to {0}. Check that the file can be edited, then accept again.", name),
    );
    return;
  }
  await closeAndShow(review, document, place.start + (hunks[0]?.start ?? 0));
}

async function tellOutdated(review: Review, again: () => Promise<void>, name: string): Promise<void> {
  await notify("warning", t("{0} changed after this change was proposed, so nothing was written.", name), [
    {
      label: t("Apply again"),
      run: async () => {
        await review.close();
        await again();
      },
    },
  ]);
}

/** Closes the diff; the document itself is not touched. */
export async function reject(review: Review): Promise<void> {
  const document = await reopen(review.target.document);
  if (document) await closeAndShow(review, document, review.target.lines.start);
  else await review.close();
}

/** The document as VS Code has it now; an untitled one that was closed is gone for good. */
async function reopen(document: vscode.TextDocument): Promise<vscode.TextDocument | undefined> {
  if (!document.isClosed) return document;
  if (document.isUntitled) return undefined;
  try {
    return await vscode.workspace.openTextDocument(document.uri);
  } catch {
    return undefined;
  }
}

async function mayWrite(document: vscode.TextDocument): Promise<boolean> {
  if (document.isUntitled) return true;
  const path = pathOf(document);
  const title = t("Write this change to {0}?", path);
  if ((await pathsBehind(document.uri)).some(isSensitivePath)) {
    return confirm(
      title,
      t("Tools may run what this file says, or read it as instructions. Check every line of the change first."),
      t("Write change"),
    );
  }
  if (await isOutsideWorkspace(document.uri)) {
    return confirm(title, t("This file is outside the folder that is open."), t("Write change"));
  }
  return true;
}

async function closeAndShow(review: Review, document: vscode.TextDocument, line: number): Promise<void> {
  const column = await review.close();
  const tab = vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .find(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === document.uri.toString());
  const at = new vscode.Range(line, 0, line, 0);
  const viewColumn = tab?.group.viewColumn ?? column;
  await vscode.window.showTextDocument(document, viewColumn ? { viewColumn, selection: at } : { selection: at });
}
