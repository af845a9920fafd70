import { isRetry } from "../../core/problems.ts";
import { commandIn } from "../../core/slashCommands.ts";
import { hasPrompt, promptOf } from "../../core/slashPrompts.ts";
import { readSetting } from "../../host/config.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import type { ToHost, ToView } from "../../protocol/messages.ts";
import { modelParts } from "./composerModel.ts";
import type { ChatDeps } from "./deps.ts";
import type { DraftContext } from "./draftContext.ts";
import type { DraftPictures } from "./draftPictures.ts";
import { leastThinking } from "./effort.ts";
import type { ChatSession, QuestionExtras } from "./session.ts";
import type { SlashCommands } from "./slash.ts";
import { useCommitMessage } from "./slashCommit.ts";
import type { ConversationStore } from "./store.ts";

export type QuestionMessage = Extract<
  ToHost,
  {
    type:
      | "send"
      | "ask-about-file"
      | "edit"
      | "retry"
      | "regenerate"
      | "continue"
      | "problem-action"
      | "unqueue"
      | "edit-queued"
      | "resume-queue";
  }
>;

/** A view with what is in its composer, and the conversation that it shows. */
export interface QuestionDesk {
  readonly deps: Pick<ChatDeps, "connections" | "memory" | "pickModel" | "problems">;
  readonly session: ChatSession;
  readonly context: DraftContext;
  readonly pictures: DraftPictures;
  readonly slash: SlashCommands;
  readonly store: Pick<ConversationStore, "readPicture" | "writePicture">;
  /** Of VS Code, as a BCP 47 tag. */
  readonly language: string;
  post(this: void, message: ToView): void;
}

/** Everything that begins an answer, or decides what waits for one. */
export async function handleQuestion(message: QuestionMessage, desk: QuestionDesk): Promise<void> {
  const { deps, session } = desk;
  switch (message.type) {
    case "send":
      return send(message.text, desk);
    case "ask-about-file":
      return askAboutFile(message.text, desk);
    case "edit":
      return edit(message.turnId, message.text.trim(), desk);
    case "retry":
      return retry(message.turnId, desk);
    case "regenerate": {
      const model = await deps.pickModel();
      return model === undefined ? undefined : session.retry(message.turnId, { model });
    }
    case "continue": {
      const { effort } = await modelParts(deps);
      return session.continue(message.turnId, { effort });
    }
    case "problem-action":
      return runAction(message.turnId, message.action, desk);
    case "unqueue":
      session.unqueue(message.messageId);
      return;
    case "edit-queued":
      return takeBack(message.messageId, desk);
    case "resume-queue":
      return session.resumeQueue();
  }
}

/** Asks with all that is in the composer. */
export async function askFromComposer(question: string, extras: QuestionExtras, desk: QuestionDesk): Promise<void> {
  const { deps, session, context, pictures, store } = desk;
  const [chosen, attached] = await orGiveBack(question, desk, async () => [
    await modelParts(deps),
    await context.take(),
  ]);
  if (!attached) return giveBack(question, desk);
  const shown = await pictures.take(session.conversationId, store);
  // Enter was pressed twice, and the first one took the pictures that are the question.
  if (question === "" && !shown) return;
  await session.ask(question, {
    ...extras,
    effort: extras.effort ?? chosen.effort,
    web: extras.web === true || chosen.web,
    attachments: [...attached, ...(extras.attachments ?? [])],
    pictures: shown,
  });
}

async function send(text: string, desk: QuestionDesk): Promise<void> {
  const question = text.trim();
  if (question === "" && desk.pictures.isEmpty) return;
  const outcome = await orGiveBack(text, desk, () => desk.slash.take(question));
  if (outcome === "kept") giveBack(text, desk);
  else if (outcome !== "done") await askFromComposer(question, outcome.ask, desk);
}

/** The view has cleared its box already: what is not asked comes back to it. */
function giveBack(text: string, { post }: QuestionDesk): void {
  post({ type: "draft", text });
}

/** Does what comes before a question is asked. Where that fails, e.g. a file or git cannot be read, the question is not lost. */
async function orGiveBack<Result>(text: string, desk: QuestionDesk, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    giveBack(text, desk);
    throw error;
  }
}

async function askAboutFile(question: string, { deps, session, context }: QuestionDesk): Promise<void> {
  if (!context.offers) return notify("information", t("Open a file first. It goes with your question."));
  const attachments = await context.prepared(await context.openFile());
  if (!attachments || attachments.length === 0) return;
  const { effort, web } = await modelParts(deps);
  await session.ask(question, { attachments, effort, web });
}

/** What went with the question before goes with it again; a command needs nothing more then, unless it is the user's own. */
async function edit(turnId: string, question: string, desk: QuestionDesk): Promise<void> {
  if (question === "") return;
  const extras = await orGiveBack(question, desk, () => extrasOfEdit(question, desk));
  if (extras === "done") return;
  const asked =
    extras !== "kept" && (await orGiveBack(question, desk, () => desk.session.edit(turnId, question, extras)));
  if (!asked) giveBack(question, desk);
}

async function extrasOfEdit(
  question: string,
  { deps, slash, context, language }: QuestionDesk,
): Promise<QuestionExtras | "done" | "kept"> {
  const { effort } = await modelParts(deps);
  const command = commandIn(question);
  if (!command || command.name === "ocr") return { effort };
  if (hasPrompt(command.name)) {
    const prompt = promptOf(command.name, command.argument, language);
    return { effort, prompt, ...(command.name === "search" ? { web: true } : {}) };
  }
  const outcome = await slash.take(question);
  if (outcome === "done" || outcome === "kept") return outcome;
  const attachments = await context.take();
  if (!attachments) return "kept";
  const added = attachments.length === 0 ? {} : { attachments };
  return { ...outcome.ask, effort: outcome.ask.effort ?? effort, ...added };
}

async function retry(turnId: string, { session, deps }: QuestionDesk): Promise<void> {
  const { effort } = await modelParts(deps);
  await session.retry(turnId, { effort });
}

async function retryWithLessThinking(turnId: string, { session, deps }: QuestionDesk): Promise<void> {
  const endpoint = deps.connections.endpoint();
  const asked = session.askedOf(turnId);
  if (!endpoint || !asked) return;
  const model = (await deps.connections.catalog()).modelInfo(asked.model);
  await session.retry(turnId, { effort: leastThinking(model, endpoint, asked.effort) });
}

/** Buttons that remove the cause carry on with the question by themselves. */
async function runAction(turnId: string, action: string, desk: QuestionDesk): Promise<void> {
  const { session, deps } = desk;
  if (action === "retry") return retry(turnId, desk);
  if (action === "use-commit-message") return useCommitMessage(session, turnId);
  const known = session.actionsOf(turnId).find((candidate) => candidate === action);
  if (known === undefined) return;
  if (isRetry(known)) return retryWithLessThinking(turnId, desk);
  const now = () => JSON.stringify([deps.connections.endpoint(), readSetting("glm.model.chat")]);
  const before = now();
  const result = await deps.problems.run(known);
  const settled = known === "set-key" ? result === true && !(await deps.connections.missing()) : before !== now();
  if (settled) await retry(turnId, desk);
}

/** Gives a waiting message back to the composer, with all that belongs to it. */
async function takeBack(messageId: string, { session, context, pictures, store, post }: QuestionDesk): Promise<void> {
  const taken = session.unqueue(messageId);
  if (!taken) return;
  const { text, attachments } = taken.turn;
  context.add(...attachments);
  for (const { id, name } of taken.turn.pictures ?? []) {
    const bytes = await store.readPicture(session.conversationId, id);
    if (bytes) pictures.add(name, bytes);
  }
  post({ type: "draft", text });
}
