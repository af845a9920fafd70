import type { Translate } from "./services.ts";

/** Commands that are part of the chat, in the order in which "/" offers them. */
export const builtInCommands = [
  "explain",
  "fix",
  "tests",
  "doc",
  "review",
  "commit",
  "search",
  "image",
  "ocr",
  "clear",
  "export",
] as const;
export type BuiltInCommand = (typeof builtInCommands)[number];

/** Commands that ask about code: what is attached, else what is selected, else the open file. */
export type CodeCommand = "explain" | "fix" | "tests" | "doc" | "review";

export interface TypedCommand {
  /** In lower case, without the slash. */
  readonly name: string;
  readonly argument: string;
}

/** What a command, and so the file that a command comes from, may be called. */
const commandName = String.raw`[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,39}`;
const typed = new RegExp(String.raw`^/(${commandName})(?=\s|$)\s*(.*)$`, "su");
const wholeName = new RegExp(`^${commandName}$`, "u");

/** First folders of an absolute path: "/tmp is full" is a sentence, not a command. */
const rootFolders = new Set(
  "bin boot dev etc home lib mnt opt private proc root run srv sys tmp usr var volumes".split(" "),
);

export function isCommandName(name: string): boolean {
  return wholeName.test(name);
}

export function isBuiltIn(name: string): name is BuiltInCommand {
  return builtInCommands.some((known) => known === name);
}

/** The command that a text begins with, known or not. Undefined for other texts, also those that begin with a path. */
export function commandIn(text: string): TypedCommand | undefined {
  const [, name = "", argument = ""] = typed.exec(text.trim()) ?? [];
  const lower = name.toLowerCase();
  return name === "" || rootFolders.has(lower) ? undefined : { name: lower, argument: argument.trim() };
}

/** The command that was probably meant: the one with the fewest letters to change, or one that begins like it. */
export function nearestCommand(name: string, known: readonly string[]): string | undefined {
  const begun = known.filter((each) => name.length > 1 && each.startsWith(name));
  const [nearest] = (begun.length > 0 ? begun : known)
    .map((each) => ({ each, steps: distance(name, each) }))
    .toSorted((one, other) => one.steps - other.steps);
  if (nearest === undefined) return undefined;
  const close = nearest.steps <= Math.max(1, Math.floor(nearest.each.length / 3));
  return begun.length > 0 || close ? nearest.each : undefined;
}

/** How many letters have to be added, removed, replaced or swapped with their neighbour. */
function distance(from: string, to: string): number {
  let before: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const next = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = row > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      next.push(
        Math.min(
          (last[column] ?? 0) + 1,
          (next[column - 1] ?? 0) + 1,
          (last[column - 1] ?? 0) + (same ? 0 : 1),
          swapped ? (before[column - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    [before, last] = [last, next];
  }
  return last[to.length] ?? 0;
}

export interface CommandWords {
  readonly description: string;
  /** What may follow, as a placeholder. */
  readonly argument?: string;
}

export function wordsOfCommand(name: BuiltInCommand, t: Translate): CommandWords {
  const aspect = t("what matters to you");
  switch (name) {
    case "explain":
      return { description: t("Explain the attached, selected or open code"), argument: aspect };
    case "fix":
      return { description: t("Find what is wrong in the code and mend it"), argument: aspect };
    case "tests":
      return { description: t("Write tests for the code"), argument: aspect };
    case "doc":
      return { description: t("Write comments that document the code"), argument: aspect };
    case "review":
      return { description: t("Look through the code for mistakes and risks"), argument: aspect };
    case "commit":
      return { description: t("Write a commit message for your changes"), argument: aspect };
    case "search":
      return {
        description: t("Search the web and answer with numbered sources"),
        argument: t("what you want to know"),
      };
    case "image":
      return { description: t("Generate a picture"), argument: t("what the picture should show") };
    case "ocr":
      return { description: t("Read the text of pictures or PDFs") };
    case "clear":
      return { description: t("Start a new chat") };
    case "export":
      return { description: t("Save this chat to a file") };
  }
}
