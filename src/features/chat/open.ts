import path from "node:path";
import * as vscode from "vscode";
import { imageModel } from "../../api/media/imageCatalog.ts";
import { ocrModel } from "../../api/media/ocrModel.ts";
import { estimateTokens } from "../../api/models/tokenEstimate.ts";
import { contextKeys } from "../../contributions.ts";
import { setContext } from "../../host/commands.ts";
import { TokenBudget } from "../../core/tokenBudget.ts";
import { chosenModel } from "../../host/config.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { createSharedBoard } from "../../host/sharedBoard.ts";
import { TerminalRecorder } from "../../host/terminal.ts";
import type { Disposables } from "../../host/disposables.ts";
import { currentWorkplace } from "../../host/workplace.ts";
import { FileIndex } from "./context/fileIndex.ts";
import type { ChatDeps } from "./deps.ts";
import { diskTrouble } from "./diskTrouble.ts";
import { effortLabel } from "./effortLabel.ts";
import { OpenMarks } from "./openMarks.ts";
import { PictureReading } from "./pictureReading.ts";
import type { ChatSession } from "./session.ts";
import { Sessions } from "./sessions.ts";
import { ShownPictures } from "./shownPictures.ts";
import { SlashAnswers } from "./slashAnswers.ts";
import { ConversationStore } from "./store.ts";
import { ChatViews } from "./views.ts";

export interface Chat {
  readonly views: ChatViews;
  readonly sessions: Sessions;
  /** What a model is called; the platform's name while none is known. */
  modelLabel(this: void, id: string): string;
  /** Has everything put on disk, and leaves the conversations to other windows. */
  close(this: void): Promise<void>;
}

/** Builds the chat on its first use: the stored conversations, those that are open, and the views that show them. */
export async function openChat(deps: ChatDeps, owner: Disposables): Promise<Chat> {
  const { connections, problems, log, folder, workspaceFolder } = deps;
  const board = createSharedBoard({
    folder: path.join(folder, "open"),
    tickMs: false,
    onError: (error) => log.warn(`open chats of other windows are not known: ${String(error)}`),
  });
  const store = new ConversationStore({
    folder,
    workspaceFolder,
    memory: deps.memory,
    marks: new OpenMarks(board),
    workplace: currentWorkplace(),
    onError: diskTrouble(log),
  });
  // Nobody waits for it: what cannot go now goes next time.
  new ShownPictures(folder).removeOld(Date.now()).catch((error: unknown) => {
    log.warn(`old copies of pictures stay: ${error instanceof Error ? error.message : typeof error}`);
  });
  let catalog = await connections.catalog();
  const readCatalog = async () => {
    catalog = await connections.catalog();
  };
  owner.add(connections.onDidChange(() => void readCatalog()));
  // Which model a custom server offers is only known once it was asked.
  const modelLabel = (id: string) => {
    if (id === "") return connections.platformName();
    return id === ocrModel.id ? ocrModel.label : (imageModel(id)?.label ?? catalog.modelInfo(id).label);
  };
  const sessions: Sessions = new Sessions(
    {
      connections,
      problems,
      keepTail: (session) => sessions.keepTail(session),
      budget: new TokenBudget(estimateTokens),
      language: vscode.env.language,
      pictures: new PictureReading(store, t),
      commands: new SlashAnswers({
        connections,
        problems,
        ocr: deps.ocr,
        files: store,
        chosenImageModel: () => chosenModel("image"),
        t,
      }),
      labels: {
        model: modelLabel,
        action: (action) => problems.actionLabel(action),
        effort: effortLabel,
        notice: (kind) =>
          kind === "compacted"
            ? t("Earlier messages were summarised, so that the conversation fits the model.")
            : t("Earlier messages are no longer sent: the conversation is too long for the model."),
        step: () => t("Summarising earlier messages…"),
      },
    },
    store,
    {
      busyChanged: () => setContext(contextKeys.busy, sessions.busyIds().size > 0),
      endedUnseen: (session) =>
        void notify("information", wordsForEnd(session), [
          { label: t("Open chat"), run: () => views.reveal(session.conversationId) },
        ]),
      tailKept: ({ id, title }) =>
        void notify("information", t("Later messages are kept in the chat “{0}”.", title), [
          { label: t("Open chat"), run: () => views.reveal(id) },
        ]),
    },
  );
  const shared = { ...deps, index: owner.add(new FileIndex()), terminals: owner.add(new TerminalRecorder()) };
  const views = owner.add(new ChatViews(shared, sessions));
  const close = async () => {
    await sessions.close();
    board.dispose();
  };
  return { views, sessions, modelLabel, close };
}

function wordsForEnd({ title, isAnswered }: ChatSession): string {
  return isAnswered ? t("“{0}” was answered.", title) : t("The answer in “{0}” did not come to its end.", title);
}
