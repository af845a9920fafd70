import type { TurnView } from "../../protocol/turns.ts";
import { Answer } from "./answer.ts";
import type { ViewContext } from "./context.ts";
import { Nearby } from "./nearby.ts";
import { Notice } from "./notice.ts";
import type { TurnElement } from "./turn.ts";
import { UserTurn } from "./userTurn.ts";

/** The newest turns are what is looked at: they are drawn at once, before the browser has said where they lie. */
const alwaysNear = 4;

interface Shown {
  turn: TurnView;
  readonly view: TurnElement;
  /** Whether it lies far from what is seen; so the newest turns may, too, but they stay drawn. */
  far: boolean;
  /** What its view was told last. */
  drawn: boolean;
}

/**
 * The turns in the log: one element each, touched only when the turn is another object than before. What is far away is
 * plain text that the browser neither lays out nor paints, and yet can be read out, selected and found.
 */
export class TurnList {
  readonly element = document.createElement("div");
  readonly #context: ViewContext;
  readonly #nearby: Nearby;
  readonly #shown = new Map<string, Shown>();
  #tabStop: HTMLElement | undefined;
  #visited = false;

  /** `log` is what the turns scroll in. */
  constructor(context: ViewContext, log: HTMLElement) {
    this.#context = context;
    this.#nearby = new Nearby(log, (element, near) => this.#moved(element, near));
    this.element.className = "turns";
    this.element.addEventListener("focusin", (event) => {
      // Focus on something inside a turn is on its way through and must not move the stop that lies ahead of it.
      const turn = event.target;
      if (!(turn instanceof HTMLElement) || !turn.matches(".turn")) return;
      this.#visited = true;
      this.#makeTabStop(turn);
    });
  }

  update(turns: readonly TurnView[]): void {
    const ids = new Set(turns.map(({ id }) => id));
    for (const [id, { view }] of this.#shown) if (!ids.has(id)) this.#remove(id, view);
    for (const [index, turn] of turns.entries()) {
      const shown = this.#shown.get(turn.id);
      if (shown?.turn === turn) continue;
      if (shown !== undefined && shown.turn.role === turn.role) {
        shown.turn = turn;
        shown.view.update(turn);
        continue;
      }
      if (shown !== undefined) this.#remove(turn.id, shown.view);
      const view = this.#create(turn);
      this.#shown.set(turn.id, { turn, view, far: true, drawn: false });
      this.element.insertBefore(view.element, this.element.children[index] ?? null);
      this.#nearby.watch(view.element);
    }
    for (const { id } of turns.slice(-2 * alwaysNear, -alwaysNear)) this.#settle(id, false);
    for (const { id } of turns.slice(-alwaysNear)) this.#settle(id, true);
    const last = this.element.lastElementChild;
    if (!this.#visited && last instanceof HTMLElement) this.#makeTabStop(last);
  }

  dispose(): void {
    this.#nearby.dispose();
    for (const { view } of this.#shown.values()) view.dispose();
  }

  /** Moves focus to the turn above (-1) or below (1) the focused one. False when there is none in that direction. */
  moveFocus(step: -1 | 1): boolean {
    const focused = document.activeElement?.closest<HTMLElement>(".turn") ?? null;
    const turns = [...this.element.children];
    const next = focused === null ? (step === -1 ? turns.at(-1) : undefined) : turns[turns.indexOf(focused) + step];
    if (!(next instanceof HTMLElement)) return false;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    return true;
  }

  #create(turn: TurnView): TurnElement {
    switch (turn.role) {
      case "user":
        return new UserTurn(turn, this.#context);
      case "assistant":
        return new Answer(turn, this.#context);
      case "notice":
        return new Notice(turn, this.#context);
    }
  }

  #moved(element: Element, near: boolean): void {
    const id = element instanceof HTMLElement ? (element.dataset["turn"] ?? "") : "";
    const shown = this.#shown.get(id);
    if (shown?.view.element !== element) return;
    shown.far = !near;
    const newest = [...this.element.children].slice(-alwaysNear).includes(element);
    this.#settle(id, newest);
  }

  #settle(id: string, newest: boolean): void {
    const shown = this.#shown.get(id);
    if (shown === undefined) return;
    const near = newest || !shown.far;
    // What somebody is at must not change under the hand. Asked before anything is compared: it has the browser lay out turns that
    // have just come, without which the place where somebody was is not found again.
    if (!near && isInUse(shown.view.element)) return;
    if (near !== shown.drawn) shown.view.setNear?.(near);
    shown.drawn = near;
  }

  #remove(id: string, view: TurnElement): void {
    this.#nearby.forget(view.element);
    view.dispose();
    view.element.remove();
    this.#shown.delete(id);
    if (this.#tabStop !== view.element) return;
    this.#tabStop = undefined;
    this.#visited = false;
  }

  /** Only one turn is a tab stop: the one that was visited last, until then the newest. */
  #makeTabStop(turn: HTMLElement): void {
    if (this.#tabStop === turn) return;
    if (this.#tabStop !== undefined) this.#tabStop.tabIndex = -1;
    turn.tabIndex = 0;
    this.#tabStop = turn;
  }
}

/** Asks the range: the selection itself has the browser lay out the page before it answers. */
function isInUse(element: HTMLElement): boolean {
  const selection = document.getSelection();
  const range = selection !== null && selection.rangeCount > 0 ? selection.getRangeAt(0) : undefined;
  const selected = range?.collapsed === false && range.intersectsNode(element);
  return selected || element.contains(document.activeElement);
}
