import type { Board } from "../../src/api/http/governor.ts";

export interface MemoryBoards {
  /** While true, every exchange finds another window at the board. */
  taken: boolean;
  window(): Board;
  /** What stands on the board now, by window. */
  readonly texts: ReadonlyMap<Board, string>;
}

/** The board of several windows, all in this process. Watchers hear of a change one turn of the event loop later. */
export function createMemoryBoards(): MemoryBoards {
  const texts = new Map<Board, string>();
  const listeners = new Set<() => void>();
  const boards: MemoryBoards = {
    taken: false,
    texts,
    window() {
      const board: Board = {
        exchange(update) {
          if (boards.taken) return false;
          board.say(update([...texts].filter(([owner]) => owner !== board).map(([, each]) => each)));
          return true;
        },
        say(text) {
          const before = texts.get(board) ?? "";
          if (text === "") texts.delete(board);
          else texts.set(board, text);
          if (text !== before) setImmediate(() => [...listeners].forEach((listener) => listener()));
        },
        watch(listener) {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      };
      return board;
    },
  };
  return boards;
}
