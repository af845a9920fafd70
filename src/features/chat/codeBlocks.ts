import { insertAtCursor, lastEditor } from "../../host/editors.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { tellRestricted, waitsForTrust } from "../../host/trust.ts";
import type { ToHost } from "../../protocol/messages.ts";
import type { ChatDeps } from "./deps.ts";

export type CodeMessage = Extract<
  ToHost,
  { type: "insert" | "apply-code" | "new-file" | "run-in-terminal" | "preview-markdown" | "open-place" }
>;

/** Does what a button of a code block says, or opens a place that an answer names. Always a click of the user. */
export async function handleCode(message: CodeMessage, _deps: ChatDeps): Promise<void> {
  if (message.type === "insert") return insert(message.text);
}

async function insert(text: string): Promise<void> {
  const editor = lastEditor();
  if (editor && (await waitsForTrust(editor.document.uri))) {
    await tellRestricted(
      t("This folder is in Restricted Mode, so nothing was inserted. Trust the folder, then insert again."),
    );
  } else if (!editor || !(await insertAtCursor(editor, text))) {
    await notify("information", t("Open a file and place the cursor where the code should go, then try again."));
  }
}
