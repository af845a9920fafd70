import { commands } from "../../contributions.ts";
import { runCommand } from "../../host/commands.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import type { Log } from "../../host/log.ts";

/** Says once that chats cannot be saved, why, and what to do. They are kept in memory meanwhile and tried again. */
export function diskTrouble(log: Log): (error: unknown) => void {
  let told = false;
  return (error) => {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    log.error(`chat not saved: ${code}`);
    if (told) return;
    told = true;
    const exportChat = { label: t("Export chat"), run: () => runCommand(commands.chatExport) };
    void notify("warning", wordsFor(code), [exportChat]);
  };
}

function wordsFor(code: string): string {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return t("The disk is full: chats are only kept in memory. Free some space; they are then saved by themselves.");
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return t(
        "Chats may not be written to disk and are only kept in memory. Allow VS Code to write to its folder of global storage; they are then saved by themselves.",
      );
    default:
      return t(
        "Chats cannot be saved to disk and are only kept in memory until that works again. Export what you need.",
      );
  }
}
