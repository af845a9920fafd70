import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";

/** Process ids of all pages of a browser. */
export async function rendererPids(browser: Browser): Promise<number[]> {
  const connection = await browser.newBrowserCDPSession();
  const { processInfo } = await connection.send("SystemInfo.getProcessInfo");
  await connection.detach();
  return processInfo.filter(({ type }) => type === "renderer").map(({ id }) => id);
}

/** CPU time of a process, user and system, in ms. Linux only. */
export function processCpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // The name stands in brackets and may hold anything; the fields behind it are counted from the third.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
