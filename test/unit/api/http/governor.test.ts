import { setImmediate as turn } from "node:timers/promises";
import * as fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { ApiError } from "../../../../src/api/errors.ts";
import {
  createGovernor,
  type Board,
  type Governor,
  type Priority,
  type Slot,
} from "../../../../src/api/http/governor.ts";
import { manualClock } from "../../../fakes/manualClock.ts";
import { createMemoryBoards } from "../../../fakes/memoryBoards.ts";

type State = "waiting" | "running" | "done" | "cancelled";

/** One request as its caller sees it. */
class Caller {
  readonly priority: Priority;
  readonly arrival: number;
  state: State = "waiting";
  queued = 0;
  readonly #stop = new AbortController();
  #slot: Slot | undefined;

  constructor(governor: Governor, priority: Priority, arrival: number, onStart: (caller: Caller) => void = () => {}) {
    this.priority = priority;
    this.arrival = arrival;
    governor.acquire({ priority, signal: this.#stop.signal, onQueued: () => this.queued++ }).then(
      (slot) => {
        this.#slot = slot;
        this.state = "running";
        onStart(this);
      },
      (error: unknown) => {
        expect(error).toBeInstanceOf(ApiError);
        expect(error).toMatchObject({ code: "cancelled" });
        this.state = "cancelled";
      },
    );
  }

  cancel(): void {
    this.#stop.abort();
  }

  release(): void {
    this.state = "done";
    this.#slot?.release();
    this.#slot?.release();
  }
}

/** Until every window has heard of everything. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 8; turns++) await turn();
}

function before(one: Caller, other: Caller): boolean {
  if (one.priority !== other.priority) return one.priority === "interactive";
  return one.arrival < other.arrival;
}

const command = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("acquire"), window: fc.nat(2), background: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("release"), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancel"), which: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("taken"), taken: fc.boolean() }) },
);

interface Script {
  readonly limit: number;
  readonly windows: number;
  readonly mayBeTaken: boolean;
  readonly commands: readonly (typeof command extends fc.Arbitrary<infer Command> ? Command : never)[];
}

const script = fc.record({
  limit: fc.integer({ min: 1, max: 3 }),
  windows: fc.integer({ min: 1, max: 3 }),
  mayBeTaken: fc.boolean(),
  commands: fc.array(command, { maxLength: 40 }),
});

async function play({ limit, windows, mayBeTaken, commands }: Script): Promise<void> {
  const clock = manualClock();
  const boards = createMemoryBoards();
  const governors = Array.from({ length: windows }, () => createGovernor({ clock, limit, board: boards.window() }));
  const callers: Caller[] = [];
  const all = (state: State) => callers.filter((caller) => caller.state === state);
  const started: Caller[] = [];
  const check = () => {
    const justStarted = started.splice(0);
    expect(all("running").length).toBeLessThanOrEqual(limit);
    if (boards.taken) return;
    // Nobody waits beside a free place, ...
    if (all("waiting").length > 0) expect(all("running")).toHaveLength(limit);
    // ... and nobody started who was not the next. While the board was taken a window could not know who was.
    if (mayBeTaken) return;
    for (const caller of justStarted) expect(all("waiting").filter((other) => before(other, caller))).toEqual([]);
  };

  for (const step of commands) {
    clock.pass(1);
    if ("window" in step) {
      const governor = governors[step.window % windows];
      const priority = step.background ? "background" : "interactive";
      if (governor) callers.push(new Caller(governor, priority, clock.now(), (caller) => started.push(caller)));
    } else if ("taken" in step) boards.taken = mayBeTaken && step.taken;
    else if (step.kind === "release") all("running")[step.which % all("running").length]?.release();
    else all("waiting")[step.which % all("waiting").length]?.cancel();
    await settle();
    if (!boards.taken) {
      // Who found the board taken comes back a few ms later.
      clock.pass(20);
      await settle();
    }
    check();
  }

  boards.taken = false;
  clock.pass(20);
  await settle();
  for (let rounds = 0; rounds < 100 && all("running").length > 0; rounds++) {
    for (const caller of all("running")) caller.release();
    await settle();
    check();
  }
  expect(all("waiting")).toEqual([]);
  expect([boards.texts.size, clock.pending()]).toEqual([0, 0]);
}

test("never more than the limit, the next one next, nobody forgotten, over several windows", async () => {
  await fc.assert(fc.asyncProperty(script, play), { numRuns: 300 });
});

describe("a queue", () => {
  it("lets two run at once by default and tells the third, once, that it waits", async () => {
    const governor = createGovernor({ clock: manualClock() });
    const callers = [1, 2, 3].map((arrival) => new Caller(governor, "interactive", arrival));
    await settle();
    expect(callers.map(({ state, queued }) => [state, queued])).toEqual([
      ["running", 0],
      ["running", 0],
      ["waiting", 1],
    ]);
    callers[0]?.release();
    await settle();
    expect([callers[2]?.state, callers[2]?.queued]).toEqual(["running", 1]);
  });

  it("puts an interactive request before background ones of another window", async () => {
    const clock = manualClock();
    const boards = createMemoryBoards();
    const busy = createGovernor({ clock, board: boards.window() });
    const other = createGovernor({ clock, board: boards.window() });
    const background = Array.from({ length: 22 }, (_, arrival) => new Caller(busy, "background", arrival));
    await settle();
    const interactive = new Caller(other, "interactive", 22);
    await settle();
    background[0]?.release();
    await settle();
    expect(interactive.state).toBe("running");
    expect(background.filter(({ state }) => state === "running")).toHaveLength(1);
  });

  it("does not let background requests overtake while the other window has yet to wake up", async () => {
    const clock = manualClock();
    const asleep = `waiting interactive ${clock.now()}`;
    const board: Board = { exchange: (update) => update([asleep]) !== "", say() {}, watch: () => () => {} };
    const governor = createGovernor({ clock, board });
    const callers = (["background", "interactive"] as const).map((each) => new Caller(governor, each, 1));
    await settle();
    expect(callers.map(({ state }) => state)).toEqual(["waiting", "running"]);
  });

  it("never starts what was cancelled before, even when a place came in the same moment", async () => {
    const governor = createGovernor({ clock: manualClock(), limit: 1 });
    const first = new Caller(governor, "interactive", 1);
    await settle();
    const second = new Caller(governor, "interactive", 2);
    const third = new Caller(governor, "interactive", 3);
    await settle();
    first.release();
    second.cancel();
    await settle();
    expect([second.state, third.state]).toEqual(["cancelled", "running"]);
    const aborted = governor.acquire({ priority: "interactive", signal: AbortSignal.abort() });
    await expect(aborted).rejects.toMatchObject({ code: "cancelled" });
  });

  it("loses a request whose listener fails, and nothing else", async () => {
    const governor = createGovernor({ clock: manualClock(), limit: 1 });
    const first = new Caller(governor, "interactive", 1);
    const failing = governor.acquire({
      priority: "interactive",
      onQueued() {
        throw new Error("listener");
      },
    });
    await expect(failing).rejects.toThrow("listener");
    const third = new Caller(governor, "interactive", 3);
    first.release();
    await settle();
    expect(third.state).toBe("running");
  });

  it("is not held up by another window that is at the board for a moment", async () => {
    const clock = manualClock();
    const boards = createMemoryBoards();
    boards.taken = true;
    const governor = createGovernor({ clock, board: boards.window() });
    const caller = new Caller(governor, "interactive", 1);
    await settle();
    // The others are told at once, so that their next look leaves the place.
    expect([...boards.texts.values()]).toEqual([`waiting interactive ${clock.now()}`]);
    caller.cancel();
    const next = new Caller(governor, "background", 2);
    await settle();
    expect([...boards.texts.values()]).toEqual([`waiting background ${clock.now()}`]);
    boards.taken = false;
    clock.pass(10);
    await settle();
    expect([caller.state, next.state, next.queued]).toEqual(["cancelled", "running", 0]);
  });

  it("passes over what other versions and strangers write on the board", async () => {
    const strange = [
      "",
      "running",
      "running often 3",
      "waiting interactive x",
      "slow 99999999999999",
      "\0\u{1F600}\n{}",
    ];
    const governor = createGovernor({
      clock: manualClock(),
      limit: 1,
      board: { exchange: (update) => update(strange) !== undefined, say() {}, watch: () => () => {} },
    });
    const caller = new Caller(governor, "background", 1);
    await settle();
    expect(caller.state).toBe("running");
  });
});

describe("a slow-down", () => {
  it("lets one request run at a time in every window until it is over", async () => {
    const clock = manualClock();
    const boards = createMemoryBoards();
    const [here, there] = [boards.window(), boards.window()].map((board) => createGovernor({ clock, board }));
    if (!here || !there) throw new Error("two windows");
    here.slowDown(clock.now() + 5_000);
    const callers = [here, there, there].map((governor, arrival) => new Caller(governor, "interactive", arrival));
    await settle();
    const states = () => callers.map(({ state }) => state);
    expect(states()).toEqual(["running", "waiting", "waiting"]);
    clock.pass(4_999);
    await settle();
    expect(states()).toEqual(["running", "waiting", "waiting"]);
    clock.pass(1);
    await settle();
    expect(states()).toEqual(["running", "running", "waiting"]);
  });

  it("ends by itself: nothing stays on the board, and no timer", async () => {
    const clock = manualClock();
    const boards = createMemoryBoards();
    createGovernor({ clock, board: boards.window() }).slowDown(clock.now() + 5_000);
    expect([...boards.texts.values()]).toEqual([`slow ${clock.now() + 5_000}`]);
    clock.pass(5_000);
    expect([boards.texts.size, clock.pending()]).toEqual([0, 0]);
  });

  it("of a clock that went wrong is not believed", async () => {
    const clock = manualClock();
    const governor = createGovernor({ clock });
    governor.slowDown(clock.now() + 3_600_000);
    const callers = [1, 2].map((arrival) => new Caller(governor, "interactive", arrival));
    await settle();
    expect(callers.map(({ state }) => state)).toEqual(["running", "running"]);
  });
});
