import { ApiError } from "../../api/errors.ts";
import type { ChatRequest, Effort, FinishReason } from "../../api/chat/chatTypes.ts";
import type { RequestOptions } from "../../api/client.ts";
import { seesInlineImages } from "../../api/models/catalog.ts";
import { chatMessages, sentTurns, type Sight } from "../../core/chatPrompt.ts";
import type { Conversation, UserTurn } from "../../core/conversation.ts";
import type { Connection, Connections, Problems } from "../../core/services.ts";
import { promptLimit, type TokenBudget } from "../../core/tokenBudget.ts";
import { makeRoom } from "./compaction.ts";
import { leastThinking } from "./effort.ts";
import { NotPossible, type CommandAnswers, type QuestionPictures } from "./preparation.ts";
import type { AnswerDesk, RunningAnswer } from "./runningAnswer.ts";
import { thinkingSentTo } from "./thinkingSentTo.ts";

export interface AnsweringDeps {
  readonly connections: Connections;
  readonly problems: Problems;
  readonly budget: TokenBudget;
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

/** Where and how the requests of one answer are sent. */
export interface Service {
  readonly connection: Connection;
  readonly options: RequestOptions;
}

/** Of the prompt, what the latest turns may take when older ones are summarised. */
const keptPart = 0.25;
/** An estimate may be wrong by so much; beyond, a request is refused without being sent. */
const surelyTooLong = 1.5;

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

async function askModel(answering: Answering, service: Service, deps: AnsweringDeps): Promise<void> {
  const { run, choices, conversation } = answering;
  const { connection, options } = service;
  const { endpoint } = connection.client;
  const model = choices.model ?? (await connection.modelFor("chat", options));
  const info = connection.catalog.modelInfo(model);
  const effort = choices.effort ?? connection.tuning.effort;
  run.asks(model, choices.effort);

  const limit = promptLimit(info, connection.tuning.maxTokens);
  const sendsThinking = thinkingSentTo(model, endpoint, deps.connections);
  const needed = () => deps.budget.ofConversation(conversation.turns, sendsThinking);
  let keep = Math.floor(limit * keptPart);
  const shorten = async () => {
    const shortened = await makeRoom(answering, service, model, deps.budget, keep);
    // If that was not enough, the estimate is wrong: nothing but the question is kept then.
    keep = 0;
    return shortened;
  };
  const tooLong = (error: unknown) => {
    const words = deps.problems.describeEnding("context-exceeded", false);
    const details = deps.problems.describe(error)?.details;
    if (words) run.fail({ ...words, details: details ?? words.details });
  };

  // Before anything is summarised: no room that could be made is enough.
  const question = lastQuestion(conversation);
  const alone = deps.budget.ofTurns(question ? [question] : [], false);
  if (info.known && alone > info.context * surelyTooLong) return tooLong(new ApiError("too-long"));
  let fits = needed() <= limit;
  while (!fits && (await shorten())) fits = needed() <= limit;
  for (let { goesOn } = answering; ;) {
    const request = await prepareRequest(answering, { ...service, model, goesOn }, deps);
    try {
      const reason = await stream(run, service, { ...request, effort });
      if (reason !== "context-exceeded" || !(await shorten())) {
        return run.finish(reason, leastThinking(info, endpoint, effort) !== undefined);
      }
      run.flush();
      goesOn = run.turn.text !== "";
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "too-long" || error.details.afterOutput === true) throw error;
      if (!(await shorten())) return tooLong(error);
    }
  }
}

async function prepareRequest(
  answering: Answering,
  { connection, options, model, goesOn }: Service & { readonly model: string; readonly goesOn: boolean },
  deps: AnsweringDeps,
): Promise<ChatRequest> {
  const { conversation, run } = answering;
  const sight = await look(answering, { connection, options }, model, deps);
  if (run.signal.aborted) throw new ApiError("cancelled");
  const { messages, altered } = chatMessages(conversation.turns, { language: deps.language, sight, goesOn });
  run.startsRequest();
  const webSearch = goesOn ? undefined : lastQuestion(conversation)?.web;
  return { ...connection.tuning, model, messages, historyAltered: altered, webSearch };
}

async function stream(
  run: RunningAnswer,
  { connection, options }: Service,
  request: ChatRequest,
): Promise<FinishReason> {
  let reason: FinishReason | undefined;
  for await (const part of connection.client.chat(request, options)) {
    if (part.type === "finish") ({ reason } = part);
    else run.take(part);
  }
  if (reason === undefined) throw new ApiError("stream-broken", { afterOutput: true });
  return reason;
}

/** What the pictures of the questions need before they are sent, and those that the model will see. */
async function look(
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
  return sees ? sight : undefined;
}

export function lastQuestion({ turns }: Conversation): UserTurn | undefined {
  const turn = turns.findLast(({ role }) => role === "user");
  return turn?.role === "user" ? turn : undefined;
}
