import { afterAll, afterEach } from "vitest";
import { keepEvidence, openSessions } from "./sessions.ts";

// Runs around every end-to-end test file: evidence of what failed, and no VS Code left running behind it.
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") await keepEvidence(`${task.suite?.name ?? ""} ${task.name}`);
});

afterAll(async () => {
  for (const session of openSessions) await session.close();
}, 60_000);
