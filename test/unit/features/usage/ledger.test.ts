import { once } from "node:events";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createLedger, type Ledger } from "../../../../src/features/usage/ledger.ts";
import { startLedger } from "../../../fakes/ledgerProcess.ts";
import { useOf } from "../../../fakes/uses.ts";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 21, 8);
let folder: string;
let ledger: Ledger;
let errors: unknown[];

const open = () => createLedger({ folder, now: () => now, onError: (error) => errors.push(error) });
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), "glm-usage-")), "usage");
  errors = [];
  ledger = open();
});
afterEach(() => {
  ledger.dispose();
  rmSync(path.dirname(folder), { recursive: true });
});

it("notes nothing, and makes no folder, before something was used", async () => {
  expect(await ledger.since(0)).toEqual([]);
  expect(existsSync(folder)).toBe(false);
});

it("gives back what it noted since a moment, day by day", async () => {
  const uses = [useOf({ at: now - 3 * day }), useOf({ at: now - day }), useOf({ at: now - 1 }), useOf({ at: now })];
  for (const use of uses) ledger.add(use);
  expect(await ledger.since(0)).toEqual(uses);
  expect(await ledger.since(now - day)).toEqual(uses.slice(1));
  expect(await ledger.since(now)).toEqual(uses.slice(3));
  expect(readdirSync(folder)).toEqual(["2026-11-18.jsonl", "2026-11-20.jsonl", "2026-11-21.jsonl"]);
});

it("holds what several windows note at the same time, whole", async () => {
  const count = 60;
  const windows = ["one", "two"].map((model) => startLedger({ folder, model, count, at: now }));
  await Promise.all(windows.map((window) => once(window, "exit")));
  const uses = await ledger.since(0);
  for (const model of ["one", "two"]) {
    const noted = uses.filter((use) => use.model === model).map(({ input }) => input);
    expect(noted).toEqual(Array.from({ length: count }, (_, index) => index));
  }
  expect(uses).toHaveLength(2 * count);
});

it("survives lines that were cut short by a killed window", async () => {
  ledger.add(useOf());
  await ledger.since(0);
  appendFileSync(path.join(folder, "2026-11-21.jsonl"), '\n{"at":17639');
  const other = open();
  other.add(useOf({ model: "after" }));
  expect((await other.since(0)).map(({ model }) => model)).toEqual(["glm-5.3", "after"]);
  other.dispose();
});

it("drops days older than 90, and leaves strangers alone", async () => {
  mkdirSync(folder, { recursive: true });
  for (const name of ["2026-08-22.jsonl", "2026-08-23.jsonl", "2025-11-21.jsonl", "notes.txt"]) {
    writeFileSync(path.join(folder, name), "");
  }
  ledger.add(useOf());
  await expect.poll(() => readdirSync(folder)).toEqual(["2026-08-23.jsonl", "2026-11-21.jsonl", "notes.txt"]);
});

it("has nothing in it that was said, nor a key", async () => {
  ledger.add(useOf());
  await ledger.since(0);
  const line = readFileSync(path.join(folder, "2026-11-21.jsonl"), "utf8").trim();
  expect(Object.keys(JSON.parse(line) as object).toSorted()).toEqual([
    "at",
    "cached",
    "host",
    "input",
    "kind",
    "model",
    "output",
    "pictures",
    "platform",
  ]);
});

it("complains once about a disk that refuses, and goes on", async () => {
  writeFileSync(folder, "a file where the folder should be");
  ledger.add(useOf());
  expect(await ledger.since(0)).toEqual([]);
  ledger.add(useOf({ at: now + day }));
  expect(await ledger.since(0)).toEqual([]);
  expect(errors).toHaveLength(1);
});
