import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDir, projectRoot, vsixPath } from "./paths.ts";
import { npmCommand, runOrThrow } from "./process.ts";

/** Builds and packages the extension with `npm run package`. Returns the .vsix, absolute. */
async function packageExtension(): Promise<string> {
  const npm = npmCommand();
  await runOrThrow(npm.command, [...npm.prefix, "run", "package"], { cwd: projectRoot });
  const file = vsixPath();
  if (!existsSync(file)) throw new Error(`npm run package did not make ${file}`);
  return file;
}

/** The packaged extension if nothing in it is older than its sources; packages it otherwise. */
export async function freshVsix(): Promise<string> {
  const file = vsixPath();
  if (existsSync(file) && statSync(file).mtimeMs > newest(packagedSources)) return file;
  return packageExtension();
}

/** The packaged extension that a test is about: the one that the run names, else a fresh one. */
export async function testedVsix(): Promise<string> {
  return process.env["GLM_TEST_VSIX"] ?? freshVsix();
}

/** Packages the test driver once per change of its files. Returns the .vsix, absolute. */
export async function packageDriver(): Promise<string> {
  const source = join(projectRoot, "test", "driver-extension");
  const file = join(cacheDir("driver"), "test-driver.vsix");
  if (existsSync(file) && statSync(file).mtimeMs > newest([source])) return file;
  await packageFolder(source, file);
  return file;
}

/** An installed extension, packaged again as `version`. Returns the .vsix, absolute, below the new folder `side`. */
export async function packageAs(version: string, installed: string, side: string): Promise<string> {
  const source = join(side, "extension");
  const file = join(side, `${version}.vsix`);
  cpSync(installed, source, { recursive: true });
  const manifest = join(source, "package.json");
  const { __metadata: _, ...facts } = JSON.parse(readFileSync(manifest, "utf8")) as Record<string, unknown>;
  writeFileSync(manifest, JSON.stringify({ ...facts, version }));
  await packageFolder(source, file);
  return file;
}

async function packageFolder(folder: string, file: string): Promise<void> {
  const vsce = join(projectRoot, "node_modules", "@vscode", "vsce", "vsce");
  const flags = ["--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", file];
  await runOrThrow(process.execPath, [vsce, "package", ...flags], { cwd: folder });
}

const packagedSources = [
  "src",
  "l10n",
  "media",
  "package.json",
  "esbuild.mjs",
  "esbuild.options.mjs",
  "esbuild.icons.mjs",
  "esbuild.font.mjs",
  ".vscodeignore",
  "README.md",
]
  .map((name) => join(projectRoot, name))
  .concat(packageTranslations());

function packageTranslations(): string[] {
  return readdirSync(projectRoot)
    .filter((name) => /^package\.nls.*\.json$/.test(name))
    .map((name) => join(projectRoot, name));
}

/** Latest modification time below the given files and folders, in milliseconds. */
function newest(paths: string[]): number {
  let latest = 0;
  for (const path of paths) {
    if (!existsSync(path)) continue;
    const facts = statSync(path);
    latest = Math.max(latest, facts.mtimeMs);
    if (facts.isDirectory()) latest = Math.max(latest, newest(readdirSync(path).map((name) => join(path, name))));
  }
  return latest;
}
