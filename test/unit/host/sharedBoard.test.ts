import { spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createGovernor } from "../../../src/api/http/governor.ts";
import { systemClock } from "../../../src/api/transport.ts";
import { createSharedBoard, type SharedBoard } from "../../../src/host/sharedBoard.ts";
import { eventsOf, startWindow, type WindowPlan } from "../../fakes/windowProcess.ts";

const tickMs = 20;
let base: string;
let folder: string;
let log: string;
let children: ChildProcess[];
let boards: SharedBoard[];
/** Some are not ours and may end meanwhile. */
let timersBefore: number;

beforeEach(() => {
  timersBefore = timers();
  base = mkdtempSync(path.join(tmpdir(), "board-"));
  folder = path.join(base, "global storage", "queue");
  log = path.join(base, "log");
  writeFileSync(log, "");
  children = [];
  boards = [];
});

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
  for (const each of boards) each.dispose();
  rmSync(base, { recursive: true });
});

/** How many run in this process. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}

function open(name: string, more: Partial<WindowPlan> = {}): ChildProcess {
  const child = startWindow({ name, folder, log, requests: [], limit: 2, tickMs, ...more });
  children.push(child);
  return child;
}

/** A window in this process. */
function board(
  onError: (error: unknown) => void = (error) => expect.unreachable(String(error)),
  ticks: number | false = tickMs,
): SharedBoard {
  const created = createSharedBoard({ folder, onError, tickMs: ticks });
  boards.push(created);
  return created;
}

/** What `of` sees when nobody else is at the board. */
function read(of: SharedBoard, text = ""): readonly string[] {
  let seen: readonly string[] = [];
  const done = of.exchange((others) => {
    seen = others;
    return text;
  });
  expect(done).toBe(true);
  return seen;
}

/** What all windows have written, at any moment. */
function written(): string {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".txt"))
    .map((name) => readFileSync(path.join(folder, name), "utf8"))
    .join("\n");
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(2);
}

const interactive = (holdMs: number | null) => ({ priority: "interactive", holdMs }) as const;
const background = (holdMs: number | null) => ({ priority: "background", holdMs }) as const;
const happened = (event: string, times = 1) => eventsOf(log).filter((each) => each === event).length >= times;

describe("several windows", () => {
  it("together never have more in flight than the limit, and end with nothing left over", async () => {
    const requests = Array.from({ length: 30 }, (_, index) =>
      index % 3 === 0 ? interactive(index % 4) : background(1),
    );
    const windows = ["a", "b", "c", "d"].map((name) => open(name, { requests }));
    await Promise.all(windows.map((window) => once(window, "exit")));
    const events = eventsOf(log);
    expect(events.filter((event) => event.endsWith(" started"))).toHaveLength(120);
    expect(events.filter((event) => !/ (queued|started|ended)$/.test(event))).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("go on when one is killed that held every place", async () => {
    const killed = open("killed", { requests: [background(null), background(null), background(null)] });
    await until(() => happened("killed started", 2));
    const next = open("next", { requests: [background(0), interactive(0)] });
    await until(() => happened("next queued", 2));
    expect(happened("next started")).toBe(false);
    killed.kill("SIGKILL");
    await once(next, "exit");
    expect(happened("next ended", 2)).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("let an interactive request go before the background ones of another", async () => {
    const busy = open("busy", { requests: Array.from({ length: 22 }, () => background(null)) });
    await until(() => happened("busy started", 2));
    const person = open("person", { requests: [interactive(0)] });
    await until(() => written().includes("waiting interactive"));
    busy.stdin?.write("1");
    await once(person, "exit");
    const events = eventsOf(log);
    expect(events.slice(events.indexOf("person queued"), events.indexOf("person started"))).toEqual([
      "person queued",
      "busy ended",
    ]);
    await until(() => happened("busy started", 3));
  });
});

describe("a text", () => {
  it("is seen by the others until it is taken back", () => {
    const [one, other] = [board(), board()];
    expect(read(one, "first")).toEqual([]);
    expect(read(other, "second")).toEqual(["first"]);
    expect(read(one, "third")).toEqual(["second"]);
    expect(read(other)).toEqual(["third"]);
    other.dispose();
    one.dispose();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("wakes those who watch", async () => {
    const [one, other] = [board(), board()];
    let woken = 0;
    const stop = one.watch(() => woken++);
    read(other, "new");
    await until(() => woken > 0);
    stop();
    expect(read(one)).toEqual(["new"]);
  });

  it("of another machine counts as long as it gives signs of life, whatever its clock says", async () => {
    const watcher = board();
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, "0badcafe-1-00000000.txt");
    writeFileSync(file, "far away");
    let looks = 0;
    let silent = 0;
    const stop = watcher.watch(() => {
      looks++;
      // A clock that is an hour behind, then one that is a day ahead.
      const wrong = Date.now() / 1000 + (looks < 20 ? -3_600 : 86_400) + looks;
      if (looks < 40 && existsSync(file)) utimesSync(file, wrong, wrong);
      if (looks >= 40) silent++;
      if (looks < 40) expect(read(watcher)).toEqual(["far away"]);
      else read(watcher);
    });
    await until(() => !existsSync(file));
    stop();
    expect(looks).toBeGreaterThanOrEqual(40);
    expect(silent).toBeGreaterThanOrEqual(10);
  });

  it("of a process that has ended is dropped at once", () => {
    read(board(), "mine");
    const [name = ""] = readdirSync(folder);
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const dead = name.replace(/-\d+-.*/, `-${pid}-00000000.txt`);
    writeFileSync(path.join(folder, dead), "theirs");
    writeFileSync(path.join(folder, `${dead}.new`), "unfinished");
    expect(read(board())).toEqual(["mine"]);
    expect(readdirSync(folder)).toEqual([name]);
  });

  it("comes back when others took its window for dead", async () => {
    const holder = board();
    read(holder, "still here");
    const [name = ""] = readdirSync(folder);
    rmSync(path.join(folder, name));
    await until(() => existsSync(path.join(folder, name)));
    expect(read(board())).toEqual(["still here"]);
  });
});

describe("what is said without signs of life", () => {
  it("takes no timer, and counts as long as its process is there; other machines are left alone for a month", () => {
    const [one, other] = [board(undefined, false), board(undefined, false)];
    read(one, "open all day");
    expect(timers()).toBeLessThanOrEqual(timersBefore);
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const [name = ""] = readdirSync(folder);
    writeFileSync(path.join(folder, name.replace(/-\d+-.*/, `-${pid}-00000000.txt`)), "killed");
    const [elsewhere, longAgo] = ["0badcafe-1-00000000.txt", "0badcafe-2-00000000.txt"];
    for (const each of [elsewhere, longAgo]) writeFileSync(path.join(folder, each), "elsewhere");
    utimesSync(path.join(folder, longAgo), 1, 1);
    expect(read(other)).toEqual(["open all day"]);
    expect(readdirSync(folder).toSorted()).toEqual([elsewhere, name].toSorted());
  });
});

describe("a board that is disposed", () => {
  it("stays silent, whatever its window still does", () => {
    const one = board();
    const stop = one.watch(() => {});
    read(one, "mine");
    one.dispose();
    one.say("after the end");
    expect(read(one, "after the end")).toEqual([]);
    one.watch(() => expect.unreachable());
    stop();
    expect(readdirSync(folder)).toEqual([]);
    expect(timers()).toBeLessThanOrEqual(timersBefore);
  });

  it("is not asked again by a governor that ended before", async () => {
    const one = board();
    const governor = createGovernor({
      clock: systemClock,
      limits: () => ({ parallel: 1, waiting: Infinity }),
      board: one,
    });
    const slot = await governor.acquire({ priority: "interactive" });
    const waiting = governor.acquire({ priority: "interactive" });
    governor.slowDown(Date.now() + 200_000);
    governor.dispose();
    one.dispose();
    await expect(waiting).rejects.toMatchObject({ code: "cancelled" });
    slot.release();
    await expect(governor.acquire({ priority: "interactive" })).rejects.toMatchObject({ code: "cancelled" });
    expect(readdirSync(folder)).toEqual([]);
    expect(timers()).toBeLessThanOrEqual(timersBefore);
  });
});

describe("a folder", () => {
  it("may hold things of strangers, which are passed over and left alone", () => {
    mkdirSync(path.join(folder, "0badcafe-2-00000000.txt"), { recursive: true });
    writeFileSync(path.join(folder, "notes.txt"), "mine");
    writeFileSync(path.join(folder, "0badcafe-3-00000000.txt"), Buffer.alloc(100_000));
    writeFileSync(path.join(folder, ".DS_Store"), "\0");
    expect(read(board())).toEqual([]);
    expect(readdirSync(folder)).toHaveLength(4);
  });

  it("is not left locked by an exchange that fails", () => {
    const one = board();
    expect(() =>
      one.exchange(() => {
        throw new Error("a fault");
      }),
    ).toThrow("a fault");
    expect(readdirSync(folder)).toEqual([]);
    expect(read(one, "next")).toEqual([]);
  });

  it("in which no lock can be made is found out once", () => {
    mkdirSync(path.join(folder, "lock"), { recursive: true });
    const complaints: unknown[] = [];
    const one = board((error) => complaints.push(error));
    let tries = 1;
    while (!one.exchange(() => "")) tries++;
    expect(tries).toBeGreaterThan(1);
    expect(one.exchange(() => "")).toBe(true);
    expect(complaints).toHaveLength(1);
  });

  it("whose lock was left behind by a killed window is usable again after a while", async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "lock"), "");
    const quick = { ...systemClock, after: (_: number, callback: () => void) => systemClock.after(0, callback) };
    const governor = createGovernor({ clock: quick, board: board() });
    const slot = await governor.acquire({ priority: "interactive" });
    slot.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("that cannot be used costs only the others: the own queue works, and one complaint is made", async () => {
    writeFileSync(path.join(base, "global storage"), "a file where the folder should be");
    const complaints: unknown[] = [];
    const governor = createGovernor({
      clock: systemClock,
      limits: () => ({ parallel: 1, waiting: Infinity }),
      board: board((error) => complaints.push(error)),
    });
    const first = await governor.acquire({ priority: "interactive" });
    let queued = false;
    const second = governor.acquire({ priority: "interactive", onQueued: () => (queued = true) });
    await until(() => queued);
    first.release();
    (await second).release();
    expect(complaints).toHaveLength(1);
  });

  it("names no window's key and no request's content", () => {
    read(board(), "waiting interactive 1");
    const [name = ""] = readdirSync(folder);
    expect(name).toMatch(/^[0-9a-f]{8}-\d+-[0-9a-f]{8}\.txt$/);
    expect(readFileSync(path.join(folder, name), "utf8")).toBe("waiting interactive 1");
  });
});
