import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build, type BuildOptions, type Metafile } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let outdir: string;
let outputs: Metafile["outputs"];
let entry: string;

beforeAll(async () => {
  outdir = mkdtempSync(path.join(tmpdir(), "glm-bundle-"));
  const { href } = new URL("../../../esbuild.options.mjs", import.meta.url);
  const { host } = (await import(href)) as { host: BuildOptions };
  const { metafile } = await build({ ...host, outdir });
  if (!metafile) throw new Error("esbuild was not asked for its metafile");
  ({ outputs } = metafile);
  const found = Object.keys(outputs).find((file) => outputs[file]?.entryPoint === "src/extension.ts");
  if (found === undefined) throw new Error("no bundle of src/extension.ts");
  entry = found;
}, 60_000);
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** `file` and all that is read together with it. */
function readWith(file: string, seen = new Set<string>()): Set<string> {
  seen.add(file);
  for (const { path: imported, kind, external } of outputs[file]?.imports ?? []) {
    if (kind !== "dynamic-import" && !external && !seen.has(imported)) readWith(imported, seen);
  }
  return seen;
}

// The folder of the packages may be a link to another place.
const inProject = (file: string) => file.replace(/^.*(?=node_modules\/)/, "");
const sources = (files: Iterable<string>) =>
  [...files].flatMap((file) => Object.keys(outputs[file]?.inputs ?? {}).map(inProject));
const heavy = (file: string) =>
  /^src\/(api\/media\/ocr|core\/usageLines|features\/usage\/ledger)\.ts$|\/valibot\//.test(file);
const ofUndici = (file: string) => file.includes("node_modules/undici/");
const ofParser = (file: string) => file.includes("node_modules/jsonc-parser/");

describe("the bundle of the extension host", () => {
  it("reads nothing of undici at the start", () => {
    const atStart = readWith(entry);
    expect(sources(atStart)).toContain("src/extension.ts");
    expect(sources(atStart).filter(ofUndici)).toEqual([]);
  });

  it("has the whole parser of settings files, which is not read at the start", () => {
    expect(sources(readWith(entry)).filter(ofParser)).toEqual([]);
    const parts = ["main.js", "impl/parser.js", "impl/scanner.js"].map(
      (file) => `node_modules/jsonc-parser/lib/esm/${file}`,
    );
    expect(sources(Object.keys(outputs)).filter(ofParser)).toEqual(expect.arrayContaining(parts));
  });

  it("reads neither OCR nor the ledger for the item in the status bar", () => {
    const monitor = Object.keys(outputs).find((file) => outputs[file]?.entryPoint === "src/features/usage/monitor.ts");
    if (monitor === undefined) throw new Error("no part of its own for the monitor");
    const files = sources(readWith(monitor));
    expect(files).toContain("src/api/models/prices.ts");
    expect(files.filter(heavy)).toEqual([]);
    expect(sources(Object.keys(outputs)).filter(heavy).length).toBeGreaterThan(3);
  });

  it("has undici in its own part, which is only read when it is chosen", () => {
    const parts = Object.keys(outputs).filter((file) => sources([file]).some(ofUndici));
    expect(sources(parts)).toContain("node_modules/undici/lib/dispatcher/agent.js");
    // All parts that hold undici, and those that read them at once: none but the one that the choice leads to.
    const leading = Object.keys(outputs).filter((file) => parts.some((part) => readWith(file).has(part)));
    const roots = leading.flatMap((file) => outputs[file]?.entryPoint ?? []);
    expect(roots).toEqual(["src/features/account/ownNetwork.ts"]);
    const importers = Object.values(outputs).flatMap(({ imports }) =>
      imports.filter(({ path: imported }) => outputs[imported]?.entryPoint === roots[0]),
    );
    expect(new Set(importers.map(({ kind }) => kind))).toEqual(new Set(["dynamic-import"]));
  });

  it("has no file of undici that takes over the dispatcher of the process, and no second fetch", () => {
    const files = sources(Object.keys(outputs)).filter(ofUndici);
    expect(files.length).toBeGreaterThan(10);
    const forbidden = /node_modules\/undici\/(index|lib\/(global|web\/fetch\/.*|mock\/.*))(\.js)?$/;
    expect(files.filter((file) => forbidden.test(file))).toEqual([]);
  });
});
