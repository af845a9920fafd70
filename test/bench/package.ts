import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../harness/paths.ts";
import { npmCommand, runOrThrow } from "../harness/process.ts";
import type { Metrics } from "./metrics.ts";

/** Size of the newest packaged extension, in units of 1000 bytes; packages one when there is none. */
export async function packageMetrics(): Promise<Metrics> {
  if (!newestPackage()) {
    const { command, prefix } = npmCommand();
    await runOrThrow(command, [...prefix, "run", "package"], { cwd: projectRoot });
  }
  const path = newestPackage();
  if (!path || !existsSync(path)) throw new Error("npm run package left no .vsix");
  return { "vsix.kB": statSync(path).size / 1000 };
}

function newestPackage(): string | undefined {
  const found = readdirSync(projectRoot)
    .filter((name) => /^glm-sidekick-.*\.vsix$/.test(name))
    .map((name) => join(projectRoot, name));
  return found.sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs).at(-1);
}
