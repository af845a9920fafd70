import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { isRunning } from "../../src/host/windowMark.ts";
import { startServer } from "./serverProcess.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "bench-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A script that writes down its number, then does `then`. */
function script(then: string): string {
  const file = path.join(folder, "server.mjs");
  const own = JSON.stringify(path.join(folder, "pid"));
  writeFileSync(
    file,
    `import { writeFileSync } from "node:fs"; writeFileSync(${own}, String(process.pid)); setInterval(() => {}, 1e6); ${then}`,
  );
  return file;
}
function stillRuns(): boolean {
  const file = path.join(folder, "pid");
  // On a busy machine it may have been ended before it did anything.
  return existsSync(file) && isRunning(Number(readFileSync(file, "utf8")));
}

it("tells where a server listens, and ends it", async () => {
  const server = await startServer(script("console.log(4711)"));
  expect(server.origin).toBe("http://127.0.0.1:4711");
  expect(stillRuns()).toBe(true);
  await server.stop();
  expect(stillRuns()).toBe(false);
});

it.each([
  ["prints something else", "console.log('hello')", 20_000],
  ["ends early", "process.exit(0)", 20_000],
  ["prints nothing", "", 1_000],
])("leaves no process behind when it %s", async (_, then, patience) => {
  await expect(startServer(script(then), [], patience)).rejects.toThrow("did not start");
  expect(stillRuns()).toBe(false);
});
