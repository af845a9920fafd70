import { cpSync, mkdtempSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { cacheDir, projectRoot } from "./paths.ts";

/** The committed sample project: never opened itself, always copied. */
export const sampleProject = join(projectRoot, "test", "sample-project");

/** A fresh copy of the sample project below the cache, absolute and without symbolic links. */
export function copySampleProject(): string {
  const dir = newFolder();
  cpSync(sampleProject, dir, { recursive: true });
  return dir;
}

function newFolder(): string {
  return realpathSync(mkdtempSync(join(cacheDir("run"), "workspace-")));
}
