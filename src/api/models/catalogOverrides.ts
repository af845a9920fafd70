import * as v from "valibot";
import type { ModelData } from "./catalogData.ts";

/** An entry of the user's that cannot be used. */
export interface OverrideProblem {
  /** Place in the list, from 0. */
  readonly index: number;
  /** The member at fault, e.g. "context" or "price.input"; empty when the entry is no object. */
  readonly field: string;
}

/** The members that an entry names. */
export type ModelOverride = Partial<ModelData> & { readonly id: string };

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const dollars = v.pipe(v.number(), v.minValue(0));
const name = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(200));

/** As `ModelData`; only the id is needed. What else an entry holds is ignored, so that later versions may know more. */
const entrySchema = v.object({
  id: name,
  label: v.exactOptional(name),
  context: v.exactOptional(count),
  maxOutput: v.exactOptional(count),
  input: v.exactOptional(v.pipe(v.array(v.picklist(["text", "image", "video", "file"])), v.includes("text"))),
  thinking: v.exactOptional(v.picklist(["none", "toggle", "always"])),
  efforts: v.exactOptional(v.array(v.picklist(["low", "medium", "high", "max"]))),
  tools: v.exactOptional(v.boolean()),
  toolStream: v.exactOptional(v.boolean()),
  onPlan: v.exactOptional(v.boolean()),
  price: v.exactOptional(v.object({ input: dollars, cachedInput: v.exactOptional(dollars), output: dollars })),
  platforms: v.exactOptional(v.array(v.picklist(["zai", "zai-coding", "bigmodel", "bigmodel-coding", "custom"]))),
  maxImages: v.exactOptional(count),
  maxVideos: v.exactOptional(count),
  jsonAnswers: v.exactOptional(v.boolean()),
  successor: v.exactOptional(name),
});

/** The entries that can be used, and what is wrong with the others. */
export function readOverrides(overrides: readonly unknown[]): {
  readonly entries: readonly ModelOverride[];
  readonly problems: readonly OverrideProblem[];
} {
  const entries: ModelOverride[] = [];
  const problems: OverrideProblem[] = [];
  for (const [index, entry] of overrides.entries()) {
    const parsed = v.safeParse(entrySchema, entry, { abortPipeEarly: true });
    if (parsed.success) entries.push(parsed.output);
    else for (const issue of parsed.issues) problems.push({ index, field: v.getDotPath(issue) ?? "" });
  }
  return { entries, problems };
}
