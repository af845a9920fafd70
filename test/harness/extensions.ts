import { createHash, randomBytes } from "node:crypto";
import { cpSync, existsSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { InstalledHost } from "./host-install.ts";
import { cacheDir } from "./paths.ts";
import { runOrThrow } from "./process.ts";

/**
 * Installs packaged extensions below a `--server-data-dir`, as VS Code's own command line does.
 * @param vsix in this order.
 */
export async function installExtensions(
  host: InstalledHost,
  vsix: readonly string[],
  dataDir: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const serverMain = join(host.serverRoot, "out", "server-main.js");
  const installs = vsix.flatMap((file) => ["--install-extension", file]);
  const args = [serverMain, "--server-data-dir", dataDir, "--accept-server-license-terms", ...installs, "--force"];
  await runOrThrow(host.node, args, { cwd: host.serverRoot, env });
}

/**
 * The same for a new data folder, faster: VS Code installs them once, and further folders get a copy of what it made,
 * as its list of extensions knows places relative to the folder.
 */
export async function copyExtensions(
  host: InstalledHost,
  vsix: readonly string[],
  dataDir: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const facts = vsix.map((file) => `${file} ${statSync(file).mtimeMs}`);
  const key = createHash("sha256")
    .update([host.vscodeVersion, ...facts].join("\n"))
    .digest("hex")
    .slice(0, 12);
  const master = join(cacheDir("run"), `extensions-${key}`);
  if (!existsSync(master)) {
    const side = cacheDir("run", `extensions-${key}-${randomBytes(4).toString("hex")}`);
    await installExtensions(host, vsix, side, env);
    try {
      renameSync(join(side, "extensions"), master);
    } catch (error) {
      // Another session was faster: its folder is as good.
      if (!existsSync(master)) throw error;
    }
    rmSync(side, { recursive: true, force: true });
  }
  cpSync(master, join(dataDir, "extensions"), { recursive: true });
}

/** Built-in extensions that every window reads or starts, and that nothing of ours has to do with. */
const needless =
  /^(copilot|debug-|emmet|extension-editing|github|grunt|gulp|jake|merge-conflict|microsoft-authentication|ms-vscode\.|notebook-|npm$|php-|terminal-suggest|tunnel-forwarding)/;

/** A folder for `--builtin-extensions-dir` that lacks the needless ones: windows then open in less time. */
export function fewerBuiltins(host: InstalledHost): string {
  const all = join(host.serverRoot, "extensions");
  const few = join(cacheDir("run"), `builtin-extensions-${host.vscodeVersion}`);
  if (existsSync(few)) return few;
  const side = cacheDir("run", `builtin-extensions-${randomBytes(4).toString("hex")}`);
  for (const name of readdirSync(all)) if (!needless.test(name)) symlinkSync(join(all, name), join(side, name));
  try {
    renameSync(side, few);
  } catch (error) {
    rmSync(side, { recursive: true, force: true });
    if (!existsSync(few)) throw error;
  }
  return few;
}
