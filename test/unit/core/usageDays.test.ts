import { afterEach, describe, expect, it } from "vitest";
import { startOfDay, startOfWeek } from "../../../src/core/usageDays.ts";

const before = process.env["TZ"];
afterEach(() => {
  if (before === undefined) delete process.env["TZ"];
  else process.env["TZ"] = before;
});

/** A moment of UTC, seen from a zone. */
function from(zone: string, moment: string): number {
  process.env["TZ"] = zone;
  return Date.parse(moment);
}
const utc = (at: number) => new Date(at).toISOString();
const hours = (start: number, end: number) => (end - start) / 3_600_000;

describe("a day", () => {
  it.each([
    ["UTC", "2026-11-21T08:00:00.000Z", "2026-11-21T00:00:00.000Z"],
    ["Asia/Shanghai", "2026-11-20T16:30:00.000Z", "2026-11-20T16:00:00.000Z"],
    ["Asia/Shanghai", "2026-11-20T15:59:59.999Z", "2026-11-19T16:00:00.000Z"],
    ["America/Los_Angeles", "2026-11-21T07:59:00.000Z", "2026-11-20T08:00:00.000Z"],
    ["Asia/Kolkata", "2026-11-21T18:30:00.000Z", "2026-11-21T18:30:00.000Z"],
  ])("in %s at %s began at %s", (zone, at, start) => {
    expect(utc(startOfDay(from(zone, at)))).toBe(start);
  });

  it("has 23 hours in spring and 25 in autumn, and is still one day", () => {
    const spring = startOfDay(from("Europe/Berlin", "2026-03-29T12:00:00.000Z"));
    expect(hours(spring, startOfDay(spring, 1))).toBe(23);
    expect(startOfDay(startOfDay(spring, 1), -1)).toBe(spring);
    const autumn = startOfDay(from("Europe/Berlin", "2026-10-25T12:00:00.000Z"));
    expect(hours(autumn, startOfDay(autumn, 1))).toBe(25);
    expect(startOfDay(startOfDay(autumn, 1) - 1)).toBe(autumn);
  });

  it("without a midnight begins with its first moment", () => {
    const first = startOfDay(from("Africa/Cairo", "2026-04-24T10:00:00.000Z"));
    expect(new Date(first).getHours()).toBe(1);
    expect(startOfDay(first)).toBe(first);
    expect(startOfDay(first - 1)).toBeLessThan(first);
  });
});

describe("a week", () => {
  it("begins with Monday, seen from where the user is", () => {
    expect(utc(startOfWeek(from("UTC", "2026-11-21T08:00:00.000Z")))).toBe("2026-11-16T00:00:00.000Z");
    expect(utc(startOfWeek(from("UTC", "2026-11-22T23:59:59.999Z")))).toBe("2026-11-16T00:00:00.000Z");
    expect(utc(startOfWeek(from("UTC", "2026-11-23T00:00:00.000Z")))).toBe("2026-11-23T00:00:00.000Z");
    // Sunday evening in London is Monday in Shanghai.
    expect(utc(startOfWeek(from("Asia/Shanghai", "2026-11-22T16:00:00.000Z")))).toBe("2026-11-22T16:00:00.000Z");
    expect(utc(startOfWeek(from("Europe/London", "2026-11-22T16:00:00.000Z")))).toBe("2026-11-16T00:00:00.000Z");
  });

  it("is not moved by a change of the clock inside it", () => {
    const sunday = from("Europe/Berlin", "2026-10-25T22:30:00.000Z");
    expect(utc(startOfWeek(sunday))).toBe("2026-10-18T22:00:00.000Z");
    expect(new Date(startOfWeek(sunday)).getDay()).toBe(1);
    const spring = from("America/New_York", "2026-03-08T20:00:00.000Z");
    expect(utc(startOfWeek(spring))).toBe("2026-03-02T05:00:00.000Z");
  });
});
