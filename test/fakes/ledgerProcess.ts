/** A window that notes uses: a process of its own. Started by `startLedger`. */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createLedger } from "../../src/features/usage/ledger.ts";
import { useOf } from "./uses.ts";

export interface LedgerPlan {
  readonly folder: string;
  readonly model: string;
  readonly count: number;
  /** Ms since the epoch. */
  readonly at: number;
}

export function startLedger(plan: LedgerPlan): ChildProcess {
  const program = fileURLToPath(import.meta.url);
  const args = ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", program, JSON.stringify(plan)];
  return spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
}

function fail(error: unknown): never {
  throw error;
}

async function note({ folder, model, count, at }: LedgerPlan): Promise<void> {
  const ledger = createLedger({ folder, now: () => at, onError: fail });
  for (let use = 0; use < count; use++) {
    ledger.add(useOf({ at, model, input: use }));
    // Reading writes what is waiting, so that there are as many writes as uses.
    await ledger.since(at);
  }
  ledger.dispose();
}

const [, program, plan] = process.argv;
if (program === fileURLToPath(import.meta.url) && plan !== undefined) await note(JSON.parse(plan) as LedgerPlan);
