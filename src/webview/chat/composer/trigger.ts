/** What is being typed that a list can complete: context behind an "@", or a command behind the first "/". */
export interface Trigger {
  readonly kind: "context" | "command";
  /** Of the "@" or "/". */
  readonly start: number;
  /** Of the caret. */
  readonly end: number;
  readonly query: string;
}

/** What the host takes as a question. */
const longestQuery = 200;

// Chinese is written without spaces: there an "@" may follow a character. After a Latin letter it is an address.
const mention = /(?:^|[\s\p{Script=Han}\u3000-\u303f\uff00-\uffef])[@＠]([^\s@＠]*)$/u;
const command = /^\s*\/([^\s/]*)$/;

/** Undefined when nothing is to be completed where the caret is. */
export function findTrigger(text: string, caret: number): Trigger | undefined {
  // A long text is not searched as a whole with every key.
  const begin = Math.max(0, caret - longestQuery - 2);
  const before = text.slice(begin, caret);
  const asked = begin === 0 ? command.exec(before)?.[1] : undefined;
  if (asked !== undefined) return { kind: "command", start: caret - asked.length - 1, end: caret, query: asked };
  const mentioned = mention.exec(before)?.[1];
  if (mentioned === undefined || mentioned.length > longestQuery) return undefined;
  return { kind: "context", start: caret - mentioned.length - 1, end: caret, query: mentioned };
}
