import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { scenarioCatalogue } from "./scenario-catalogue.ts";

const sources = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && name !== "scenario-catalogue.ts")
  .map((name) => readFileSync(join(import.meta.dirname, name), "utf8"));
const all = sources.join("\n");

/** True when the name stands in quotes, or as a key of the table of replies. */
const played = (name: string): boolean => all.includes(`"${name}"`) || new RegExp(`^  ${name}: `, "m").test(all);

it("lists every scenario that the simulator asks for", () => {
  const asked = [...all.matchAll(/faults\.(?:has|value|find)\("([^"]+)"/g)].map(([, name]) => name);
  expect(asked.length).toBeGreaterThan(40);
  expect(asked.filter((name) => name !== undefined && !(name in scenarioCatalogue))).toEqual([]);
});

it("lists nothing that is never played", () => {
  // The reply's shape is the only name that is put together.
  const names = Object.keys(scenarioCatalogue).filter((name) => name !== "ok" && !name.startsWith("agent-shape:"));
  expect(names.filter((name) => !played(name))).toEqual([]);
});
