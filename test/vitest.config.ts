import { globSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { defineConfig } from "vitest/config";

/** Paths below are relative to the checkout, from wherever vitest is started. */
const root = resolve(import.meta.dirname, "..");

const unitFiles = "test/{unit,zai-server,harness,security,bench}/**/*.test.ts";

/** Files that replace a module, a global or the clock by `vi`: they need processes of their own. */
const replacing = globSync(unitFiles, { cwd: root }).filter((file) =>
  /\bvi\.\w/.test(readFileSync(join(root, file), "utf8")),
);

// More than cores: vitest would leave one to itself, and some tests wait for other processes most of their time.
const maxWorkers = Math.ceil(availableParallelism() * 1.5);

/** What is kept within a second is the question there: no other window may take the processor meanwhile. */
const alone = ["test/e2e/kill.test.ts"];

const endToEnd = {
  environment: "node",
  include: ["test/e2e/**/*.test.ts"],
  globalSetup: ["test/harness/one-browser.ts", "test/harness/one-install.ts"],
  setupFiles: ["test/e2e/support/setup.ts"],
  testTimeout: 90_000,
  hookTimeout: 120_000,
};

/** What the build tells the host. */
const define = { webviewImports: "[]" };

export default defineConfig({
  root,
  test: {
    retry: 0,
    projects: [
      {
        root,
        define,
        test: {
          name: "unit",
          environment: "node",
          include: [unitFiles],
          exclude: replacing,
          // A process per core instead of one per file: half of the time went into starting them and loading modules.
          isolate: false,
          maxWorkers,
          testTimeout: 20_000,
        },
      },
      {
        root,
        define,
        test: { name: "unit-alone", environment: "node", include: replacing, maxWorkers, testTimeout: 20_000 },
      },
      {
        root,
        test: {
          name: "webview",
          environment: "node",
          include: ["test/webview/**/*.test.ts"],
          globalSetup: ["test/harness/one-browser.ts"],
          // Two, as a page waits for frames half of the time; more would make each other late.
          maxWorkers: 2,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      // One VS Code waits a third of the time, two use both cores. Files of one process share its servers and browsers.
      {
        root,
        test: {
          ...endToEnd,
          name: "e2e",
          exclude: alone,
          maxWorkers: 2,
          isolate: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        root,
        test: { ...endToEnd, name: "e2e-alone", include: alone, fileParallelism: false, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
