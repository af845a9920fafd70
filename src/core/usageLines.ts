import * as v from "valibot";
import type { Use } from "../api/usage/use.ts";

/**
 * The form of uses on disk: one JSON object a line, appended only, by any number of windows. No question, no answer and no
 * key is in it. A line that is damaged or of another form is passed over.
 */

const count = v.pipe(v.number(), v.minValue(0));
const useSchema: v.GenericSchema<unknown, Use> = v.object({
  at: count,
  platform: v.picklist(["zai", "zai-coding", "bigmodel", "bigmodel-coding", "custom"]),
  host: v.string(),
  kind: v.picklist(["chat", "background-chat", "ocr", "image", "agent"]),
  model: v.string(),
  input: count,
  cached: count,
  output: count,
  pictures: count,
});

/** The line begins with its break, so that a line before it that was cut short does not spoil this one. */
export function lineOf({ at, platform, host, kind, model, input, cached, output, pictures }: Use): string {
  return `\n${JSON.stringify({ at, platform, host, kind, model, input, cached, output, pictures })}`;
}

export function usesOf(text: string): Use[] {
  return text.split("\n").flatMap((line) => {
    const parsed = v.safeParse(useSchema, parse(line));
    return parsed.success ? [parsed.output] : [];
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
