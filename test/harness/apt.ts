import { existsSync } from "node:fs";
import { run } from "./process.ts";

/** True for root on Debian and its kin. */
export function canUseApt(): boolean {
  return process.platform === "linux" && process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

let last: Promise<boolean> = Promise.resolve(true);

/** Installs Debian packages, one call after the other. False, after a line that says why, when that failed. */
export function aptInstall(packages: string[]): Promise<boolean> {
  last = last.then(() => install(packages));
  return last;
}

async function install(packages: string[]): Promise<boolean> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-qq"], { env, timeout: 180_000 });
  const { code, output } = await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], {
    env,
    timeout: 600_000,
  });
  if (code !== 0)
    console.log(`[apt] apt-get could not install ${packages.join(", ")}: ${output.trim().split("\n").at(-1) ?? ""}`);
  return code === 0;
}
