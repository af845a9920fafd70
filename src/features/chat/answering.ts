import { ApiError } from "../../api/errors.ts";
import type { Effort, FinishReason } from "../../api/chat/chatTypes.ts";
import type { RequestOptions } from "../../api/client.ts";
import { seesInlineImages } from "../../api/models/catalog.ts";
import { chatMessages, sentTurns, type Sight } from "../../core/chatPrompt.ts";
import type { Conversation, UserTurn } from "../../core/conversation.ts";
import type { Connection, Connections, Problems } from "../../core/services.ts";
import { NotPossible, type CommandAnswers, type QuestionPictures } from "./preparation.ts";
import type { AnswerDesk, RunningAnswer } from "./runningAnswer.ts";

export interface AnsweringDeps {
  readonly connections: Connections;
  readonly problems: Problems;
  /** Of the user, e.g. "zh-cn". */
  readonly language: string;
  /** Absent: no model is shown a picture. */
  readonly pictures?: QuestionPictures | undefined;
  readonly commands?: CommandAnswers | undefined;
}

/** How one answer differs from what the settings say. */
export interface AnswerChoices {
  readonly effort?: Effort | undefined;
  readonly model?: string | undefined;
}

export interface Answering {
  readonly conversation: Conversation;
  readonly run: RunningAnswer;
  readonly desk: AnswerDesk;
  readonly choices: AnswerChoices;
  /** The text of the answer goes on where it ends. */
  readonly goesOn: boolean;
}

/** Answers the last question of a conversation: what is missing, who answers, what has to be done before, the answer. */
export async function answerQuestion(answering: Answering, deps: AnsweringDeps): Promise<void> {
  const { run, conversation } = answering;
  try {
    const missing = await deps.connections.missing();
    if (missing) return run.fail(missing);
    const options: RequestOptions = { signal: run.signal, onWait: (event) => run.waits(event) };
    const question = lastQuestion(conversation);
    const produce = question && deps.commands?.producerOf(question);
    if (produce) return await produce({ conversationId: conversation.id, question, run, options });
    const connection = await deps.connections.open("chat");
    if (!connection) return run.close("stopped");
    const note = question && deps.commands?.noteOf(question);
    if (note) run.note(note.text, note.actions);
    await askModel(answering, { connection, options }, deps);
  } catch (error) {
    const problem = error instanceof NotPossible ? error.problem : deps.problems.describe(error);
    if (problem) run.fail(problem);
    else run.close("stopped");
  }
}

interface Service {
  readonly connection: Connection;
  readonly options: RequestOptions;
}

async function askModel(answering: Answering, service: Service, deps: AnsweringDeps): Promise<void> {
  const { run, choices, conversation } = answering;
  const { connection, options } = service;
  const model = choices.model ?? (await connection.modelFor("chat", options));
  const effort = choices.effort ?? connection.tuning.effort;
  run.asks(model, choices.effort);
  const sight = await prepare(answering, service, model, deps);
  const { goesOn } = answering;
  const { messages, altered } = chatMessages(conversation.turns, { language: deps.language, sight, goesOn });
  if (goesOn) run.goesOn();
  const webSearch = lastQuestion(conversation)?.web;
  const request = { ...connection.tuning, effort, model, messages, historyAltered: altered, webSearch };
  let reason: FinishReason | undefined;
  for await (const part of connection.client.chat(request, options)) {
    if (part.type === "finish") ({ reason } = part);
    else run.take(part);
  }
  if (reason === undefined) throw new ApiError("stream-broken", { afterOutput: true });
  run.finish(reason);
}

/** What the questions need before they are sent. The pictures that the model will see. */
async function prepare(
  { conversation, run, desk }: Answering,
  { connection, options }: Service,
  model: string,
  { pictures }: AnsweringDeps,
): Promise<Sight | undefined> {
  if (!pictures) return undefined;
  const sees = seesInlineImages(connection.catalog.modelInfo(model));
  const sight = new Map<string, string>();
  for (const turn of sentTurns(conversation.turns)) {
    if (turn.role !== "user" || turn.pictures === undefined) continue;
    await pictures.prepare(turn, {
      conversationId: conversation.id,
      connection,
      model,
      options,
      isLast: turn === lastQuestion(conversation),
      step: (words) => run.step(words),
      note: (text, actions) => run.note(text, actions),
      keepReading: (pictureId, reader, text) =>
        desk.record({ type: "reading", id: turn.id, pictureId, model: reader, text }),
    });
    for (const picture of sees ? turn.pictures : []) {
      const uri = await pictures.dataUri(conversation.id, picture);
      if (uri !== undefined) sight.set(picture.id, uri);
    }
  }
  options.signal?.throwIfAborted();
  return sees ? sight : undefined;
}

export function lastQuestion({ turns }: Conversation): UserTurn | undefined {
  const turn = turns.findLast(({ role }) => role === "user");
  return turn?.role === "user" ? turn : undefined;
}
