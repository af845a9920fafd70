import type { TurnView } from "../../protocol/turns.ts";

/** A turn in the log. `update` is only called with a turn of the same id and role. */
export interface TurnElement<T extends TurnView = TurnView> {
  readonly element: HTMLElement;
  update(turn: T): void;
  /** Absent where drawing costs no more than plain text. A turn begins far away. */
  setNear?(near: boolean): void;
  dispose(): void;
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
