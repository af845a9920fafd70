import type { RequestOptions } from "../../api/client.ts";
import type { AnswerTurn, StoredPicture, UserTurn } from "../../core/conversation.ts";
import type { Connection, Problem, ProblemAction } from "../../core/services.ts";
import type { RunningAnswer } from "./runningAnswer.ts";

/** What the preparation of a question may use, and how it tells what it does. */
export interface Preparation {
  readonly conversationId: string;
  readonly connection: Connection;
  /** Id of the model that will answer. */
  readonly model: string;
  /** To be handed to every request: ends with Stop, and shows its waits in the answer. */
  readonly options: RequestOptions;
  /** Whether this is the question that is answered now, not one of those before it. */
  readonly isLast: boolean;
  /** What is being done, in words, in place of "Waiting for the first word"; undefined when it is over. */
  step(words: string | undefined): void;
  /** A sentence above the answer, with buttons, e.g. which model has read the pictures. */
  note(text: string, actions: readonly ProblemAction[]): void;
  /** Keeps what a model has read in a picture of the question; it is then sent in place of the picture. */
  keepReading(pictureId: string, model: string, text: string): void;
}

/** Makes the pictures of questions fit for the model that answers. */
export interface QuestionPictures {
  /**
   * Called before each answer for every question with pictures that is going to be sent, the oldest first, also those of
   * earlier turns: the model may be another one by now. Costs nothing when there is nothing to do. What it throws ends the
   * answer with the words for it.
   */
  prepare(question: UserTurn, preparation: Preparation): Promise<void>;
  /** A picture as a data URI that models which see take; undefined when its file is gone. */
  dataUri(conversationId: string, picture: StoredPicture): Promise<string | undefined>;
}

/** Gives the answer in place of a chat model; what it throws ends the answer with the words for it. */
export type Producer = (production: Production) => Promise<void>;

export interface Production {
  readonly conversationId: string;
  readonly question: UserTurn;
  readonly run: RunningAnswer;
  readonly options: RequestOptions;
}

/** What slash commands change about how a question is answered. */
export interface CommandAnswers {
  /** Who draws or reads in place of a chat model. */
  producerOf(question: UserTurn): Producer | undefined;
  /** A line above the answer of a chat model. */
  noteOf(question: UserTurn): AnswerTurn["note"];
}

/** Ends an answer with words of its own, where no error of the service has any. */
export class NotPossible extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super("not possible");
    this.problem = problem;
  }
}
