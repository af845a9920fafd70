import { afterAll, afterEach } from "vitest";
import { keepEngines } from "./engines.ts";
import { keepEvidence, openSessions } from "./sessions.ts";

// Runs around every end-to-end test file: evidence of what failed, and no window left open behind it.
// One engine for each language.
keepEngines(2);

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await keepEvidence(`${task.suite?.name ?? ""} ${task.name}`);
});

afterAll(async () => {
  for (const session of openSessions) await session.close();
}, 60_000);
