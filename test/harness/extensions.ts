import { createHash, randomBytes } from "node:crypto";
import { cpSync, existsSync, renameSync, rmSync, statSync } from "node:fs";
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
