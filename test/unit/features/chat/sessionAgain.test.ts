import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ChatSession } from "../../../../src/features/chat/session.ts";
import { HeldAnswers } from "./heldAnswers.ts";
import { attachedFile as file, openSession } from "./openSession.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "glm-again-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

/** A conversation of so many questions, each answered. */
async function conversation(count: number) {
  const service = new HeldAnswers();
  const kept: string[][] = [];
  const { session, posted } = await openSession(service.client, folder, {
    more: () => ({ keepTail: async (copied) => void kept.push(textsOf(copied)) }),
  });
  for (let number = 1; number <= count; number++) {
    await answered(service, number, session.ask(`Q${number}`, { attachments: [file] }));
  }
  return { service, session, posted, kept };
}

const diskFull = async () => Promise.reject(new Error("disk full"));

async function answered(service: HeldAnswers, number: number, work: Promise<unknown>): Promise<void> {
  await service.reached(number);
  service.end();
  await work;
}

const textsOf = (session: ChatSession) => session.views().map(({ text }) => text);
const idOf = (session: ChatSession, index: number) => session.views()[index]?.id ?? "";

describe("a question that is asked in other words", () => {
  it("takes the place of the old one, with what went with that", async () => {
    const { service, session, kept } = await conversation(1);
    await answered(service, 2, session.edit(idOf(session, 0), "Better", { effort: "max" }));
    expect(textsOf(session)).toEqual(["Better", "A2"]);
    expect(service.questions(1)).toEqual([expect.stringMatching(/src\/a\.ts[^]*Better$/)]);
    expect(service.requests[1]).toMatchObject({ effort: "max" });
    expect(session.title).toBe("Better");
    // Its own answer alone is not worth a conversation.
    expect(kept).toEqual([]);
    await session.close();
    const { session: reopened } = await openSession(service.client, folder);
    expect(textsOf(reopened)).toEqual(["Better", "A2"]);
  });

  it("has what came after it kept as a conversation of its own", async () => {
    const { service, session, kept } = await conversation(3);
    await answered(service, 4, session.edit(idOf(session, 2), "Other"));
    expect(kept).toEqual([["Q1", "A1", "Q2", "A2", "Q3", "A3"]]);
    expect(textsOf(session)).toEqual(["Q1", "A1", "Other", "A4"]);
    expect(session.title).toBe("Q1");
  });

  it("has its pictures read again, as what was read in them is about the old words", async () => {
    const service = new HeldAnswers();
    const read: unknown[] = [];
    const { session } = await openSession(service.client, folder, {
      more: () => ({
        pictures: {
          async prepare({ text, pictures = [] }, preparation) {
            read.push([text, pictures.map(({ reading }) => reading?.text)]);
            for (const { id, reading } of pictures)
              if (!reading) preparation.keepReading(id, "glm-5v", `seen for ${text}`);
          },
          dataUri: async () => undefined,
        },
      }),
    });
    const pictures = [{ id: "p", name: "shot.png", mime: "image/png" } as const];
    await answered(service, 1, session.ask("What?", { pictures }));
    await answered(service, 2, session.retry(idOf(session, 1)));
    await answered(service, 3, session.edit(idOf(session, 0), "Which colour?"));
    expect(read).toEqual([
      ["What?", [undefined]],
      ["What?", ["seen for What?"]],
      ["Which colour?", [undefined]],
    ]);
    expect(service.questions(2)).toEqual([expect.stringContaining("seen for Which colour?")]);
  });

  it("is not answered when Stop comes before the answer has begun", async () => {
    const copying = Promise.withResolvers<void>();
    const service = new HeldAnswers();
    const { session } = await openSession(service.client, folder, {
      more: () => ({ keepTail: () => copying.promise }),
    });
    for (const [index, text] of ["Q1", "Q2"].entries()) await answered(service, index + 1, session.ask(text));
    const edited = session.edit(idOf(session, 0), "Better");
    await expect.poll(() => session.busy).toBe(true);
    session.stop();
    copying.resolve();
    await edited;
    expect(service.requests).toHaveLength(2);
    expect(session.views()).toMatchObject([{ text: "Better" }, { facts: { status: "stopped" } }]);
    await answered(service, 3, session.ask("Again"));
  });

  it("stops the answer that is on its way", async () => {
    const { service, session } = await conversation(1);
    const running = session.ask("Q2");
    await service.reached(2);
    const edited = session.edit(idOf(session, 2), "Other");
    await answered(service, 3, edited);
    await running;
    expect(textsOf(session)).toEqual(["Q1", "A1", "Other", "A3"]);
    expect(service.questions(2)).toEqual([expect.stringContaining("Q1"), "Other"]);
  });

  it("is left alone when the copy of what comes after it cannot be kept", async () => {
    const { service, session } = await conversation(2);
    await session.close();
    const { session: reopened } = await openSession(service.client, folder, { more: () => ({ keepTail: diskFull }) });
    await expect(reopened.edit(idOf(reopened, 0), "Other")).rejects.toThrow("disk full");
    expect(textsOf(reopened)).toEqual(["Q1", "A1", "Q2", "A2"]);
    expect(reopened.busy).toBe(false);
    await answered(service, 3, reopened.ask("Q3"));
  });
});

describe("an answer", () => {
  it("is given again by another model, for this once", async () => {
    const { service, session } = await conversation(1);
    await answered(service, 2, session.retry(idOf(session, 1), { model: "glm-5-turbo" }));
    await answered(service, 3, session.ask("Next"));
    expect(service.requests.map(({ model }) => model)).toEqual(["glm-5.3", "glm-5-turbo", "glm-5.3"]);
    expect(session.views()[1]).toMatchObject({ text: "A2", facts: { model: "GLM-5-Turbo" } });
  });

  it("that others follow is given again, and those are kept elsewhere", async () => {
    const { service, session, kept } = await conversation(2);
    await answered(service, 3, session.retry(idOf(session, 1)));
    expect(kept).toEqual([["Q1", "A1", "Q2", "A2"]]);
    expect(textsOf(session)).toEqual(["Q1", "A3"]);
  });

  it("shows the level of thinking that was chosen for it, and keeps it", async () => {
    const { service, session } = await conversation(0);
    await answered(service, 1, session.ask("Q1", { effort: "low" }));
    expect(session.views()[1]).toMatchObject({ facts: { effort: "low" } });
    await session.close();
    const { session: reopened } = await openSession(service.client, folder);
    expect(reopened.views()[1]).toMatchObject({ facts: { effort: "low" } });
    expect(reopened.askedOf(idOf(reopened, 1))).toMatchObject({ model: "glm-5.3", effort: "low" });
  });

  it("goes on where it was stopped, in the same turn", async () => {
    const { service, session, posted } = await conversation(0);
    const running = session.ask("Q1");
    await service.reached(1);
    session.stop();
    await running;
    const id = idOf(session, 1);
    const stoppedAt = Date.now();
    await expect.poll(() => Date.now()).toBeGreaterThan(stoppedAt);
    const goingOn = session.continue(id);
    // Its clock starts anew, also for a view that is shown only now.
    const [, shownNow] = session.views();
    expect(shownNow?.role === "assistant" && shownNow.facts.startedAt).toBeGreaterThan(stoppedAt);
    await answered(service, 2, goingOn);
    expect(textsOf(session)).toEqual(["Q1", "A1A2"]);
    expect(session.views()[1]).toMatchObject({ id, facts: { status: "done" } });
    const [, question, begun, ask] = service.requests[1]?.messages ?? [];
    expect([question, begun]).toMatchObject([{ content: "Q1" }, { role: "assistant", content: "A1" }]);
    expect(ask?.content).toContain("cut off");
    const shown = posted.flatMap((message) => (message.type === "delta" && message.turnId === id ? message.text : []));
    expect(shown.join("")).toBe("A1A2");
    // What is whole does not go on.
    await session.continue(id);
    expect(service.requests).toHaveLength(2);
    await session.close();
    const { session: reopened } = await openSession(service.client, folder);
    expect(textsOf(reopened)).toEqual(["Q1", "A1A2"]);
  });
});
