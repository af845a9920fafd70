import { findChromium } from "./chromium.ts";

/** Before all test files of a suite: several of them at once must not install a browser at the same time. */
export default async function setup(): Promise<void> {
  process.env["CHROMIUM_PATH"] = await findChromium();
}
