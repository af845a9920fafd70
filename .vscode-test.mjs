import { readdirSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "@vscode/test-cli";

// The harness (test/harness/run-host.ts) bundles the tests and chooses the VS Code; it says so in these variables.
const bundles = join(import.meta.dirname, ".cache", "host-tests");
const executable = process.env.GLM_HOST_EXECUTABLE;
const version = process.env.GLM_HOST_VERSION;

export default defineConfig({
  label: "in-host",
  files: readdirSync(bundles)
    .filter((name) => name.endsWith(".test.cjs"))
    .map((name) => join(bundles, name)),
  extensionDevelopmentPath: process.env.GLM_HOST_EXTENSION ?? import.meta.dirname,
  ...(process.env.GLM_HOST_WORKSPACE ? { workspaceFolder: process.env.GLM_HOST_WORKSPACE } : {}),
  ...(executable ? { useInstallation: { fromPath: executable } } : {}),
  ...(version ? { version } : {}),
  // A desktop VS Code started by root (containers) refuses to run in its sandbox.
  launchArgs: process.getuid?.() === 0 ? ["--no-sandbox", "--disable-gpu"] : [],
  mocha: { ui: "bdd", timeout: 60_000, reporter: join(bundles, "reporter.cjs") },
});
