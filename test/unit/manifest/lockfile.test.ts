import { expect, it } from "vitest";
import lock from "../../../package-lock.json" with { type: "json" };

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
