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

type State = "waiting" | "running" | "done" | "cancelled" | "refused";

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
        if (!(error instanceof ApiError)) throw error;
        expect(["cancelled", "queue-full"]).toContain(error.code);
        this.state = error.code === "queue-full" ? "refused" : "cancelled";
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
  /** How many may run, by window. */
  readonly limits: readonly number[];
  /** How many may wait. */
  readonly queue: number;
  readonly mayBeTaken: boolean;
  readonly commands: readonly (typeof command extends fc.Arbitrary<infer Command> ? Command : never)[];
}

const script = fc.record({
  limits: fc.oneof(
    fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
    fc.integer({ min: 1, max: 3 }).chain((limit) => fc.constantFrom([limit], [limit, limit], [limit, limit, limit])),
  ),
  queue: fc.oneof(fc.constant(Infinity), fc.nat(3)),
  mayBeTaken: fc.boolean(),
  commands: fc.array(command, { maxLength: 40 }),
});

async function play({ limits, queue, mayBeTaken, commands }: Script): Promise<void> {
  const clock = manualClock();
  const boards = createMemoryBoards();
  const windows = limits.map((parallel) => ({
    parallel,
    governor: createGovernor({ clock, limits: () => ({ parallel, waiting: queue }), board: boards.window() }),
  }));
  const callers: (Caller & { parallel?: number })[] = [];
  const all = (state: State) => callers.filter((caller) => caller.state === state);
  const started: Caller[] = [];
  const refused = new Set<Caller>();
  const check = () => {
    const justStarted = started.splice(0);
    const active = [...all("waiting"), ...all("running")];
    const limit = Math.min(...active.map(({ parallel = 0 }) => parallel));
    expect(all("running").length).toBeLessThanOrEqual(Math.max(...limits));
    if (boards.taken) return;
    // Nobody waits beside a free place, and no more wait than may; ...
    if (all("waiting").length > 0) expect(all("running").length).toBeGreaterThanOrEqual(limit);
    expect(all("waiting").length).toBeLessThanOrEqual(queue);
    // ... and nobody started who was not the next. While the board was taken a window could not know who was.
    if (mayBeTaken) return;
    if (justStarted.length > 0) expect(all("running").length).toBeLessThanOrEqual(limit);
    for (const caller of justStarted) expect(all("waiting").filter((other) => before(other, caller))).toEqual([]);
    // Refused were only those for whom the queue had no place left.
    const justRefused = all("refused").filter((caller) => !refused.has(caller));
    const limitThen = Math.min(limit, ...justRefused.map(({ parallel = 0 }) => parallel));
    if (justRefused.length > 0 && limitThen === limit) expect(all("waiting")).toHaveLength(queue);
    // A window that has no other request takes its smaller limit along: some that waited have started since.
    else if (justRefused.length > 0)
      expect(all("waiting").length + all("running").length).toBeGreaterThanOrEqual(limitThen + queue);
    for (const caller of justRefused) expect(all("waiting").filter((other) => before(caller, other))).toEqual([]);
    for (const caller of justRefused) refused.add(caller);
  };

  for (const step of commands) {
    clock.pass(1);
    if ("window" in step) {
      const window = windows[step.window % windows.length];
      const priority = step.background ? "background" : "interactive";
      if (!window) throw new Error("no window");
      const { governor, parallel } = window;
      const caller = new Caller(governor, priority, clock.now(), (each) => started.push(each));
      callers.push(Object.assign(caller, { parallel }));
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

test("never more than the limits, the next one next, nobody forgotten, over several windows", async () => {
  await fc.assert(fc.asyncProperty(script, play), { numRuns: 300 });
});

const oneAndTwo = () => ({ parallel: 1, waiting: 2 });
const one = () => ({ parallel: 1, waiting: Infinity });

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
    const governor = createGovernor({ clock: manualClock(), limits: one });
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
    const governor = createGovernor({ clock: manualClock(), limits: one });
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
    expect([...boards.texts.values()]).toEqual([`waiting interactive ${clock.now()}\nlimit 2`]);
    caller.cancel();
    const next = new Caller(governor, "background", 2);
    await settle();
    expect([...boards.texts.values()]).toEqual([`waiting background ${clock.now()}\nlimit 2`]);
    boards.taken = false;
    clock.pass(10);
    await settle();
    expect([caller.state, next.state, next.queued]).toEqual(["cancelled", "running", 0]);
  });

  it("refuses what does not fit, at once and without a word about waiting", async () => {
    const limits = { parallel: 1, waiting: 1 };
    const governor = createGovernor({ clock: manualClock(), limits: () => limits });
    const callers = [1, 2, 3].map((arrival) => new Caller(governor, "interactive", arrival));
    await settle();
    expect(callers.map(({ state, queued }) => [state, queued])).toEqual([
      ["running", 0],
      ["waiting", 1],
      ["refused", 0],
    ]);
    await expect(governor.acquire({ priority: "interactive" })).rejects.toMatchObject({
      code: "queue-full",
      details: { queueSize: 1 },
    });
    limits.waiting = 2;
    const fourth = new Caller(governor, "interactive", 4);
    await settle();
    expect(fourth.state).toBe("waiting");
  });

  it("keeps those that were let in when fewer may wait from now on", async () => {
    const limits = { parallel: 1, waiting: 2 };
    const governor = createGovernor({ clock: manualClock(), limits: () => limits });
    const callers = [1, 2, 3].map((arrival) => new Caller(governor, "interactive", arrival));
    await settle();
    limits.waiting = 0;
    callers.push(new Caller(governor, "interactive", 4));
    await settle();
    expect(callers.map(({ state }) => state)).toEqual(["running", "waiting", "waiting", "refused"]);
    for (const caller of callers.slice(0, 2)) {
      caller.release();
      await settle();
    }
    expect(callers.map(({ state }) => state)).toEqual(["done", "done", "running", "refused"]);
  });

  it("gives the last place in a full queue to an interactive request, over all windows", async () => {
    const clock = manualClock();
    const boards = createMemoryBoards();
    const [here, there] = [boards.window(), boards.window()].map((board) =>
      createGovernor({ clock, limits: oneAndTwo, board }),
    );
    if (!here || !there) throw new Error("two windows");
    const background = [1, 2, 3].map((arrival) => new Caller(here, "background", arrival));
    await settle();
    const interactive = new Caller(there, "interactive", 4);
    await settle();
    expect([...background, interactive].map(({ state }) => state)).toEqual([
      "running",
      "waiting",
      "refused",
      "waiting",
    ]);
  });

  it("that may hold nobody still starts what can start at once", async () => {
    const governor = createGovernor({ clock: manualClock(), limits: () => ({ parallel: 2, waiting: 0 }) });
    const callers = [1, 2, 3].map((arrival) => new Caller(governor, "interactive", arrival));
    await settle();
    expect(callers.map(({ state }) => state)).toEqual(["running", "running", "refused"]);
  });

  it("follows the smallest limit of the windows that take part, so that none of them starves", async () => {
    const clock = manualClock();
    const boards = createMemoryBoards();
    const [narrow, wide] = [1, 3].map((parallel) =>
      createGovernor({ clock, limits: () => ({ parallel, waiting: 9 }), board: boards.window() }),
    );
    if (!narrow || !wide) throw new Error("two windows");
    const first = [1, 2].map((arrival) => new Caller(wide, "interactive", arrival));
    await settle();
    clock.pass(1);
    const patient = new Caller(narrow, "interactive", 3);
    await settle();
    clock.pass(1);
    const late = new Caller(wide, "interactive", 4);
    await settle();
    const states = () => [...first, patient, late].map(({ state }) => state);
    expect(states()).toEqual(["running", "running", "waiting", "waiting"]);
    first[0]?.release();
    await settle();
    expect(states()).toEqual(["done", "running", "waiting", "waiting"]);
    first[1]?.release();
    await settle();
    expect(states()).toEqual(["done", "done", "running", "waiting"]);
    patient.release();
    await settle();
    expect(states()).toEqual(["done", "done", "done", "running"]);
  });

  it("passes over what other versions and strangers write on the board", async () => {
    const strange = [
      "",
      "running",
      "running often 3",
      "waiting interactive x",
      "slow 99999999999999",
      "limit",
      "limit 0",
      "limit interactive 1",
      "\0\u{1F600}\n{}",
    ];
    const governor = createGovernor({
      clock: manualClock(),
      limits: one,
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
