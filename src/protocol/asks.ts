import * as v from "valibot";
import { address, count, id, label } from "./fields.ts";

/**
 * Questions of the view that have an answer. They can fail, take too long and be cancelled; the view numbers them and is told
 * the answer under that number.
 */

const query = v.pipe(v.string(), v.maxLength(200));

export const ask = v.variant("type", [
  /** What "@" offers for what was typed behind it: at once, or `patient` for as much as there is. */
  v.object({ type: v.literal("suggest-context"), query, patient: v.optional(v.boolean(), false) }),
  /** What "/" offers. */
  v.object({ type: v.literal("slash-commands") }),
  /** The bytes of a picture of this conversation or of the composer. */
  v.object({ type: v.literal("picture"), pictureId: id }),
  /** Which of these names in an answer are files or symbols of the workspace; `path` may end in `:line`. */
  v.object({ type: v.literal("resolve-places"), places: v.pipe(v.array(address), v.maxLength(200)) }),
]);
export type Ask = v.InferOutput<typeof ask>;
export type AskOf<Type extends Ask["type"]> = Extract<Ask, { type: Type }>;

const suggestion = v.object({
  /** To be sent back with `attach`. */
  id: address,
  /** Name of a codicon. */
  icon: label,
  label,
  detail: v.optional(label),
  /** A group of its own needs more words first: the view puts this behind the "@" and asks again, e.g. `symbol:`. */
  completes: v.optional(label),
});
export type Suggestion = v.InferOutput<typeof suggestion>;

const slashCommand = v.object({
  /** Without the slash. */
  name: label,
  description: label,
  /** What may follow, as a placeholder; absent when nothing does. */
  argument: v.optional(label),
  /** Whose prompt file it comes from; absent for built-in ones. */
  origin: v.optional(v.picklist(["workspace", "user"])),
});
export type SlashCommandView = v.InferOutput<typeof slashCommand>;

export const answers = {
  /** `partial`: files are still being read or symbols looked for; a patient question gets the rest. */
  "suggest-context": v.object({ items: v.array(suggestion), partial: v.optional(v.boolean(), false) }),
  "slash-commands": v.object({ commands: v.array(slashCommand) }),
  picture: v.object({ mime: v.picklist(["image/png", "image/jpeg", "image/webp", "image/gif"]), base64: v.string() }),
  /** The places that exist. */
  "resolve-places": v.object({ known: v.array(address) }),
} as const satisfies { readonly [Type in Ask["type"]]: v.GenericSchema };
export type AnswerTo<Type extends Ask["type"]> = v.InferOutput<(typeof answers)[Type]>;

export const response = v.object({
  type: v.literal("response"),
  askId: count,
  /** Checked against the schema of the question; absent when it failed. */
  result: v.optional(v.unknown()),
  /** Why there is no answer: a sentence for the user. */
  error: v.optional(label),
});
