import { cpSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheDir, projectRoot } from "./paths.ts";

/** The committed sample project: never opened itself, always copied. */
export const sampleProject = join(projectRoot, "test", "sample-project");

/** A fresh copy of the sample project below the cache, absolute and without symbolic links. */
export function copySampleProject(): string {
  const dir = newFolder();
  cpSync(sampleProject, dir, { recursive: true });
  return dir;
}

/** A fresh folder with exactly the given files: relative path → content. */
export function folderWith(files: Record<string, string | Uint8Array>): string {
  const dir = newFolder();
  for (const [name, content] of Object.entries(files)) {
    const file = join(dir, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return dir;
}

function newFolder(): string {
  return realpathSync(mkdtempSync(join(cacheDir("run"), "workspace-")));
}
