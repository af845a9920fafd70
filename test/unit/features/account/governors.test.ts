import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { customEndpoint, officialEndpoint, type Endpoint } from "../../../../src/api/platforms.ts";
import { createGovernors } from "../../../../src/features/account/governors.ts";
import { Disposables } from "../../../../src/host/disposables.ts";
import type { Log } from "../../../../src/host/log.ts";
import { key } from "../../../fakes/apiClient.ts";

const log: Log = {
  info() {},
  warn: (line) => expect.unreachable(line),
  error: (line) => expect.unreachable(line),
  show() {},
  dispose() {},
};
const zai = officialEndpoint("zai");
let folder: string;
let owner: Disposables;

beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), "glm-governors-")), "queue");
  owner = new Disposables();
});
afterEach(() => {
  owner.dispose();
  rmSync(path.dirname(folder), { recursive: true });
});

function server(): Endpoint {
  const endpoint = customEndpoint("http://localhost:11434/v1", "openai");
  if (!endpoint) throw new Error("loopback must be allowed");
  return endpoint;
}

test("one for each host and key: platforms of a host share it, keys and hosts do not", () => {
  const governorFor = createGovernors(folder, log, owner);
  const governor = governorFor(zai, key);
  expect(governorFor(officialEndpoint("zai-coding"), key)).toBe(governor);
  for (const other of [governorFor(zai, `${key}x`), governorFor(zai, undefined), governorFor(server(), key)]) {
    expect(other).not.toBe(governor);
  }
});

test("shares its places with other windows, and nothing on disk tells the key", async () => {
  const [here, there] = [createGovernors(folder, log, owner)(zai, key), createGovernors(folder, log, owner)(zai, key)];
  const first = await here.acquire({ priority: "interactive" });
  await here.acquire({ priority: "interactive" });
  const queued = Promise.withResolvers<void>();
  const third = there.acquire({ priority: "interactive", onQueued: queued.resolve });
  await queued.promise;
  const everything = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => {
    const file = path.join(folder, name);
    return `${name} ${name.endsWith(".txt") ? readFileSync(file, "utf8") : ""}`;
  });
  expect(everything).toHaveLength(3);
  for (const part of [...key.split("."), "z.ai"]) expect(everything.join("\n")).not.toContain(part);
  first.release();
  await third;
});

test("follows the limits of the user, also when they change", async () => {
  const limits = { parallel: 1, waiting: 0 };
  const governor = createGovernors(folder, log, owner, () => limits)(zai, key);
  await governor.acquire({ priority: "interactive" });
  await expect(governor.acquire({ priority: "interactive" })).rejects.toMatchObject({ code: "queue-full" });
  limits.parallel = 2;
  await governor.acquire({ priority: "interactive" });
});

test("takes what it wrote away when the window closes", async () => {
  await createGovernors(folder, log, owner)(zai, key).acquire({ priority: "interactive" });
  const [name = ""] = readdirSync(folder);
  expect(readdirSync(path.join(folder, name))).toHaveLength(1);
  owner.dispose();
  expect(readdirSync(path.join(folder, name))).toEqual([]);
  expect(existsSync(folder)).toBe(true);
});
