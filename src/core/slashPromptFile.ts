import type { Effort } from "../api/chat/chatTypes.ts";
import { isBuiltIn, isCommandName } from "./slashCommands.ts";
import type { Translate } from "./services.ts";

/** Bytes that a prompt file may have. */
export const largestPromptFile = 64 * 1024;
/** Prompt files of one folder that are looked at. */
export const mostPromptFiles = 100;

const longestWords = 200;
const efforts: readonly Effort[] = ["off", "on", "low", "medium", "high", "max"];

/** A command that the user wrote: text only, nothing in it is ever run. */
export interface PromptFile {
  readonly name: string;
  readonly description: string;
  /** What may follow the command, as a placeholder. */
  readonly argument?: string;
  /** Id of the model that answers; absent for the chosen one. */
  readonly model?: string;
  readonly effort?: Effort;
  readonly body: string;
}

/** Why a file is no command. */
export type PromptFileProblem = "name" | "built-in" | "too-big" | "not-text" | "empty";

const frontMatter = /^---[ \t]*\r?\n(?:(.*?)\r?\n)??---[ \t]*(?:\r?\n|$)/s;

/**
 * Reads `fileName`, e.g. `standup.md`. Front matter is one `key: value` a line; keys that are not ours and values that make no
 * sense are left out, so that files written for other tools work.
 */
export function readPromptFile(fileName: string, bytes: Uint8Array): PromptFile | PromptFileProblem {
  const name = fileName.replace(/\.md$/i, "").normalize("NFC").toLowerCase();
  if (!isCommandName(name)) return "name";
  if (isBuiltIn(name)) return "built-in";
  if (bytes.length > largestPromptFile) return "too-big";
  const text = decoded(bytes);
  if (text === undefined) return "not-text";
  const head = frontMatter.exec(text);
  const body = (head === null ? text : text.slice(head[0].length)).trim();
  if (body === "") return "empty";
  const fields = fieldsOf(head?.[1] ?? "");
  const effort = efforts.find((level) => level === fields.get("effort")?.toLowerCase());
  const model = fields.get("model");
  const argument = fields.get("argument");
  return {
    name,
    description: fields.get("description") ?? firstWords(body),
    ...(argument === undefined ? {} : { argument }),
    ...(model === undefined || /\s/.test(model) || model.toLowerCase() === "auto" ? {} : { model }),
    ...(effort === undefined ? {} : { effort }),
    body,
  };
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

function fieldsOf(head: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of head.split(/\r?\n/)) {
    const [, key = "", written = ""] = /^([A-Za-z][\w-]*)[ \t]*:(.*)$/s.exec(line) ?? [];
    const value = oneLine(written.trim().replace(/^(["'])(.*)\1$/s, "$2"));
    if (value !== "") fields.set(key.toLowerCase(), value);
  }
  return fields;
}

/** Text of a file as a list shows it. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim();
  const characters = Array.from(line);
  return characters.length > longestWords ? `${characters.slice(0, longestWords - 1).join("")}…` : line;
}

function firstWords(body: string): string {
  return oneLine(body.split("\n", 1)[0]?.replace(/^#+\s*/, "") ?? "");
}

/** What a body can ask for. The code itself goes along as attachments; the text only names it. */
export interface PromptValues {
  readonly input: string;
  /** e.g. `src/sse.ts:40–71`. */
  readonly selection: string;
  /** e.g. `src/sse.ts`. */
  readonly file: string;
}

const placeholder = /\{\{\s*(input|selection|file)\s*\}\}/g;

export function needs(body: string): { readonly [Value in keyof PromptValues]: boolean } {
  const named = new Set(Array.from(body.matchAll(placeholder), ([, name]) => name));
  return { input: named.has("input"), selection: named.has("selection"), file: named.has("file") };
}

/** The body with its placeholders replaced, once: what is put in is not looked at again. What the body has no place for follows it. */
export function fillPrompt(body: string, values: PromptValues): string {
  const filled = body.replace(placeholder, (_whole, name: keyof PromptValues) => values[name]);
  return values.input === "" || needs(body).input ? filled : `${filled}\n\n${values.input}`;
}

export function promptFileProblemText(problem: PromptFileProblem, name: string, t: Translate): string {
  switch (problem) {
    case "name":
      return t("Rename it: a command consists of letters, digits, - and _.");
    case "built-in":
      return t("/{0} is built in. Rename the file to offer it.", name);
    case "too-big":
      return t("Larger than {0} KB. Shorten it.", largestPromptFile / 1024);
    case "not-text":
      return t("Not a text in UTF-8. Save it as one.");
    case "empty":
      return t("Nothing in it yet.");
  }
}

/** What a new file begins with: it works as it stands, and says what else is possible. */
export function promptFileTemplate(t: Translate): string {
  return `---
# ${t("Lines that begin with # are comments. All of this head may be left out.")}
description: ${t("Summarise what changed, for the daily meeting")}
# ${t("Shown behind the command while you type it.")}
argument: ${t("what to mention")}
# ${t("A model and how much it thinks (off, on, low, medium, high, max), for this command only.")}
# model: glm-5.3
# effort: low
# ${t("In the text below, {{input}} is what you type behind the command, {{selection}} the selected code and {{file}} the open file; code goes along as an attachment.")}
---

${t("Sum up in three sentences for my team what this is about. {{input}}")}
`;
}
