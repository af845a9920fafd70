import * as vscode from "vscode";
import { lineLabel, wholeLines } from "../../../core/codeContext.ts";
import { shortened } from "../../../core/contextLimits.ts";
import { afterChanges, refound, type TextSpan } from "../../../core/contextRange.ts";
import { lastEditor } from "../../../host/editors.ts";
import { t } from "../../../host/l10n.ts";
import { notify } from "../../../host/notify.ts";
import { fileName } from "../../../host/pickFile.ts";
import { openDocument, shownPath } from "../../../host/workspaceFiles.ts";
import { attachmentOf, type Content, type DraftItem } from "./draftItem.ts";
import { isRefused } from "./ignored.ts";
import type { Source } from "./source.ts";

/** What is selected in the editor used last. */
export function selectionSource(): Source {
  return {
    icon: "list-selection",
    label: t("Selection"),
    isThere: () => selected() !== undefined,
    get detail() {
      const found = selected();
      return found === undefined ? "" : labelOf(found.document, found.selection);
    },
    async read() {
      const found = selected();
      if (found) return rangeItems(found.document, found.selection, "selection");
      void notify("information", t("Select some text in an editor first. It then goes with your next message."));
      return [];
    },
  };
}

export function selected(): vscode.TextEditor | undefined {
  const editor = lastEditor();
  return editor && editor.document.getText(editor.selection).trim() !== "" ? editor : undefined;
}

/**
 * A part of a document. It keeps to the same code while the document is edited, and is read again when the message is sent. Was
 * it closed and changed meanwhile, its text is looked for; where it is gone, what was chosen is sent.
 */
export async function rangeItems(
  document: vscode.TextDocument,
  range: vscode.Range,
  kind: "selection" | "symbol",
  name?: string,
): Promise<readonly DraftItem[]> {
  const { uri } = document;
  if (await isRefused(uri)) return [];
  let span: TextSpan = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
  // What the span was last known to be right for.
  let seen = { document, version: document.version };
  const read = (now: vscode.TextDocument): Content => {
    const at = new vscode.Range(now.positionAt(span.start), now.positionAt(span.end));
    const { text, lines: cut } = shortened(now.getText(at));
    const lines = labelOf(now, at);
    const path = `${shownPath(uri)}:${lines.slice(lines.lastIndexOf(":") + 1)}`;
    const notes = [
      ...(cut ? [t("the first {0} of {1} lines", cut.kept, cut.of)] : []),
      ...(now.isDirty && !now.isUntitled ? [t("with unsaved changes")] : []),
    ];
    return {
      kind,
      label: name ?? lines,
      detail: [path, ...notes].join(" · "),
      language: now.languageId,
      text,
    };
  };
  let content = read(document);
  return [
    {
      key: () => `range:${uri.toString()}:${span.start}-${span.end}`,
      attachment: attachmentOf(content, uri.path),
      uri,
      edited(changes) {
        span = afterChanges(span, changes);
        seen = { ...seen, version: seen.document.version };
      },
      async reread() {
        const now = openDocument(uri) ?? (await reopened(uri));
        if (!now) return content;
        if (now !== seen.document || now.version !== seen.version) {
          const found = refound(now.getText(), span, content.text);
          if (!found) return content;
          span = found;
          seen = { document: now, version: now.version };
        }
        return (content = read(now));
      },
    },
  ];
}

async function reopened(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    return undefined;
  }
}

/** `price.ts:3–9`, lines as the editor counts them. */
function labelOf(document: vscode.TextDocument, range: vscode.Range): string {
  return `${fileName(document.uri)}:${lineLabel(wholeLines(range.start.line, range.end.line, range.end.character))}`;
}
