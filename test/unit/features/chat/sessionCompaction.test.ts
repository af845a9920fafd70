import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ChatPart, ChatRequest } from "../../../../src/api/chat/chatTypes.ts";
import type { Client } from "../../../../src/api/client.ts";
import { ApiError, type ApiErrorCode } from "../../../../src/api/errors.ts";
import { createCatalog } from "../../../../src/api/models/catalog.ts";
import { officialEndpoint } from "../../../../src/api/platforms.ts";
import type { ChatSession, QuestionExtras } from "../../../../src/features/chat/session.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { startSimulator, type Simulator } from "../../../zai-server/server.ts";
import { openSession } from "./openSession.ts";

interface SentBody {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

let simulator: Simulator;
let folder = "";
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
afterAll(async () => simulator.close());
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "glm-compaction-"));
});
afterEach(async () => {
  simulator.reset();
  await rm(folder, { recursive: true, force: true });
});

const bodies = () => simulator.requests.map(({ body }) => body as SentBody);
const isSummary = ({ messages }: SentBody) => messages[0]?.content.startsWith("You summarise") === true;
const rolesOf = (session: ChatSession) => session.views().map(({ role }) => role);
const long = (name: string) => `${name}: ${"word ".repeat(1_800)}`;

const catalog = createCatalog([{ id: "glm-5.3", context: 8_192, maxOutput: 2_048 }]);

/** With a model that is said to read 8,192 tokens, and `count` short questions that were answered. */
async function conversation(count: number) {
  const opened = await openSession(simulatorClient(simulator, "zai"), folder, { catalog });
  for (let number = 1; number <= count; number++) await opened.session.ask(`Question ${number}`);
  return opened;
}

/** What was said to be done before the answer, in order. */
const steps = ({ posted }: Pick<Awaited<ReturnType<typeof conversation>>, "posted">) =>
  posted.flatMap((message) =>
    message.type === "facts" && message.facts.step !== undefined ? [message.facts.step] : [],
  );

describe("a conversation that is longer than the model can read", () => {
  it("is summarised before it is sent, says so, and goes on by itself", async () => {
    const { session, posted } = await conversation(1);
    for (const name of ["Alpha", "Beta", "Gamma"]) await session.ask(long(name));
    expect(steps({ posted })).toEqual(["summarising"]);
    expect(steps({ posted })).toEqual(["summarising"]);
    expect(session.views().at(-1)).toMatchObject({ facts: { status: "done" } });
    const notice = session.views().find(({ role }) => role === "notice");
    expect(notice).toMatchObject({ text: "compacted", details: expect.stringMatching(/\S/) });
    expect(bodies().filter(isSummary)).toHaveLength(1);
    const last = bodies().at(-1);
    expect(last?.messages[1]?.content).toContain("Summary of our conversation");
    expect(JSON.stringify(last)).not.toContain('Question 1"');
    expect(last?.messages.at(-1)?.content).toContain("Gamma");
    // The turns themselves stay to be read.
    expect(rolesOf(session).filter((role) => role === "user")).toHaveLength(4);
  });

  it("is summarised when the service finds it too long, whatever the estimate said", async () => {
    const { session } = await conversation(2);
    simulator.setScenario({ name: "1261", times: 1 });
    await session.ask("And now?");
    expect(rolesOf(session)).toContain("notice");
    expect(session.views().at(-1)).toMatchObject({ facts: { status: "done" } });
  });

  it("is summarised when an answer fills the rest, which then goes on in the same turn", async () => {
    const { session } = await conversation(2);
    simulator.setScenario({ name: "context-exceeded", times: 1 });
    await session.ask("And now?");
    expect(session.views().at(-1)).toMatchObject({ role: "assistant", facts: { status: "done" } });
    expect(rolesOf(session)).toEqual(["user", "assistant", "notice", "user", "assistant", "user", "assistant"]);
    const last = bodies().at(-1)?.messages ?? [];
    expect(last.at(-2)?.role).toBe("assistant");
    expect(last.at(-1)?.content).toContain("cut off");
  });

  it("loses its oldest messages when no summary can be made, and says so", async () => {
    const { session } = await conversation(2);
    simulator.setScenario([
      { name: "1261", times: 1 },
      { name: "empty-content", times: 4 },
    ]);
    await session.ask("And now?");
    expect(session.views().find(({ role }) => role === "notice")).toMatchObject({ text: "left-out" });
    expect(
      bodies()
        .at(-1)
        ?.messages.map(({ role }) => role),
    ).toEqual(["system", "user", "assistant", "user"]);
  });

  it("is as it was when the service fails in passing, so that another try has all of it", async () => {
    const { session } = await conversation(2);
    simulator.setScenario([
      { name: "1261", times: 1 },
      { name: "1702", times: 1 },
    ]);
    await session.ask("And now?");
    expect(rolesOf(session)).not.toContain("notice");
    const failed = session.views().at(-1);
    expect(failed).toMatchObject({
      facts: { status: "failed", problem: { details: expect.stringContaining("1702") } },
    });
    simulator.setScenario({ name: "1261", times: 1 });
    await session.retry(failed?.id ?? "");
    expect(session.views().find(({ role }) => role === "notice")).toMatchObject({ text: "compacted" });
    expect(session.views().at(-1)).toMatchObject({ facts: { status: "done" } });
  });

  it("can be stopped while it is summarised, and is as it was then", async () => {
    const { session, posted } = await conversation(2);
    simulator.setScenario([{ name: "1261", times: 1 }, { name: "stall-first" }]);
    const answered = session.ask("And now?");
    await expect.poll(() => steps({ posted })).toEqual(["summarising"]);
    await expect.poll(() => bodies().filter(isSummary)).toHaveLength(1);
    // Also for a view that is shown only now.
    expect(session.views().at(-1)).toMatchObject({ facts: { step: "summarising" } });
    session.stop();
    await answered;
    expect(session.views().at(-1)).toMatchObject({ facts: { status: "stopped" } });
    expect(rolesOf(session)).not.toContain("notice");
  });
});

it("says what to do when a question alone is too long, sends nothing for it and leaves the conversation as it is", async () => {
  const { session } = await conversation(1);
  const before = bodies().length;
  await session.ask(long("Alpha ").repeat(8));
  expect(session.views().slice(2)).toMatchObject([
    { role: "user" },
    {
      facts: {
        status: "failed",
        problem: { text: expect.stringContaining("Attach less"), actions: [{ id: "choose-model" }] },
      },
    },
  ]);
  expect(bodies()).toHaveLength(before);
});

describe("a summary that cannot be made", () => {
  const outcomes = ["chat", "cheap", "left-out"] as const;

  /** A service whose models fail so when they are to summarise; `undefined`: they find no words. */
  async function asked(failures: Readonly<Record<"chat" | "cheap", ApiErrorCode | undefined>>) {
    let tooLong = true;
    const client = {
      endpoint: officialEndpoint("zai"),
      async *chat(): AsyncGenerator<ChatPart> {
        if (tooLong) throw new ApiError("too-long");
        yield { type: "text-delta", text: "Yes" };
        yield { type: "finish", reason: "stop" };
      },
      complete: async ({ model }: ChatRequest) => {
        const code = failures[model as keyof typeof failures];
        tooLong = false;
        if (code !== undefined) throw new ApiError(code, { serviceMessage: model });
        return { text: " " };
      },
    } as unknown as Client;
    const { session } = await openSession(client, folder, { model: "chat", background: "cheap" });
    tooLong = false;
    await session.ask("One");
    tooLong = true;
    await session.ask("Two");
    const views = session.views();
    const last = views.at(-1);
    const details = last?.role === "assistant" ? (last.facts.problem?.details ?? "") : "";
    return rolesOf(session).includes("notice") ? "left-out" : outcomes.find((name) => details.includes(name));
  }

  it.each<[cheap: ApiErrorCode | undefined, chat: ApiErrorCode | undefined, outcome: (typeof outcomes)[number]]>([
    // Nothing will ever come of it.
    [undefined, undefined, "left-out"],
    ["too-long", "content-blocked", "left-out"],
    ["bad-request", undefined, "left-out"],
    ["plan-lacks-model", undefined, "left-out"],
    // Another try may do better.
    ["busy", "server", "chat"],
    ["busy", undefined, "cheap"],
    [undefined, "timeout", "chat"],
    ["model-unknown", "stream-broken", "chat"],
    ["busy", "content-blocked", "cheap"],
    // The question would end in the same way.
    ["unreachable", undefined, "cheap"],
    ["too-long", "model-unknown", "chat"],
    ["busy", "no-balance", "chat"],
  ])("(%s of the cheap model, %s of the one that answers) ends as %s", async (cheap, chat, outcome) => {
    expect(await asked({ cheap, chat })).toBe(outcome);
  });
});

/** On the plan, a first answer whose thoughts alone are more than the model reads. */
async function thoughtful(options: QuestionExtras = {}) {
  const requests: ChatRequest[] = [];
  const client = {
    endpoint: officialEndpoint("zai-coding"),
    async *chat(request: ChatRequest): AsyncGenerator<ChatPart> {
      requests.push(request);
      yield { type: "start", id: "r", model: request.model };
      yield { type: "reasoning-delta", text: long("Hm") };
      yield { type: "reasoning-delta", text: long("Well").repeat(3) };
      yield { type: "text-delta", text: "Yes" };
      yield { type: "finish", reason: "stop" };
    },
    complete: async () => ({ text: "They said yes." }),
  } as unknown as Client;
  const { session } = await openSession(client, folder, { catalog });
  await session.ask("One", options);
  return { session, requests };
}

describe("thinking of earlier answers", () => {
  it("is no reason to summarise what another model is asked next, which is not sent it", async () => {
    const { session, requests } = await thoughtful({ model: "glm-5.2" });
    await session.ask("Two");
    expect(rolesOf(session)).not.toContain("notice");
    expect(requests).toHaveLength(2);
  });

  it("is one for the same model, but not again after a summary, with which none goes back", async () => {
    const { session, requests } = await thoughtful();
    await session.ask("Two");
    await session.ask("Three");
    expect(rolesOf(session)).toEqual(["user", "assistant", "notice", "user", "assistant", "user", "assistant"]);
    expect(requests.map(({ historyAltered }) => historyAltered)).toEqual([false, true, true]);
  });
});
