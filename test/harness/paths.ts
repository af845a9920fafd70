import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout's root folder, absolute. */
export const projectRoot = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Git-ignored folder that holds everything the harness installs or generates, absolute. */
export const cacheRoot = join(projectRoot, ".cache");

/** Joins below the cache folder and makes sure that the folder exists. */
export function cacheDir(...parts: string[]): string {
  const dir = join(cacheRoot, ...parts);
  mkdirSync(dir, { recursive: true });
  return dir;
}

/** Version field of the checkout's package.json, for example `0.1.0`. */
function projectVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  if (
    typeof manifest === "object" &&
    manifest !== null &&
    "version" in manifest &&
    typeof manifest.version === "string"
  ) {
    return manifest.version;
  }
  throw new Error("package.json has no version");
}

/** The packaged extension as `npm run package` names it, absolute. */
export function vsixPath(): string {
  return join(projectRoot, `glm-sidekick-${projectVersion()}.vsix`);
}

/** Removes what runs that were killed have left in `.cache/run`: whatever is older than a day. */
export function sweepOldRuns(): void {
  const home = cacheDir("run");
  for (const name of readdirSync(home)) {
    const path = join(home, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > 86_400_000) rmSync(path, { recursive: true, force: true });
  }
}
