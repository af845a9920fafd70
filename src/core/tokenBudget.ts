import type { ModelInfo } from "../api/models/catalog.ts";
import { sentHistory, sentTurns, summaryOf, type SendsThinking } from "./chatPrompt.ts";
import type { Turn } from "./conversation.ts";
import type { Attachment } from "./services.ts";

/** About how many tokens a text has. */
export type EstimateTokens = (text: string) => number;

/** About what a model takes for a picture, whatever its size; nobody says how much it is. */
export const tokensPerPicture = 1_000;
/** What surrounds every request: instructions, roles and the names of files. */
const tokensPerRequest = 200;
const tokensPerTurn = 10;

/** Tokens of a prompt that leave room for the answer: as much of it as the model or the user wants, at most a quarter. */
export function promptLimit({ context, maxOutput }: ModelInfo, maxTokens: number | undefined): number {
  return context - Math.min(maxTokens ?? maxOutput, maxOutput, Math.floor(context / 4));
}

/** Estimates what is going to be sent. What has been estimated once is remembered for as long as it is the same. */
export class TokenBudget {
  readonly #estimate: EstimateTokens;
  readonly #attachments = new WeakMap<Attachment, number>();
  readonly #turns = new WeakMap<Turn, { readonly length: number; readonly words: number; readonly thoughts: number }>();

  constructor(estimate: EstimateTokens) {
    this.#estimate = estimate;
  }

  ofAttachments(attachments: readonly Attachment[]): number {
    return attachments.reduce((sum, attachment) => {
      const tokens = this.#attachments.get(attachment) ?? this.#estimate(attachment.text);
      this.#attachments.set(attachment, tokens);
      return sum + tokens;
    }, 0);
  }

  /** `withThinking`: the service wants the thinking of earlier answers back. */
  ofTurns(turns: readonly Turn[], withThinking: boolean): number {
    return turns.reduce((sum, turn) => {
      const { words, thoughts } = this.#ofTurn(turn);
      return sum + words + (withThinking ? thoughts : 0);
    }, 0);
  }

  /** What the next request will hold of a conversation. */
  ofConversation(turns: readonly Turn[], sendsThinking: SendsThinking): number {
    const summary = summaryOf(turns);
    const before = summary === undefined ? 0 : this.#estimate(summary);
    return tokensPerRequest + before + this.ofTurns(sentTurns(turns), sendsThinking(sentHistory(turns)));
  }

  #ofTurn(turn: Turn): { readonly words: number; readonly thoughts: number } {
    // Only the answer that is on its way changes, and only by growing.
    const length = turn.role === "assistant" ? turn.text.length + turn.thinking.length : 0;
    const known = this.#turns.get(turn);
    if (known?.length === length) return known;
    const counted = { length, words: this.#words(turn) + tokensPerTurn, thoughts: this.#thoughts(turn) };
    this.#turns.set(turn, counted);
    return counted;
  }

  #words(turn: Turn): number {
    if (turn.role === "notice") return 0;
    if (turn.role === "assistant") return this.#estimate(turn.text);
    return (
      this.#estimate(turn.prompt ?? turn.text) +
      this.ofAttachments(turn.attachments) +
      (turn.pictures?.length ?? 0) * tokensPerPicture
    );
  }

  #thoughts(turn: Turn): number {
    return turn.role === "assistant" ? this.#estimate(turn.thinking) : 0;
  }
}
