import * as vscode from "vscode";
import { commands } from "../../contributions.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { tellRestricted } from "../../host/trust.ts";
import type { ChatDeps } from "./deps.ts";
import type { DraftContext } from "./draftContext.ts";
import type { DraftPictures } from "./draftPictures.ts";
import { SlashCommands } from "./slash.ts";
import { commandContext } from "./slashContext.ts";
import { PromptFiles } from "./slashPromptFiles.ts";

interface View {
  readonly context: DraftContext;
  readonly pictures: DraftPictures;
  /** Keeps a file with the view's conversation. */
  keepFile(id: string, bytes: Uint8Array): Promise<void>;
  startNew(): Promise<void>;
  send(text: string, kept: string): unknown;
  sendAsText(text: string): unknown;
}

/** The slash commands of one view. */
export function slashCommandsOf({ context, pictures, ...view }: View, deps: ChatDeps): SlashCommands {
  return new SlashCommands({
    ...view,
    context: commandContext(context),
    pictures,
    prompts: new PromptFiles(deps.promptFolder),
    ocr: deps.ocr,
    exportChat: async () => {
      await vscode.commands.executeCommand(commands.chatExport);
    },
    // Not waited for: a message stays until somebody closes it.
    tell: (sentence, ...buttons) => void notify("information", sentence, buttons),
    tellRestricted: (sentence) => void tellRestricted(sentence),
    language: vscode.env.language,
    t,
  });
}
