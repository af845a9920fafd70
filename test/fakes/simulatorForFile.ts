import { afterAll, beforeEach } from "vitest";
import { startSimulator, type Simulator } from "../zai-server/server.ts";

/** A simulator for the tests of one file, without pauses between frames; each test finds it as new. */
export async function simulatorForFile(): Promise<Simulator> {
  const simulator = await startSimulator({ paceMs: 0 });
  beforeEach(() => simulator.reset());
  afterAll(() => simulator.close());
  return simulator;
}
