import { setTimeout as pause } from "node:timers/promises";
import type { SharedBoard } from "../../host/sharedBoard.ts";

/** Another window is done at the board in less than that. */
const boardTakenMs = 3;

/**
 * Tells the other windows which conversations this one has open: of two that write to the same one, each would undo what the
 * other does. The marks of a window that was killed count no more.
 */
export class OpenMarks {
  readonly #board: Pick<SharedBoard, "exchange" | "say">;
  readonly #own = new Set<string>();

  constructor(board: Pick<SharedBoard, "exchange" | "say">) {
    this.#board = board;
  }

  /** False when another window has it open; otherwise it is this one's from now on. */
  async claim(id: string): Promise<boolean> {
    let isFree = true;
    const look = (others: readonly string[]) => {
      isFree = !others.some((text) => text.split("\n").includes(id));
      if (isFree) this.#own.add(id);
      return this.#text;
    };
    while (!this.#board.exchange(look)) await pause(boardTakenMs);
    return isFree;
  }

  /** For one that nobody else has: it is new, or was claimed. */
  hold(id: string): void {
    this.#own.add(id);
    this.#board.say(this.#text);
  }

  release(id: string): void {
    this.#own.delete(id);
    this.#board.say(this.#text);
  }

  get #text(): string {
    return [...this.#own].join("\n");
  }
}
