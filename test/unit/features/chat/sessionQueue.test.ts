import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiError } from "../../../../src/api/errors.ts";
import { systemClock } from "../../../../src/api/transport.ts";
import type { ConversationEvent } from "../../../../src/core/conversation.ts";
import { ChatSession } from "../../../../src/features/chat/session.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { startSimulator } from "../../../zai-server/server.ts";
import { HeldAnswers } from "./heldAnswers.ts";
import { attachedFile as file, openSession, sessionDeps, storeIn } from "./openSession.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "glm-queue-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

async function asked() {
  const service = new HeldAnswers();
  const { session } = await openSession(service.client, folder);
  const first = session.ask("One");
  await service.reached(1);
  return { service, session, first };
}

const textsOf = ({ session }: Pick<Awaited<ReturnType<typeof asked>>, "session">) =>
  session.views().map(({ text }) => text);

describe("a message that is sent while an answer is on its way", () => {
  it("waits, and is sent with what went along then when the answer has ended", async () => {
    const { service, session, first } = await asked();
    await session.ask("Two", { attachments: [file], effort: "low" });
    await session.ask("Three");
    const [two, three] = session.queue?.messages ?? [];
    expect(session.queue).toMatchObject({ paused: false, messages: [{ text: "Two", extras: 1 }, { text: "Three" }] });
    expect(textsOf({ session })).toEqual(["One", "A1"]);
    service.end();
    await service.reached(2);
    expect(service.requests[1]).toMatchObject({ effort: "low" });
    expect(service.questions(1)).toEqual(["One", expect.stringMatching(/src\/a\.ts \(file\)[^]*Two$/)]);
    expect(session.queue?.messages).toEqual([three]);
    service.end();
    await service.reached(3);
    service.end();
    await first;
    expect(session.busy).toBe(false);
    expect(session.queue).toBeUndefined();
    expect(textsOf({ session })).toEqual(["One", "A1", "Two", "A2", "Three", "A3"]);
    expect(session.views()[2]?.id).toBe(two?.id);
  });

  it.each([
    ["was stopped", "stopped"],
    ["broke off", "cut"],
    ["reached its limit", "cut"],
  ])("stays where it is when the answer %s, until the user says so", async (how, status) => {
    const { service, session, first } = await asked();
    await session.ask("Two");
    if (how === "was stopped") session.stop();
    else service.end(how === "broke off" ? new ApiError("stream-broken", { afterOutput: true }) : "length");
    await first;
    expect(session.busy).toBe(false);
    expect(session.views().at(-1)).toMatchObject({ facts: { status } });
    expect(session.queue).toMatchObject({ paused: true, messages: [{ text: "Two" }] });
    const resumed = session.resumeQueue();
    await service.reached(2);
    expect(session.queue).toBeUndefined();
    service.end();
    await resumed;
    expect(textsOf({ session })).toEqual(["One", "A1", "Two", "A2"]);
  });

  it("stays where it is when Stop comes between two answers", async () => {
    const service = new HeldAnswers();
    const { conversation, log } = storeIn(folder).startNew();
    const writing = { begun: Promise.withResolvers<void>(), done: Promise.withResolvers<void>() };
    const flush = async () => {
      writing.begun.resolve();
      await writing.done.promise;
    };
    const append = (event: ConversationEvent) => log.append(event);
    const session = new ChatSession(sessionDeps(service.client), conversation, { append, flush, isWritten: true });
    const first = session.ask("One");
    await service.reached(1);
    await session.ask("Two");
    service.end();
    await writing.begun.promise;
    session.stop();
    writing.done.resolve();
    await first;
    expect(service.requests).toHaveLength(1);
    expect(session.queue).toMatchObject({ paused: true, messages: [{ text: "Two" }] });
    const resumed = session.resumeQueue();
    await service.reached(2);
    service.end();
    await resumed;
    expect(textsOf({ session })).toEqual(["One", "A1", "Two", "A2"]);
  });

  it("can be taken back with all that belongs to it", async () => {
    const { service, session, first } = await asked();
    await session.ask("Two", { attachments: [file] });
    const id = session.queue?.messages[0]?.id ?? "";
    expect(session.unqueue(id)?.turn).toMatchObject({ text: "Two", attachments: [file] });
    expect(session.unqueue(id)).toBeUndefined();
    service.end();
    await first;
    expect(service.requests).toHaveLength(1);
  });

  it("is still there after a restart, and does not go off by itself", async () => {
    const { session } = await asked();
    await session.ask("Two", { attachments: [file] });
    await session.close();
    const service = new HeldAnswers();
    const { session: reopened } = await openSession(service.client, folder);
    expect(reopened.queue).toMatchObject({ paused: true, messages: [{ text: "Two", extras: 1 }] });
    expect(service.requests).toHaveLength(0);
    const resumed = reopened.resumeQueue();
    await service.reached(1);
    expect(service.questions(0)[1]).toContain("src/a.ts");
    service.end();
    await resumed;
  });

  it("comes after what the user asks while the queue stands still", async () => {
    const { service, session, first } = await asked();
    await session.ask("Two");
    session.stop();
    await first;
    const next = session.ask("Three");
    await service.reached(2);
    service.end();
    await next;
    expect(textsOf({ session })).toEqual(["One", "A1", "Three", "A2"]);
    expect(session.queue).toMatchObject({ paused: true, messages: [{ text: "Two" }] });
  });
});

/** One that waited for the service would take longer than a test may. */
async function stopped(session: ChatSession, answered: Promise<void>): Promise<void> {
  session.stop();
  await answered;
  expect(session.views().at(-1)).toMatchObject({ facts: { status: "stopped" } });
}

describe("Stop", () => {
  it("works while a busy service is waited for", async () => {
    const simulator = await startSimulator();
    try {
      simulator.setScenario({ name: "1302", retryAfter: 30 });
      const client = simulatorClient(simulator, "zai", { clock: systemClock });
      const { session, posted } = await openSession(client, folder);
      const answered = session.ask("Busy?");
      await expect
        .poll(() => posted.some((message) => message.type === "facts" && message.facts.wait?.reason === "busy"))
        .toBe(true);
      await stopped(session, answered);
    } finally {
      await simulator.close();
    }
  });

  it("works before the first word and in the middle of an answer", async () => {
    const simulator = await startSimulator({ paceMs: 10 });
    try {
      const { session } = await openSession(simulatorClient(simulator, "zai"), folder);
      const answered = session.ask("A long story about sorting");
      await expect.poll(() => session.lastAnswer ?? "").not.toBe("");
      await stopped(session, answered);
      simulator.setScenario({ name: "stall-first" });
      const next = session.ask("And now?");
      await expect.poll(() => simulator.requests.length).toBe(2);
      await stopped(session, next);
    } finally {
      await simulator.close();
    }
  });
});
