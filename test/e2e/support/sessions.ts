import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { projectRoot } from "../../harness/paths.ts";

/** Git-ignored folder of all pictures that the end-to-end run takes. */
export const screenshotRoot = join(projectRoot, "test", "e2e", "screenshots");

/** What a failed test wants to know of a running VS Code. */
export type OpenSession = { page: Page; log(): string; close(): Promise<void> };

/** Sessions that this test file has opened and not yet closed. */
export const openSessions = new Set<OpenSession>();

/** Takes a picture and the server's log of every open session. Never throws: it runs when something already failed. */
export async function keepEvidence(testName: string): Promise<void> {
  const dir = join(screenshotRoot, "failures");
  mkdirSync(dir, { recursive: true });
  let number = 0;
  for (const session of openSessions) {
    number += 1;
    const base = join(dir, `${testName.replaceAll(/[^\p{L}\p{N}]+/gu, "-").slice(0, 100)}-${number}`);
    try {
      writeFileSync(`${base}.log`, session.log());
      await session.page.screenshot({ path: `${base}.png`, timeout: 5000 });
      console.log(`screenshot and server log kept: ${base}.{png,log}`);
    } catch (error) {
      console.log(`no screenshot of the failed test: ${String(error)}`);
    }
  }
}
