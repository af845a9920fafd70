import { beforeEach, describe, expect, it } from "vitest";
import { createQuotaPoller, type QuotaPoller } from "../../../../src/features/usage/quotaPoller.ts";
import { manualClock, type ManualClock } from "../../../fakes/manualClock.ts";

interface Asked {
  readonly signal: AbortSignal;
  answer(): void;
  fail(): void;
}

let clock: ManualClock;
let asked: Asked[];
let focused: boolean;
let allowed: boolean;
let place: string;
let poller: QuotaPoller;

beforeEach(() => {
  clock = manualClock();
  asked = [];
  focused = true;
  allowed = true;
  place = "https://api.z.ai/api/coding/paas/v4";
  poller = createQuotaPoller({
    clock,
    place: () => place,
    focused: () => focused,
    allowed: () => allowed,
    ask(signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      asked.push({ signal, answer: resolve, fail: () => reject(new Error("the service is away")) });
      return promise;
    },
  });
});

/** Lets what was answered have its effects. */
const settled = () => new Promise((resolve) => setImmediate(resolve));
async function answered(): Promise<void> {
  asked.at(-1)?.answer();
  await settled();
}

describe("the plan's figures", () => {
  it("are not asked for before something was used", () => {
    poller.wake();
    clock.pass(3_600_000);
    expect(asked).toHaveLength(0);
    poller.used();
    expect(asked).toHaveLength(1);
  });

  it("are asked for at most once a minute, and once for all uses meanwhile", async () => {
    poller.used();
    await answered();
    for (let use = 0; use < 5; use++) poller.used();
    clock.pass(59_999);
    expect(asked).toHaveLength(1);
    clock.pass(1);
    expect(asked).toHaveLength(2);
    await answered();
    clock.pass(3_600_000);
    expect(asked).toHaveLength(2);
    expect(clock.pending()).toBe(0);
  });

  it("are never asked for twice at the same time, however long an answer takes", async () => {
    poller.used();
    clock.pass(300_000);
    poller.used();
    expect(asked).toHaveLength(1);
    await answered();
    expect(asked).toHaveLength(2);
  });

  it("wait for the window's focus", () => {
    focused = false;
    poller.used();
    clock.pass(300_000);
    expect(asked).toHaveLength(0);
    focused = true;
    poller.wake();
    expect(asked).toHaveLength(1);
  });

  it("are not asked for when the focus goes before the minute is over", async () => {
    poller.used();
    await answered();
    poller.used();
    focused = false;
    clock.pass(300_000);
    expect(asked).toHaveLength(1);
  });

  it("are left alone where they may not be asked for, until they may", () => {
    allowed = false;
    poller.used();
    clock.pass(300_000);
    expect(asked).toHaveLength(0);
    allowed = true;
    poller.wake();
    expect(asked).toHaveLength(1);
  });

  it("fail silently, and the next use asks again", async () => {
    poller.used();
    asked[0]?.fail();
    await settled();
    clock.pass(300_000);
    expect(asked).toHaveLength(1);
    poller.used();
    expect(asked).toHaveLength(2);
  });

  it("of another key or platform start anew: what is under way ends, and nothing is due", async () => {
    poller.used();
    poller.used();
    poller.restart();
    expect(asked[0]?.signal.aborted).toBe(true);
    await answered();
    clock.pass(300_000);
    expect(asked).toHaveLength(1);
    poller.used();
    expect(asked).toHaveLength(2);
    // The end of the one that was given up is no end of the new one.
    poller.used();
    expect(asked).toHaveLength(2);
  });

  it("are asked for at most once a minute of each endpoint, however often key or platform change", async () => {
    poller.used();
    await answered();
    poller.restart();
    poller.used();
    await poller.askNow();
    expect(asked).toHaveLength(1);
    place = "https://open.bigmodel.cn/api/coding/paas/v4";
    poller.restart();
    poller.used();
    expect(asked).toHaveLength(2);
    await answered();
    place = "https://api.z.ai/api/coding/paas/v4";
    poller.restart();
    poller.used();
    clock.pass(59_999);
    expect(asked).toHaveLength(2);
    clock.pass(1);
    expect(asked).toHaveLength(3);
  });

  it("are asked for at once by whoever wants to see them, focus or not, but not again within the minute", async () => {
    focused = false;
    const first = poller.askNow();
    const second = poller.askNow();
    expect(asked).toHaveLength(1);
    await answered();
    await Promise.all([first, second]);
    await poller.askNow();
    expect(asked).toHaveLength(1);
    clock.pass(60_000);
    void poller.askNow();
    expect(asked).toHaveLength(2);
    asked[1]?.fail();
    await settled();
  });

  it("are not asked for any more after the end", async () => {
    poller.used();
    poller.used();
    poller.dispose();
    expect(asked[0]?.signal.aborted).toBe(true);
    poller.used();
    await poller.askNow();
    clock.pass(300_000);
    expect(asked).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });
});
