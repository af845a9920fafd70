import type { AnswerFacts, AttachmentView, TurnView } from "../protocol/turns.ts";
import { pictureView, type AnswerTurn, type NoticeTurn, type Turn } from "./conversation.ts";
import type { Attachment, ProblemAction } from "./services.ts";

/** Turns what a conversation keeps into words. */
export interface ViewLabels {
  model(id: string): string;
  action(action: ProblemAction): string;
  effort(level: string): string;
  /** What a notice says, e.g. that older messages were summarised. */
  notice(kind: NoticeTurn["kind"]): string;
  /** What is done while an answer cannot begin yet. */
  step(kind: "summarising"): string;
}

export function attachmentView({ id, kind, label, detail, tokens, warning }: Attachment): AttachmentView {
  return {
    id,
    kind,
    label,
    detail,
    ...(tokens === undefined ? {} : { tokens }),
    ...(warning === undefined ? {} : { warning }),
  };
}

/** What the webview is shown of a turn. */
export function viewOf(turn: Turn, labels: ViewLabels): TurnView {
  switch (turn.role) {
    case "user":
      return {
        role: "user",
        id: turn.id,
        text: turn.text,
        attachments: turn.attachments.map(attachmentView),
        ...(turn.pictures === undefined ? {} : { pictures: turn.pictures.map(pictureView) }),
      };
    case "assistant":
      return { role: "assistant", id: turn.id, text: turn.text, thinking: turn.thinking, facts: factsOf(turn, labels) };
    case "notice":
      return {
        role: "notice",
        id: turn.id,
        text: labels.notice(turn.kind),
        ...(turn.summary === "" ? {} : { details: turn.summary }),
      };
  }
}

export function factsOf(turn: AnswerTurn, labels: ViewLabels): AnswerFacts {
  const buttons = (actions: readonly ProblemAction[]) => actions.map((id) => ({ id, label: labels.action(id) }));
  const { problem, note } = turn;
  return {
    status: turn.status,
    model: labels.model(turn.model),
    startedAt: turn.at,
    ...(turn.thinkingMs === undefined ? {} : { thinkingMs: turn.thinkingMs }),
    ...(turn.effort === undefined ? {} : { effort: labels.effort(turn.effort) }),
    ...(turn.usage === undefined ? {} : { usage: turn.usage }),
    ...(note === undefined ? {} : { note: { text: note.text, actions: buttons(note.actions) } }),
    ...(turn.sources === undefined ? {} : { sources: [...turn.sources] }),
    ...(turn.pictures === undefined ? {} : { pictures: turn.pictures.map(pictureView) }),
    ...(problem === undefined
      ? {}
      : { problem: { text: problem.text, details: problem.details, actions: buttons(problem.actions) } }),
  };
}
