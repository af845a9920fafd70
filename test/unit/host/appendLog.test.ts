import { mkdtemp, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAppendLog, type LogFile } from "../../../src/host/appendLog.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "glm-log-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

const file = () => path.join(folder, "deep", "one.jsonl");
const lines = async () => (await readFile(file(), "utf8")).split("\n").filter((line) => line !== "");
const encode = (entries: readonly string[]) => entries.map((entry) => `${entry}\n`).join("");
const errorOf = (code: string) => Object.assign(new Error(code), { code });

/** A disk with room for so many bytes, which then refuses; more room comes later. */
function smallDisk(room: number) {
  const disk = { room };
  const openFile = async (name: string): Promise<LogFile> => {
    const handle = await open(name, "a+");
    return {
      stat: () => handle.stat(),
      read: (...args) => handle.read(...args),
      close: () => handle.close(),
      async write(bytes) {
        if (disk.room <= 0) throw errorOf("ENOSPC");
        const fits = bytes.subarray(0, disk.room);
        disk.room -= fits.length;
        return handle.write(fits);
      },
    };
  };
  return { disk, openFile };
}

describe("a log", () => {
  it("makes its folder and writes lines in their order", async () => {
    const log = createAppendLog(file(), { encode, onError: () => expect.unreachable() });
    log.append("one");
    log.append("two");
    await log.flush();
    log.append("three");
    await log.flush();
    expect(await lines()).toEqual(["one", "two", "three"]);
  });

  it("writes by itself, soon", async () => {
    const log = createAppendLog(file(), { encode, onError: () => expect.unreachable() });
    log.append("one");
    await expect.poll(() => lines().catch(() => [])).toEqual(["one"]);
  });

  it("begins a line of its own behind half of one", async () => {
    const log = createAppendLog(file(), { encode, onError: () => expect.unreachable() });
    log.append("one");
    await log.flush();
    await writeFile(file(), "one\nha", "utf8");
    log.append("two");
    await log.flush();
    expect(await lines()).toEqual(["one", "ha", "two"]);
  });

  it("takes turns with another window's on the same file", async () => {
    const [one, other] = [1, 2].map(() => createAppendLog(file(), { encode, onError: () => expect.unreachable() }));
    for (let round = 0; round < 50; round++) {
      one?.append(`one ${round}`);
      other?.append(`other ${round}`);
      await Promise.all([one?.flush(), other?.flush()]);
    }
    const all = await lines();
    expect(all).toHaveLength(100);
    for (const name of ["one", "other"]) {
      const own = all.filter((line) => line.startsWith(name));
      expect(own).toEqual(Array.from({ length: 50 }, (_, round) => `${name} ${round}`));
    }
  });

  it.each(Array.from({ length: 16 }, (_, room) => room))(
    "keeps what a disk with room for %i bytes refuses, says so once and writes it later",
    async (room) => {
      const { disk, openFile } = smallDisk(room);
      const errors: unknown[] = [];
      const log = createAppendLog(file(), { encode, onError: (error) => errors.push(error), openFile });
      for (const entry of ["first", "second", "third"]) log.append(entry);
      await log.flush();
      log.append("fourth");
      await log.flush();
      expect(errors).toEqual([errorOf("ENOSPC")]);
      disk.room = 1000;
      await log.flush();
      // What was written of a line by halves stays as a line that nobody can read.
      expect((await lines()).filter((line) => /^(first|second|third|fourth)$/.test(line))).toEqual([
        "first",
        "second",
        "third",
        "fourth",
      ]);
      disk.room = 0;
      log.append("fifth");
      await log.flush();
      expect(errors).toHaveLength(2);
    },
  );

  it("keeps what it may not write", async () => {
    let allowed = false;
    const errors: unknown[] = [];
    const log = createAppendLog(file(), {
      encode,
      onError: (error) => errors.push(error),
      openFile: async (name) => {
        if (!allowed) throw errorOf("EACCES");
        return open(name, "a+");
      },
    });
    log.append("one");
    await log.flush();
    allowed = true;
    await log.flush();
    expect(errors).toEqual([errorOf("EACCES")]);
    expect(await lines()).toEqual(["one"]);
  });

  it("that went away is not made anew, which is no trouble of the disk, and goes on when it is back", async () => {
    const log = createAppendLog(file(), { exists: false, encode, onError: () => expect.unreachable() });
    log.append("one");
    await log.flush();
    const away = path.join(folder, "away");
    await rename(file(), away);
    log.append("two");
    await log.flush();
    expect(log.isWritten).toBe(false);
    await expect(readFile(file())).rejects.toThrow("ENOENT");
    await rename(away, file());
    await log.flush();
    expect(log.isWritten).toBe(true);
    expect(await lines()).toEqual(["one", "two"]);
  });

  it("of something that is there already is not made when it went away before", async () => {
    const log = createAppendLog(file(), { exists: true, encode, onError: () => expect.unreachable() });
    log.append("one");
    await log.flush();
    await expect(readFile(file())).rejects.toThrow("ENOENT");
  });

  it("loses no other entry to one that has no line, says so once, and does not call that written", async () => {
    const errors: unknown[] = [];
    const tooLong = new RangeError("Invalid string length");
    const log = createAppendLog(file(), {
      encode: (entries: readonly string[]) => {
        if (entries.includes("too long")) throw tooLong;
        return encode(entries);
      },
      onError: (error) => errors.push(error),
    });
    for (const entry of ["one", "too long", "two", "too long"]) log.append(entry);
    await log.flush();
    log.append("three");
    await log.flush();
    expect(await lines()).toEqual(["one", "two", "three"]);
    expect(errors).toEqual([tooLong]);
    expect(log.isWritten).toBe(false);
  });
});
