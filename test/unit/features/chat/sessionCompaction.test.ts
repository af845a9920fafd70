import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createCatalog } from "../../../../src/api/models/catalog.ts";
import type { ChatSession } from "../../../../src/features/chat/session.ts";
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

  it("can be stopped while it is summarised, and is as it was then", async () => {
    const { session, posted } = await conversation(2);
    simulator.setScenario([{ name: "1261", times: 1 }, { name: "stall-first" }]);
    const answered = session.ask("And now?");
    await expect.poll(() => steps({ posted })).toEqual(["summarising"]);
    await expect.poll(() => bodies().filter(isSummary)).toHaveLength(1);
    session.stop();
    await answered;
    expect(session.views().at(-1)).toMatchObject({ facts: { status: "stopped" } });
    expect(rolesOf(session)).not.toContain("notice");
  });
});

it("says what to do when a question alone is too long, and does not send what cannot fit", async () => {
  const { session } = await conversation(0);
  await session.ask(long("Alpha ").repeat(8));
  expect(session.views()).toMatchObject([
    { role: "user" },
    {
      facts: {
        status: "failed",
        problem: { text: expect.stringContaining("Attach less"), actions: [{ id: "choose-model" }] },
      },
    },
  ]);
  expect(bodies()).toHaveLength(0);
});
