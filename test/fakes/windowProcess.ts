/**
 * A window as a process of its own: queues all its requests at once, holds each place for a while, and ends by itself when all
 * are done, because nothing runs in the background then. What happens is written to a log that several windows share.
 * Started by `startWindow`.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createGovernor, type Governor, type Priority } from "../../src/api/http/governor.ts";
import { systemClock } from "../../src/api/transport.ts";
import { createSharedBoard } from "../../src/host/sharedBoard.ts";

export interface WindowPlan {
  readonly name: string;
  readonly folder: string;
  /** Gets a line `<name> queued|started|ended` for every request; one append each, so that the order of lines is that of events. */
  readonly log: string;
  /** Each holds its place for so many ms; those with `null` until a byte on standard input ends the oldest. */
  readonly requests: readonly { readonly priority: Priority; readonly holdMs: number | null }[];
  readonly limit: number;
  readonly tickMs: number;
}

export function startWindow(plan: WindowPlan): ChildProcess {
  const program = fileURLToPath(import.meta.url);
  const args = ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", program, JSON.stringify(plan)];
  return spawn(process.execPath, args, { stdio: ["pipe", "ignore", "inherit"] });
}

/** Everything that the windows wrote, in order. */
export function eventsOf(log: string): string[] {
  return readFileSync(log, "utf8").trimEnd().split("\n");
}

/** Runs the requests of `plan` in this process. */
export async function runRequests(governor: Governor, plan: WindowPlan, held: (() => void)[] = []): Promise<void> {
  const { name, log, requests, limit } = plan;
  const write = (event: string) => appendFileSync(log, `${name} ${event}\n`);
  await Promise.all(
    requests.map(async ({ priority, holdMs }) => {
      write("queued");
      const slot = await governor.acquire({ priority });
      write("started");
      const place = claimPlace(log, limit);
      if (place === undefined) write("is one too many");
      await new Promise<void>((resolve) => {
        if (holdMs === null) held.push(resolve);
        else setTimeout(resolve, holdMs);
      });
      if (place !== undefined) rmSync(place);
      write("ended");
      slot.release();
    }),
  );
}

async function runWindow(plan: WindowPlan): Promise<void> {
  const { folder, log, limit, tickMs } = plan;
  const onError = (error: unknown) => appendFileSync(log, `${plan.name} failed: ${String(error)}\n`);
  const limits = () => ({ parallel: limit, waiting: Infinity });
  const governor = createGovernor({
    clock: systemClock,
    limits,
    board: createSharedBoard({ folder, onError, tickMs }),
  });
  const held: (() => void)[] = [];
  process.stdin.on("data", () => held.shift()?.()).unref();
  await runRequests(governor, plan, held);
}

/** A file of its own beside the log, of which there are only as many as the limit allows. */
function claimPlace(log: string, limit: number): string | undefined {
  for (let number = 0; number < limit; number++) {
    const file = `${log}.place${number}`;
    try {
      closeSync(openSync(file, "wx"));
      return file;
    } catch {
      // Somebody else has this one.
    }
  }
  return undefined;
}

const [, program, plan] = process.argv;
if (program === fileURLToPath(import.meta.url) && plan !== undefined) await runWindow(JSON.parse(plan) as WindowPlan);
