import * as v from "valibot";
import { ask, response } from "./asks.ts";
import { address, count, id, label, text } from "./fields.ts";
import { composer, setup } from "./panelParts.ts";
import { stringsSchema } from "./strings.ts";
import { answerFacts, turn } from "./turns.ts";

/**
 * Everything that passes between the extension host and the chat webview. Both sides parse what they receive: the
 * webview shows text from outside, so neither trusts the other. The host owns facts; the view owns where you look.
 */

const toView = v.variant("type", [
  v.object({
    type: v.literal("snapshot"),
    conversationId: id,
    title: label,
    /** The latest turns; the view asks for the ones before with `more-turns` when it has time. */
    turns: v.array(turn),
    /** How many turns there are before these. */
    earlier: v.optional(count),
    composer,
    setup,
    strings: stringsSchema,
    /** BCP 47 tag of VS Code's display language. */
    language: label,
  }),
  /** The turns right before the first one that the view has. */
  /** `before` is the turn that they come in front of; a view that shows another one first has no use for them. */
  v.object({ type: v.literal("turns-before"), conversationId: id, before: id, turns: v.array(turn), earlier: count }),
  v.object({ type: v.literal("turn-added"), turn }),
  v.object({ type: v.literal("turn-removed"), turnId: id }),
  /** Text that follows what the view already has of this answer. At most one per animation frame. */
  /** `thinking` is left out when there is none, as in most of very many. */
  v.object({ type: v.literal("delta"), turnId: id, text, thinking: v.optional(text) }),
  v.object({ type: v.literal("facts"), turnId: id, facts: answerFacts }),
  v.object({ type: v.literal("title"), title: label }),
  v.object({ type: v.literal("composer"), composer }),
  v.object({ type: v.literal("setup"), setup }),
  /** Puts text into the composer and the caret behind it; `text` empty only focuses. */
  v.object({ type: v.literal("draft"), text }),
  /** A text that was given back has been sent after all: the composer is emptied, if that is still what it holds. */
  v.object({ type: v.literal("draft-sent"), text }),
  response,
]);
export type ToView = v.InferOutput<typeof toView>;

/** At most so many bytes of a pasted or dropped picture travel from the view, as base64. */
export const longestPicture = 24_000_000;

const toHost = v.variant("type", [
  v.object({ type: v.literal("ready") }),
  /** What is typed but not sent, a moment after it has changed. */
  v.object({ type: v.literal("drafted"), text }),
  /** Asks, or queues while an answer is on its way. A text that begins with a known slash command is one. Empty: pictures alone. */
  v.object({ type: v.literal("send"), text }),
  /** A question about the open file, which the host attaches. */
  v.object({ type: v.literal("ask-about-file"), text }),
  v.object({ type: v.literal("stop") }),
  /** The turns in front of the first one that the view has. */
  v.object({ type: v.literal("more-turns"), before: id }),

  v.object({ type: v.literal("new-chat") }),
  v.object({ type: v.literal("open-history") }),
  v.object({ type: v.literal("rename"), title: label }),
  /** Asks with another text in place of an earlier question; what came after it is kept as a conversation of its own. */
  v.object({ type: v.literal("edit"), turnId: id, text }),
  /** A new conversation that begins as this one does up to and with that turn. */
  v.object({ type: v.literal("branch"), turnId: id }),
  v.object({ type: v.literal("retry"), turnId: id }),
  /** Retry after choosing another model. */
  v.object({ type: v.literal("regenerate"), turnId: id }),
  /** Lets the model go on where an answer was cut. */
  v.object({ type: v.literal("continue"), turnId: id }),
  v.object({ type: v.literal("problem-action"), turnId: id, action: id }),

  v.object({ type: v.literal("unqueue"), messageId: id }),
  /** Takes a queued message back into the composer. */
  v.object({ type: v.literal("edit-queued"), messageId: id }),
  /** Sends what was held back because an answer did not end well. */
  v.object({ type: v.literal("resume-queue") }),

  v.object({ type: v.literal("pick-model") }),
  v.object({ type: v.literal("set-effort"), level: id }),
  v.object({ type: v.literal("set-web"), on: v.boolean() }),
  v.object({ type: v.literal("pick-context") }),
  /** `suggestion` is the id of what "@" offered. */
  v.object({ type: v.literal("attach"), suggestion: address }),
  v.object({ type: v.literal("attach-offer") }),
  /** Dropped from the Explorer or a tab. */
  v.object({ type: v.literal("attach-uris"), uris: v.pipe(v.array(address), v.maxLength(200)) }),
  /** Pasted or dropped; the host checks what it really is. */
  v.object({
    type: v.literal("attach-picture"),
    name: label,
    base64: v.pipe(v.string(), v.maxLength(longestPicture)),
  }),
  v.object({ type: v.literal("remove-attachment"), id }),
  v.object({ type: v.literal("remove-picture"), id }),

  v.object({ type: v.literal("copy"), text }),
  v.object({ type: v.literal("insert"), text }),
  /** Shows the code as a change of the file that it seems to be meant for. `hint`: a path named next to it. */
  v.object({ type: v.literal("apply-code"), text, language: label, hint: v.optional(label) }),
  v.object({ type: v.literal("new-file"), text, language: label }),
  v.object({ type: v.literal("run-in-terminal"), text }),
  /** Opens the block, with its fence, in VS Code's own Markdown preview. */
  v.object({ type: v.literal("preview-markdown"), text }),
  v.object({ type: v.literal("open-link"), href: address }),
  /** One of the places that `resolve-places` knew. */
  v.object({ type: v.literal("open-place"), place: address }),
  v.object({ type: v.literal("open-picture"), pictureId: id }),
  v.object({ type: v.literal("save-picture"), pictureId: id }),

  /** Back to the code. */
  v.object({ type: v.literal("focus-editor") }),

  v.object({ type: v.literal("set-key") }),
  v.object({ type: v.literal("import-key") }),
  v.object({ type: v.literal("get-key") }),
  v.object({ type: v.literal("get-started") }),
  v.object({ type: v.literal("set-up-server") }),
  v.object({ type: v.literal("choose-platform") }),
  v.object({ type: v.literal("manage-trust") }),

  v.object({ type: v.literal("ask"), askId: count, ask }),
  v.object({ type: v.literal("cancel-ask"), askId: count }),
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
