import * as v from "valibot";
import { stringsSchema } from "./strings.ts";

/**
 * Everything that passes between the extension host and the chat webview. Both sides parse what they receive: the
 * webview shows text from outside, so neither trusts the other. The host owns facts; the view owns where you look.
 */

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const text = v.pipe(v.string(), v.maxLength(4_000_000));
const label = v.pipe(v.string(), v.maxLength(2_000));
/** Milliseconds since the epoch, or a span in milliseconds. */
const milliseconds = v.pipe(v.number(), v.minValue(0));

const attachment = v.object({
  id,
  kind: v.picklist(["selection", "symbol", "problem", "file"]),
  label,
  /** What a tooltip shows, e.g. the relative path. */
  detail: label,
});
export type AttachmentView = v.InferOutput<typeof attachment>;

const problem = v.object({
  text: label,
  /** Code, service message and request id: plain text behind "Details". */
  details: v.optional(label),
  actions: v.array(v.object({ id, label })),
});
export type ProblemView = v.InferOutput<typeof problem>;

const usage = v.object({ input: v.number(), cached: v.number(), output: v.number() });

const userTurn = v.object({ role: v.literal("user"), id, text, attachments: v.array(attachment) });

const status = v.picklist(["waiting", "thinking", "answering", "done", "stopped", "cut", "failed"]);
export type TurnStatus = v.InferOutput<typeof status>;

/** What is known about an answer beside its text. Sent whole at each change; small by design. */
const answerFacts = v.object({
  status,
  /** The model that really answers, once known; the asked one before. */
  model: label,
  startedAt: milliseconds,
  /** How long the thinking took; absent until it is over. */
  thinkingMs: v.optional(milliseconds),
  usage: v.optional(usage),
  problem: v.optional(problem),
  /** Set while a request waits: why, and when it goes on. Nobody knows that in the queue, behind other requests. */
  wait: v.optional(
    v.object({
      reason: v.picklist(["busy", "server", "unreachable", "queue"]),
      resumesAt: v.optional(milliseconds),
    }),
  ),
});
export type AnswerFacts = v.InferOutput<typeof answerFacts>;

const answerTurn = v.object({
  role: v.literal("assistant"),
  id,
  text,
  thinking: text,
  facts: answerFacts,
});

const turn = v.variant("role", [userTurn, answerTurn]);
export type TurnView = v.InferOutput<typeof turn>;
export type AnswerTurnView = v.InferOutput<typeof answerTurn>;

const composer = v.object({
  attachments: v.array(attachment),
  /** Label of the chosen model. */
  model: label,
  /** True while an answer is on its way: send becomes stop. */
  busy: v.boolean(),
});
export type ComposerView = v.InferOutput<typeof composer>;

const setup = v.object({
  /** False shows the first-run text instead of an empty conversation. */
  hasKey: v.boolean(),
  /** Hosts that a key could be sent to, as a sentence names them; empty while a server of the user's own has no valid address. */
  host: label,
  /** Name of the platform in force, e.g. "Z.AI Coding Plan". */
  platform: label,
  /** Environment variables that hold a key: one may be taken from there. */
  keyVariables: v.optional(v.array(label)),
  /** True without a key where the settings were made before, maybe on another machine. */
  wasSetUp: v.optional(v.boolean()),
  /** True while a folder is open that the user does not trust, so that nothing is written to it. */
  restricted: v.boolean(),
});
export type SetupView = v.InferOutput<typeof setup>;

const toView = v.variant("type", [
  v.object({
    type: v.literal("snapshot"),
    conversationId: id,
    title: label,
    turns: v.array(turn),
    composer,
    setup,
    strings: stringsSchema,
    /** BCP 47 tag of VS Code's display language. */
    language: label,
  }),
  v.object({ type: v.literal("turn-added"), turn }),
  v.object({ type: v.literal("turn-removed"), turnId: id }),
  /** Text that follows what the view already has of this answer. At most one per animation frame. */
  v.object({ type: v.literal("delta"), turnId: id, text, thinking: text }),
  v.object({ type: v.literal("facts"), turnId: id, facts: answerFacts }),
  v.object({ type: v.literal("title"), title: label }),
  v.object({ type: v.literal("composer"), composer }),
  v.object({ type: v.literal("setup"), setup }),
  /** Puts text into the composer and the caret behind it; `text` empty only focuses. */
  v.object({ type: v.literal("draft"), text }),
]);
export type ToView = v.InferOutput<typeof toView>;

const toHost = v.variant("type", [
  v.object({ type: v.literal("ready") }),
  v.object({ type: v.literal("send"), text }),
  /** A question about the open file, which the host attaches. */
  v.object({ type: v.literal("ask-about-file"), text }),
  v.object({ type: v.literal("stop") }),
  v.object({ type: v.literal("new-chat") }),
  v.object({ type: v.literal("pick-model") }),
  v.object({ type: v.literal("set-key") }),
  v.object({ type: v.literal("import-key") }),
  v.object({ type: v.literal("get-key") }),
  v.object({ type: v.literal("get-started") }),
  v.object({ type: v.literal("set-up-server") }),
  v.object({ type: v.literal("choose-platform") }),
  v.object({ type: v.literal("manage-trust") }),
  v.object({ type: v.literal("retry"), turnId: id }),
  v.object({ type: v.literal("problem-action"), turnId: id, action: id }),
  v.object({ type: v.literal("copy"), text }),
  v.object({ type: v.literal("insert"), text }),
  v.object({ type: v.literal("open-link"), href: v.pipe(v.string(), v.maxLength(4_096)) }),
  v.object({ type: v.literal("remove-attachment"), id }),
]);
export type ToHost = v.InferOutput<typeof toHost>;

/** Undefined when the message is not one of ours: the caller drops it. */
export function parseToView(message: unknown): ToView | undefined {
  const result = v.safeParse(toView, message);
  return result.success ? result.output : undefined;
}

/** Undefined when the message is not one of ours: the caller drops it. */
export function parseToHost(message: unknown): ToHost | undefined {
  const result = v.safeParse(toHost, message);
  return result.success ? result.output : undefined;
}
