import { once } from "node:events";
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createGovernor, type Governor, type Priority } from "../../src/api/http/governor.ts";
import { systemClock } from "../../src/api/transport.ts";
import { createSharedBoard } from "../../src/host/sharedBoard.ts";
import { eventsOf, runRequests, startWindow, type WindowPlan } from "../fakes/windowProcess.ts";
import { median, type Metrics } from "./metrics.ts";

const limit = 2;
const limits = () => ({ parallel: limit, waiting: Infinity });
const waiting = 20;
const rounds = 8;
const acquires = 300;

/**
 * How many background requests start while an interactive one waits that came behind twenty of them: the worst of some
 * rounds, in one process and in two. The baseline is the same queue with equal priorities: first come, first served.
 */
export async function governorMetrics(): Promise<Metrics> {
  return {
    "governor.fairness": await worst("interactive", rounds),
    "governor.fairness.fifo": await worst("background", 1),
    "governor.acquireMs": await acquireMs(),
  };
}

async function worst(priority: Priority, times: number): Promise<number> {
  let most = 0;
  for (let round = 0; round < times; round++) {
    for (const processes of [1, 2]) most = Math.max(most, await startedBefore(priority, processes));
  }
  return most;
}

async function startedBefore(priority: Priority, processes: number): Promise<number> {
  const base = mkdtempSync(join(tmpdir(), "glm-governor-"));
  const log = join(base, "log");
  writeFileSync(log, "");
  const governor = governorIn(join(base, "queue"));
  // The first of everything takes longer.
  (await governor.acquire({ priority })).release();
  const plan: WindowPlan = {
    name: "busy",
    folder: join(base, "queue"),
    log,
    limit,
    tickMs: 1_000,
    // Short for a request, so that many could slip in; of different length, so that places do not become free in pairs.
    requests: Array.from({ length: limit + waiting }, (_, index) => ({
      priority: "background",
      holdMs: 30 + ((index * 7) % 20),
    })),
  };
  const busy = processes === 1 ? runRequests(governor, plan) : once(startWindow(plan), "exit");
  const count = (event: string) => eventsOf(log).filter((each) => each === event).length;
  while (count("busy queued") < limit + waiting || count("busy started") < limit) await pause(1);

  appendFileSync(log, "person queued\n");
  const slot = await governor.acquire({ priority });
  appendFileSync(log, "person started\n");
  slot.release();
  await busy;
  const events = eventsOf(log);
  rmSync(base, { recursive: true });
  const between = events.slice(events.indexOf("person queued"), events.indexOf("person started"));
  return between.filter((event) => event === "busy started").length;
}

/** Taking a free place and giving it back, with the files that other windows would see. */
async function acquireMs(): Promise<number> {
  const base = mkdtempSync(join(tmpdir(), "glm-governor-"));
  const governor = governorIn(base);
  const times: number[] = [];
  for (let turn = 0; turn < acquires; turn++) {
    const started = performance.now();
    (await governor.acquire({ priority: "interactive" })).release();
    times.push(performance.now() - started);
  }
  rmSync(base, { recursive: true });
  return median(times);
}

function governorIn(folder: string): Governor {
  return createGovernor({ clock: systemClock, limits, board: createSharedBoard({ folder, onError: fail }) });
}

function fail(error: unknown): never {
  throw error;
}
