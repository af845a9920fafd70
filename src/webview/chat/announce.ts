import type { AnswerFacts } from "../../protocol/turns.ts";
import type { Strings } from "../../protocol/strings.ts";
import { formatWait } from "./format.ts";

/** What was said stays for a moment: words that follow at once must not take it away unheard. */
const mostLines = 4;

/** A live region of its own: were the log live, every token would be read out. */
export function createAnnouncer(): { readonly element: HTMLElement; say(text: string): void } {
  const element = document.createElement("div");
  element.className = "visually-hidden";
  element.setAttribute("role", "status");
  // Only what is new is read out.
  element.setAttribute("aria-atomic", "false");
  return {
    element,
    say(text) {
      // The same words twice are not a change; a new paragraph is.
      const line = document.createElement("p");
      line.textContent = text;
      element.append(line);
      while (element.children.length > mostLines) element.firstElementChild?.remove();
    },
  };
}

/** What a change of an answer is worth saying, if anything: its beginning, its end and what went wrong. */
export function spokenChange(
  before: AnswerFacts | undefined,
  after: AnswerFacts,
  now: number,
  strings: Strings,
): string | undefined {
  const sameWait = after.wait?.reason === before?.wait?.reason && after.wait?.resumesAt === before?.wait?.resumesAt;
  if (after.wait !== undefined && !sameWait) {
    return after.problem?.text ?? formatWait(after.wait, now, strings);
  }
  if (after.problem !== undefined && after.problem.text !== before?.problem?.text) return after.problem.text;
  if (after.status === before?.status) return undefined;
  switch (after.status) {
    case "answering":
      return strings.answerStarted;
    case "done":
      return strings.answerFinished;
    case "stopped":
      return strings.stopped;
    case "waiting":
    case "thinking":
    case "cut":
    case "failed":
      return undefined;
  }
}
