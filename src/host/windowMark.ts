import { createHash, randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** Names a window (an extension host) to all others that share a folder, also from other machines and containers. */
export interface WindowMark {
  /** Where `pid` means something: one start of one machine or container. */
  readonly place: string;
  readonly pid: number;
  readonly random: string;
}

export function ownMark(): WindowMark {
  return { place: ownPlace(), pid: process.pid, random: randomUUID().slice(0, 8) };
}

export function fileNameOf({ place, pid, random }: WindowMark): string {
  return `${place}-${pid}-${random}.txt`;
}

/** Undefined for a name that `fileNameOf` does not make. */
export function markOf(fileName: string): WindowMark | undefined {
  const [, place, pid, random] = /^([0-9a-f]{8})-(\d{1,10})-([0-9a-f]{8})\.txt$/.exec(fileName) ?? [];
  return place !== undefined && random !== undefined ? { place, pid: Number(pid), random } : undefined;
}

/** True when the process is there, whosever it is. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/** Containers may share a machine's name, and machines may share a disk; what only Linux knows tells them apart. */
function ownPlace(): string {
  const facts = [
    hostname(),
    orEmpty(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8")),
    orEmpty(() => readlinkSync("/proc/self/ns/pid")),
  ];
  return createHash("sha256").update(facts.join("\n")).digest("hex").slice(0, 8);
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}
