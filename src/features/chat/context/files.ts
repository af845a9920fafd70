import type * as vscode from "vscode";
import { isBinary, largestFile, shortened } from "../../../core/contextLimits.ts";
import { t } from "../../../host/l10n.ts";
import { notify } from "../../../host/notify.ts";
import { fileName } from "../../../host/pickFile.ts";
import { decode, factsOf, openDocument, readBytes, shownPath } from "../../../host/workspaceFiles.ts";
import { attachmentOf, type Content, type DraftItem } from "./draftItem.ts";

export const keyOfFile = (uri: vscode.Uri): string => `file:${uri.toString()}`;

/** A text file as a chip. Undefined when it is none; the user has then been told. */
export async function fileItem(uri: vscode.Uri): Promise<DraftItem | undefined> {
  const content = await readFile(uri);
  const name = fileName(uri);
  if (content === "missing") tell(t("{0} cannot be read. It may have been moved or deleted.", name));
  else if (content === "binary") tell(t("{0} is not a text file. Only text and pictures can be attached.", name));
  else if (content === "huge")
    tell(t("{0} is larger than 20 MB. Open it, select the part that matters and add the selection.", name));
  else {
    if (content.cut) void notify("information", cutWords(name, content.cut));
    return {
      key: () => keyOfFile(uri),
      attachment: attachmentOf(content.content, uri.path),
      uri,
      async reread() {
        const now = await readFile(uri);
        return typeof now === "string" ? undefined : now.content;
      },
    };
  }
  return undefined;
}

type Cut = { readonly kept: number; readonly of: number };

async function readFile(
  uri: vscode.Uri,
): Promise<{ readonly content: Content; readonly cut: Cut | undefined } | "missing" | "binary" | "huge"> {
  const document = openDocument(uri);
  let whole: string;
  if (document) whole = document.getText();
  else {
    const facts = await factsOf(uri);
    if (facts?.kind !== "file") return "missing";
    if (facts.size > largestFile) return "huge";
    const bytes = await readBytes(uri);
    if (!bytes) return "missing";
    if (isBinary(bytes)) return "binary";
    whole = await decode(bytes, uri);
  }
  const { text, lines } = shortened(whole);
  const path = shownPath(uri);
  const notes = [
    ...(lines ? [t("lines 1–{0} of {1}", lines.kept, lines.of)] : []),
    // What an editor shows is what its user means, saved or not; it is said, as others see another text.
    ...(document?.isDirty && !document.isUntitled ? [t("with unsaved changes")] : []),
  ];
  const content: Content = {
    kind: "file",
    label: lines ? `${fileName(uri)}:1–${lines.kept}` : fileName(uri),
    detail: [path, ...notes].join(" · "),
    language: document?.languageId ?? extensionOf(uri),
    text,
  };
  return { content, cut: lines };
}

/** A fence takes an extension as well as the id of a language, which only an open document has. */
function extensionOf(uri: vscode.Uri): string {
  return /\.([a-z0-9]+)$/i.exec(uri.path)?.[1]?.toLowerCase() ?? "";
}

function cutWords(name: string, { kept, of }: Cut): string {
  return t("{0} is too long to be attached as a whole. Its first {1} of {2} lines go along.", name, kept, of);
}

/** Not waited for: a message stays until somebody closes it. */
function tell(sentence: string): void {
  void notify("warning", sentence);
}
