import { longestText } from "../../protocol/fields.ts";
import { fill, type Strings } from "../../protocol/strings.ts";
import { formatCount } from "./format.ts";

/** Why a message cannot be sent as it is; undefined when it can. The host would drop a longer one without a word. */
export function whyTooLong(text: string, strings: Strings, language: string): string | undefined {
  return text.length > longestText ? fill(strings.messageTooLong, formatCount(longestText, language)) : undefined;
}
