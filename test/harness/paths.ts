import { mkdirSync, readFileSync } from "node:fs";
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
export function projectVersion(): string {
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
