import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { randomFrom } from "../../../fakes/seededRandom.ts";
import { boardOf, openStore, startStream, streamed } from "../../../fakes/streamProcess.ts";

const kills = 50;
/** More would keep each other's writes waiting, which no killed window has to answer for. */
const atOnce = 2;
const base = mkdtempSync(join(tmpdir(), "glm-killed-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

interface Outcome {
  /** Characters that the process had appended a second before it was killed. */
  readonly due: number;
  readonly kept: string;
  readonly status: string;
  readonly goesOn: boolean;
}

async function killOnce(number: number, afterMs: number): Promise<Outcome> {
  const plan = { folder: join(base, String(number)) };
  const child = startStream(plan);
  const told: { at: number; length: number }[] = [];
  const begun = once(child.stdout, "data");
  child.stdout.on("data", (chunk: Buffer) => {
    const length = Number(chunk.toString().trimEnd().split("\n").at(-1));
    told.push({ at: performance.now(), length });
  });
  await begun;
  await pause(afterMs);
  const gone = once(child, "exit");
  const killedAt = performance.now();
  child.kill("SIGKILL");
  await gone;

  const board = boardOf(plan);
  const { conversation, log } = await openStore(plan, board).openCurrent();
  const answer = conversation.turns.at(-1);
  if (answer?.role !== "assistant") throw new Error(`kill ${number} lost the answer`);
  log.append({ type: "title", title: "After the crash" });
  await log.flush();
  const again = await openStore(plan, board).openCurrent();
  board.dispose();
  return {
    due: told.findLast(({ at }) => at <= killedAt - 1000)?.length ?? 0,
    kept: answer.text,
    status: answer.status,
    goesOn: again.conversation.title === "After the crash" && again.conversation.turns.length === 2,
  };
}

it(
  `keeps all but the last second of an answer when its process is killed, ${kills} times`,
  { timeout: 300_000 },
  async () => {
    const seed = Math.floor(Math.random() * 1e9);
    // Printed with a failure, so that the same moments can be tried again.
    const random = randomFrom(seed);
    const moments = Array.from({ length: kills }, () => 1000 + random() * 1000);
    for (let first = 0; first < kills; first += atOnce) {
      const outcomes = await Promise.all(
        moments.slice(first, first + atOnce).map((moment, index) => killOnce(first + index, moment)),
      );
      for (const { due, kept, status, goesOn } of outcomes) {
        expect(kept.length, `seed ${seed}`).toBeGreaterThanOrEqual(due);
        expect(kept === streamed(kept.length), `seed ${seed}`).toBe(true);
        expect(status).toBe("cut");
        expect(goesOn, `seed ${seed}`).toBe(true);
      }
    }
  },
);
