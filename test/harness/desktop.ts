import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { downloadAndUnzipVSCode, SilentReporter } from "@vscode/test-electron";
import { aptInstall, canUseApt } from "./apt.ts";
import type { HostFlavour } from "./host-install.ts";
import { projectRoot } from "./paths.ts";
import { commandExists } from "./process.ts";

/** A desktop VS Code that can be started here, and what has to stand before its command. */
export type Desktop = { executable: string; launcher: string[] };

const updateServer = "https://update.code.visualstudio.com/api/releases/stable";

const versions: Record<HostFlavour, string> = { latest: "stable", oldest: "1.106.3" };
const found = new Map<HostFlavour, Promise<Desktop | string>>();

/**
 * Fetches a desktop VS Code, or finds an earlier download; looks once per process. Returns a sentence that says why not
 * instead of throwing: the caller then uses the npm-hosted one, and prints the sentence.
 */
export function findDesktop(flavour: HostFlavour): Promise<Desktop | string> {
  const known = found.get(flavour) ?? search(versions[flavour]);
  found.set(flavour, known);
  return known;
}

async function search(version: string): Promise<Desktop | string> {
  if (process.env["GLM_HOST_DESKTOP"] === "off") return "GLM_HOST_DESKTOP=off";
  const cachePath = join(projectRoot, ".vscode-test");
  const hasCopy = existsSync(cachePath) && readdirSync(cachePath).some((name) => name.startsWith("vscode-"));
  const unreachable = await whyUnreachable();
  if (unreachable !== undefined && !hasCopy) return unreachable;
  try {
    const executable = await downloadAndUnzipVSCode({
      version,
      cachePath,
      timeout: 30_000,
      reporter: new SilentReporter(),
    });
    const launcher = await screenFor();
    return typeof launcher === "string" ? launcher : { executable, launcher };
  } catch (error) {
    return `the download failed: ${firstLine(error)}`;
  }
}

/** A download that cannot succeed should cost seconds, not the minutes of its own retries. */
async function whyUnreachable(): Promise<string | undefined> {
  try {
    const answer = await fetch(updateServer, { method: "HEAD", signal: AbortSignal.timeout(5000) });
    return answer.ok ? undefined : `its download server answers ${answer.status}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return `its download server cannot be reached (${firstLine(cause)})`;
  }
}

/** A screen without a monitor, and the libraries that every desktop has and a bare container lacks. */
const screenPackages = ["xvfb", "xauth", "libgtk-3-0", "libgbm1", "libnss3", "libasound2"];

async function screenFor(): Promise<string[] | string> {
  if (process.platform !== "linux" || process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"]) return [];
  if (!(await commandExists("xvfb-run")) && canUseApt()) await aptInstall(screenPackages);
  if (await commandExists("xvfb-run")) return ["xvfb-run", "-a"];
  return "there is no display and no xvfb-run";
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
