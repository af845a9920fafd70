import type { TurnView } from "../../protocol/turns.ts";

/** A turn in the log. `update` is only called with a turn of the same id and role. */
export interface TurnElement<T extends TurnView = TurnView> {
  readonly element: HTMLElement;
  update(turn: T): void;
  /** Called when that changes. A turn begins far away. */
  setNear?(near: boolean): void;
  dispose(): void;
}

/**
 * Of a turn that it skips a browser keeps what it laid out last, with all elements in it, unless the boxes are new ones: with
 * the buttons alone that is most of what an old turn takes.
 */
export function forgetLayout(...parts: readonly Element[]): void {
  for (const part of parts) part.replaceWith(part);
}

/**
 * An article and not a landmark region: a long conversation would bury the panel's real landmarks. It takes focus so
 * that Alt+Up and Alt+Down can walk over the turns.
 */
export function createTurnFrame(
  id: string,
  kind: "user" | "answer",
): { readonly element: HTMLElement; readonly heading: HTMLElement } {
  const element = document.createElement("article");
  element.className = `turn ${kind}`;
  element.tabIndex = -1;
  element.dataset["turn"] = id;
  const heading = document.createElement("h3");
  element.append(heading);
  return { element, heading };
}
