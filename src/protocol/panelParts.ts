import * as v from "valibot";
import { count, id, label, text } from "./fields.ts";
import { attachment, picture } from "./turns.ts";

/** What surrounds the turns: the composer and what has to be set up before it is of use. */

export const composer = v.object({
  attachments: v.array(attachment),
  pictures: v.optional(v.array(picture)),
  /** Label of the chosen model. */
  model: label,
  /** True while an answer is on its way: send becomes stop, and Enter queues. */
  busy: v.boolean(),
  /** The file that is open and could go along; never sent before it was added. */
  offer: v.optional(v.object({ label, detail: label })),
  /** How much to think; absent where the model leaves no choice. Only levels that the model has. */
  effort: v.optional(v.object({ chosen: id, levels: v.array(v.object({ id, label })) })),
  /** Whether the web is searched before the next answer; absent where that is not offered. */
  web: v.optional(v.boolean()),
  /** Tokens of history and context that the next question would send, and how many the model can read. */
  budget: v.optional(v.object({ used: count, limit: count })),
  /** Messages that are sent when the running answer has ended. `paused`: it did not end well, so that they wait for a click. */
  queue: v.optional(v.object({ messages: v.array(v.object({ id, text, extras: count })), paused: v.boolean() })),
  /** Questions to begin with, made from the open file; complete sentences. */
  starters: v.optional(v.array(label)),
});
export type ComposerView = v.InferOutput<typeof composer>;

export const setup = v.object({
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
