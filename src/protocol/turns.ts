import * as v from "valibot";
import { address, count, id, label, milliseconds, text } from "./fields.ts";

/** What the view is shown of a conversation. */

export const attachmentKinds = [
  "selection",
  "symbol",
  "problem",
  "file",
  "folder",
  "terminal",
  "diff",
  "commit",
  "page",
  "search",
] as const;
export type AttachmentKind = (typeof attachmentKinds)[number];

export const attachment = v.object({
  id,
  kind: v.picklist(attachmentKinds),
  label,
  /** What a tooltip shows, e.g. the relative path. */
  detail: label,
  /** About how many tokens it costs. */
  tokens: v.optional(count),
  /** Why the user should look twice before sending, e.g. that it seems to hold a key; a sentence. */
  warning: v.optional(label),
});
export type AttachmentView = v.InferOutput<typeof attachment>;

/** A picture that goes with a question or came with an answer. Its bytes are asked for with `picture` when it shows. */
export const picture = v.object({
  id,
  label,
  /** Pixels; absent when they could not be read. */
  width: v.optional(count),
  height: v.optional(count),
});
export type PictureView = v.InferOutput<typeof picture>;

const button = v.object({ id, label });

const problem = v.object({
  text: label,
  /** Code, service message and request id: plain text behind "Details". */
  details: v.optional(label),
  actions: v.array(button),
});
export type ProblemView = v.InferOutput<typeof problem>;

const usage = v.object({ input: v.number(), cached: v.number(), output: v.number() });

const userTurn = v.object({
  role: v.literal("user"),
  id,
  text,
  attachments: v.array(attachment),
  pictures: v.optional(v.array(picture)),
});

/** Something that happened between two turns and that the user must know of, e.g. that older turns were summarised. */
const noticeTurn = v.object({
  role: v.literal("notice"),
  id,
  text: label,
  /** Shown on demand: the summary itself. */
  details: v.optional(text),
});

const status = v.picklist(["waiting", "thinking", "answering", "done", "stopped", "cut", "failed"]);
export type TurnStatus = v.InferOutput<typeof status>;

/** A page that an answer is based on. All of it is text from outside. */
export const source = v.object({ title: label, href: address, site: v.optional(label) });
export type SourceView = v.InferOutput<typeof source>;

/** What is known about an answer beside its text. Sent whole at each change; small by design. */
export const answerFacts = v.object({
  status,
  /** The model that really answers, once known; the asked one before. */
  model: label,
  startedAt: milliseconds,
  /** How long the thinking took; absent until it is over. */
  thinkingMs: v.optional(milliseconds),
  /** How much thinking was asked for, in words; absent when that was left to the model. */
  effort: v.optional(label),
  usage: v.optional(usage),
  problem: v.optional(problem),
  /** A quiet line above the answer, e.g. which model read its pictures, with buttons that change it. */
  note: v.optional(v.object({ text: label, actions: v.array(button) })),
  /** Numbered from 1 in this order. */
  sources: v.optional(v.array(source)),
  /** Pictures that the answer consists of or contains. */
  pictures: v.optional(v.array(picture)),
  /** Set while a request waits: why, and when it goes on. Nobody knows that in the queue, behind other requests. */
  wait: v.optional(
    v.object({
      reason: v.picklist(["busy", "server", "unreachable", "queue"]),
      resumesAt: v.optional(milliseconds),
    }),
  ),
  /** What is done before the answer can begin, in words, e.g. "Summarising earlier messages". */
  step: v.optional(label),
});
export type AnswerFacts = v.InferOutput<typeof answerFacts>;

const answerTurn = v.object({
  role: v.literal("assistant"),
  id,
  text,
  thinking: text,
  facts: answerFacts,
});

export const turn = v.variant("role", [userTurn, answerTurn, noticeTurn]);
export type TurnView = v.InferOutput<typeof turn>;
export type UserTurnView = v.InferOutput<typeof userTurn>;
export type AnswerTurnView = v.InferOutput<typeof answerTurn>;
export type NoticeTurnView = v.InferOutput<typeof noticeTurn>;
