import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Client, ClientOptions, RequestOptions, WaitEvent } from "../../../../src/api/client.ts";
import { createGuard } from "../../../../src/api/http/guard.ts";
import { limitJob } from "../../../../src/api/http/slot.ts";
import { createGovernor, type Governor } from "../../../../src/api/http/governor.ts";
import { customEndpoint } from "../../../../src/api/platforms.ts";
import { systemClock } from "../../../../src/api/transport.ts";
import { clientFor, failure, question, readAll, type Ending } from "../../../fakes/apiClient.ts";
import { startApiServer } from "../../../fakes/apiServer.ts";
import { manualClock } from "../../../fakes/manualClock.ts";
import { paygKey } from "../../../zai-server/accounts.ts";
import { simulatorForFile } from "../../../fakes/simulatorForFile.ts";

const simulator = await simulatorForFile();

function client(governor: Governor, more: Partial<ClientOptions> = {}): Client {
  const endpoint = customEndpoint(`${simulator.url}/api/paas/v4`, "zai");
  if (!endpoint) throw new Error("loopback must be allowed");
  return clientFor(endpoint, { apiKey: paygKey, governor, pollIntervalMs: 5, ...more });
}

interface Chat {
  readonly ending: Promise<Ending>;
  readonly waits: readonly WaitEvent[];
  stop(): void;
}

/** Starts a chat; a stalled one holds its place until it is stopped. */
function start(from: Client, text: string, options: RequestOptions = {}): Chat {
  const waits: WaitEvent[] = [];
  const stop = new AbortController();
  const request = { ...question, messages: [{ role: "user", content: text }] } as const;
  const ending = readAll(from, request, { ...options, signal: stop.signal, onWait: (event) => waits.push(event) });
  return { ending, waits, stop: () => stop.abort() };
}

const hour = 3_600_000;
const stalled = "#scenario:stall-mid:600000";

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(2);
}

describe("the third of three chats", () => {
  it("waits, says so, and goes on when one of the others is over", async () => {
    const ours = client(createGovernor({ clock: systemClock }));
    const first = start(ours, `One ${stalled}`);
    const second = start(ours, `Two ${stalled}`);
    await until(() => simulator.requests.length === 2);
    const third = start(ours, "Three");
    await until(() => third.waits.length === 1);
    expect(simulator.requests).toHaveLength(2);
    first.stop();
    expect((await first.ending).error?.code).toBe("cancelled");
    const { error, text } = await third.ending;
    expect([error, text === ""]).toEqual([undefined, false]);
    expect(third.waits).toEqual([
      { reason: "queue", attempt: 0, resumesAt: undefined },
      { reason: "queue", attempt: 0, resumesAt: expect.any(Number) },
    ]);
    second.stop();
    await second.ending;
    expect([...first.waits, ...second.waits]).toEqual([]);
  });

  it("can be stopped while it waits, and then nothing was sent", async () => {
    const ours = client(createGovernor({ clock: systemClock }));
    const others = [start(ours, `One ${stalled}`), start(ours, `Two ${stalled}`)];
    await until(() => simulator.requests.length === 2);
    const third = start(ours, "Three");
    await until(() => third.waits.length === 1);
    third.stop();
    expect((await third.ending).error?.code).toBe("cancelled");
    for (const other of others) other.stop();
    await Promise.all(others.map(({ ending }) => ending));
    const next = await start(ours, "Four").ending;
    expect(next.error).toBeUndefined();
    expect(simulator.requests.map(({ body }) => JSON.stringify(body).includes("Three"))).toEqual([false, false, false]);
  });

  it("goes before a background request that came first", async () => {
    const ours = client(createGovernor({ clock: systemClock, limits: () => ({ parallel: 1, waiting: Infinity }) }));
    const holder = start(ours, `One ${stalled}`);
    await until(() => simulator.requests.length === 1);
    const background = start(ours, "Background", { priority: "background" });
    const interactive = start(ours, "Interactive");
    await until(() => interactive.waits.length === 1);
    holder.stop();
    await Promise.all([background.ending, interactive.ending]);
    expect(simulator.requests.map(({ body }) => /One|Background|Interactive/.exec(JSON.stringify(body))?.[0])).toEqual([
      "One",
      "Interactive",
      "Background",
    ]);
  });
});

/** A governor with one place that writes down what happens to it. */
function recorded(events: string[]): Governor {
  const governor = createGovernor({ clock: systemClock, limits: () => ({ parallel: 1, waiting: Infinity }) });
  return {
    async acquire(options) {
      const slot = await governor.acquire(options);
      events.push("taken");
      let released = false;
      return {
        release() {
          if (!released) events.push("released");
          released = true;
          slot.release();
        },
      };
    },
    slowDown: (end) => events.push(end > Date.now() ? "slow" : "not slow"),
  };
}

describe("a place", () => {
  it("is given back during a back-off, which a refused pace makes one for all windows", async () => {
    const events: string[] = [];
    simulator.setScenario([{ name: "1302" }, { name: "ok" }]);
    const clock = {
      ...systemClock,
      sleep: async () => void events.push("sleep"),
    };
    await start(client(recorded(events), { clock }), "Hello").ending;
    expect(events).toEqual(["taken", "released", "slow", "sleep", "taken", "released"]);
  });

  it("is held until a stream has ended, not only begun", async () => {
    const events: string[] = [];
    for await (const part of client(recorded(events)).chat(question)) events.push(part.type);
    expect(events.at(0)).toBe("taken");
    expect(events.slice(-2)).toEqual(["finish", "released"]);
  });

  it("is given back by Stop although nobody asks for the next part", async () => {
    const events: string[] = [];
    const stop = new AbortController();
    const request = { ...question, messages: [{ role: "user", content: stalled }] } as const;
    const parts = client(recorded(events)).chat(request, { signal: stop.signal });
    await parts[Symbol.asyncIterator]().next();
    expect(events).toEqual(["taken"]);
    stop.abort();
    expect(events).toEqual(["taken", "released"]);
  });

  it("is given back by whoever leaves a stream early", async () => {
    const events: string[] = [];
    for await (const _ of client(recorded(events)).chat(question)) break;
    expect(events).toEqual(["taken", "released"]);
  });

  it("is taken for drawing an image, not for looking whether it is done, fetching it or listing models", async () => {
    const events: string[] = [];
    const ours = client(recorded(events));
    await ours.models();
    expect(events).toEqual([]);
    await ours.images.generate({ model: "glm-image", prompt: "A boat", size: "1280x1280" });
    expect(events).toEqual(["taken", "released"]);
    expect(simulator.requests.length).toBeGreaterThanOrEqual(4);
  });
});

describe("a deadline", () => {
  it("does not count the time in the queue, neither an attempt's nor a whole job's", async () => {
    const server = await startApiServer(() => {});
    const clock = manualClock();
    const free = Promise.withResolvers<void>();
    const governor: Governor = {
      async acquire({ onQueued }) {
        onQueued?.();
        await free.promise;
        return { release() {} };
      },
      slowDown() {},
    };
    const ours = clientFor(server.endpoint(), { governor, clock });
    const chat = readAll(ours, question);
    const image = failure(ours.images.generate({ model: "cogview-4-250304", prompt: "A boat", size: "1024x1024" }));
    await pause(0);
    expect(clock.pending()).toBe(0);
    clock.pass(hour);
    free.resolve();
    await until(() => server.received.length === 2);
    clock.pass(hour);
    expect([(await chat).error?.code, (await image).code]).toEqual(["timeout", "timeout"]);
    await server.close();
  });
});

it("the limit of a job counts all its time but that in queues", () => {
  const clock = manualClock();
  const guard = createGuard(clock, undefined);
  const { onWait } = limitJob(guard, 10_000, {});
  const queue = (milliseconds: number) => {
    onWait?.({ reason: "queue", attempt: 0, resumesAt: undefined });
    clock.pass(milliseconds);
    onWait?.({ reason: "queue", attempt: 0, resumesAt: clock.now() });
  };
  for (let turn = 0; turn < 3; turn++) {
    clock.pass(3_000);
    queue(hour);
  }
  clock.pass(999);
  expect(guard.failure()).toBeUndefined();
  clock.pass(1);
  expect(guard.failure()?.details).toMatchObject({ deadline: "total", waitedMs: 10_000 });
});
