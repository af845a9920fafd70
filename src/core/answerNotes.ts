import type { ChatPart } from "../api/chat/chatTypes.ts";
import type { Problem, ProblemAction, Translate } from "./services.ts";

/** What came with an answer beside text and thinking, and must not go unnoticed. */
export type AnswerNote = Extract<ChatPart, { type: "unread-call" | "tool-call" | "images-dropped" }>;

interface Words {
  readonly text: string;
  readonly actions: readonly ProblemAction[];
}

/** The view refuses details of more than 2000 characters. */
const longestDetails = 1900;

/** Words for what came beside the text, behind those for the way in which the answer ended. */
export function describeNotes(
  notes: readonly AnswerNote[],
  ending: Problem | undefined,
  language: string,
  t: Translate,
): Problem | undefined {
  if (notes.length === 0) return ending;
  const firstOfEach = notes.filter(({ type }, index) => notes.findIndex((note) => note.type === type) === index);
  const all: readonly Words[] = [...(ending ? [ending] : []), ...firstOfEach.map((note) => wordsFor(note, t))];
  const details = [...(ending ? [ending.details] : []), ...notes.map(detailsOf)].join("\n");
  return {
    text: all.map(({ text }) => text).join(language.startsWith("zh") ? "" : " "),
    details: details.length > longestDetails ? `${details.slice(0, longestDetails)}…` : details,
    actions: [...new Set(all.flatMap(({ actions }) => actions))],
  };
}

function wordsFor(note: AnswerNote, t: Translate): Words {
  switch (note.type) {
    case "unread-call":
      return {
        text: t(
          "The answer holds a tool call that the server passed on as text. Start the server with its tool-call parser (--tool-call-parser), or choose another server.",
        ),
        actions: ["custom-settings", "choose-platform"],
      };
    case "tool-call":
      return {
        text: t("The model called a tool that it was not offered, so nothing was run. Try again."),
        actions: ["retry"],
      };
    case "images-dropped":
      return {
        text: t("This model does not read pictures, so they were left out. Choose another model, then ask again."),
        actions: ["choose-model", "retry"],
      };
  }
}

/** One line each, of text from outside. */
function detailsOf(note: AnswerNote): string {
  switch (note.type) {
    case "unread-call":
      return `unread tool call: ${note.text.length} characters`;
    case "tool-call":
      return `tool call: ${note.call.name} ${note.call.arguments}`;
    case "images-dropped":
      return `pictures left out: ${note.count}`;
  }
}
