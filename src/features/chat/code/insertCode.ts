import { insertAtCursor, lastEditor } from "../../../host/editors.ts";
import { t } from "../../../host/l10n.ts";
import { notify } from "../../../host/notify.ts";
import { tellRestricted, waitsForTrust } from "../../../host/trust.ts";

/** Puts code at the cursor of the editor used last. */
export async function insertCode(text: string): Promise<void> {
  const editor = lastEditor();
  if (editor && (await waitsForTrust(editor.document.uri))) {
    await tellRestricted(
      t("This folder is in Restricted Mode, so nothing was inserted. Trust the folder, then insert again."),
    );
  } else if (!editor || !(await insertAtCursor(editor, text))) {
    await notify("information", t("Open a file and place the cursor where the code should go, then try again."));
  }
}
