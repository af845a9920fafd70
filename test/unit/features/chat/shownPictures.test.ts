import { mkdtemp, readdir, readFile, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ShownPictures } from "../../../../src/features/chat/shownPictures.ts";
import { png } from "../../core/filesSamples.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "glm-shown-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

const day = 86_400;

it("shows pictures from copies, which go when they are a week old", async () => {
  const shown = new ShownPictures(path.join(folder, "conversations"));
  const now = Date.now();
  await shown.removeOld(now);
  const old = await shown.copy("old".padEnd(64, "0"), "boat.png", png());
  const recent = await shown.copy("recent".padEnd(64, "0"), "boat.png", png());
  expect(new Uint8Array(await readFile(old))).toEqual(png());
  await utimes(old, now / 1000 - 8 * day, now / 1000 - 8 * day);
  await utimes(recent, now / 1000 - 6 * day, now / 1000 - 6 * day);
  await shown.removeOld(now);
  expect(await readdir(path.join(folder, "shown-pictures"))).toEqual([path.basename(path.dirname(recent))]);
  // One that is opened again is new.
  await shown.copy("recent".padEnd(64, "0"), "boat.png", png());
  await shown.removeOld(now + 6 * day * 1000);
  expect(await readFile(recent)).toHaveLength(png().length);
});
