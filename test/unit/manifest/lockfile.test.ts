import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import lock from "../../../package-lock.json" with { type: "json" };
import { root } from "./sourceStrings.ts";

interface Entry {
  version?: string;
  optionalDependencies?: Record<string, string>;
}

it("the lock file lists the packages of every system, which npm drops where a registry does not have them", () => {
  const packages: Record<string, Entry> = lock.packages;
  const missing = Object.entries(packages).flatMap(([place, { optionalDependencies }]) =>
    Object.keys(optionalDependencies ?? {}).filter(
      (name) =>
        packages[`node_modules/${name}`]?.version === undefined &&
        packages[`${place}/node_modules/${name}`]?.version === undefined,
    ),
  );
  expect(missing).toEqual([]);
});

it("the lock file names no registry", () => {
  expect(JSON.stringify(lock)).not.toContain('"resolved"');
});

const checkedOut = existsSync(path.join(root, ".git"));

it.runIf(checkedOut)(
  "the repository holds no packages, nor a link to them, which a merge would put in their place",
  () => {
    const tracked = execFileSync("git", ["ls-files", "--", "node_modules"], { cwd: root, encoding: "utf8" });
    expect(tracked.split("\n", 1)[0]).toBe("");
  },
);
