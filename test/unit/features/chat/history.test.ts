import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { customEndpoint, officialEndpoint, type Endpoint } from "../../../../src/api/platforms.ts";
import type { Transport } from "../../../../src/api/transport.ts";
import { clientFor } from "../../../fakes/apiClient.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { done, end, frame, text, thought } from "../../../fixtures/apiStreams.ts";
import { startSimulator } from "../../../zai-server/server.ts";
import { openSession } from "./openSession.ts";

/** What the real client sends for the later questions of a conversation. */

interface SentMessage {
  readonly role: string;
  readonly content: string;
  readonly reasoning_content?: string;
}

interface SentBody {
  readonly messages: readonly SentMessage[];
  readonly thinking?: { readonly type: string; readonly clear_thinking?: boolean };
}

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "glm-history-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

const plan = officialEndpoint("zai-coding");
const whole = (...frames: string[]) => [...frames, end("stop"), done].join("");
const yes = whole(thought(" Hm…\n"), thought("\tyes. 🎉\u0000"), text("Yes"));
const plain = whole(text("Sure"));

/** Plays one answer after the other and keeps the bodies of the requests. */
function recording(answers: readonly string[]) {
  const bodies: string[] = [];
  const transport: Transport = async (_url, init) => {
    bodies.push(typeof init.body === "string" ? init.body : "");
    return new Response(answers[bodies.length - 1], { headers: { "Content-Type": "text/event-stream" } });
  };
  return { bodies, transport };
}

async function conversation(answers: readonly string[], endpoint: Endpoint = plan) {
  const { bodies, transport } = recording(answers);
  const client = clientFor(endpoint, { transport });
  const { session } = await openSession(client, folder);
  const sent = (turn: number) => JSON.parse(bodies[turn] ?? "") as SentBody;
  return { client, session, bodies, sent };
}

const answersIn = ({ messages }: SentBody) => messages.filter(({ role }) => role === "assistant");

/** The messages without the bracket at their end, to be compared as a prefix of longer ones. */
const messagesOf = (body: string | undefined) => /"messages":(\[.*?)\],"stream"/s.exec(body ?? "")?.[1] ?? "missing";

describe("the second and third question on a plan", () => {
  it("return all thinking byte for byte, also when one answer had none", async () => {
    const { session, sent, bodies } = await conversation([yes, plain, yes]);
    for (const question of ["One", "Two", "Three"]) await session.ask(question);
    expect(sent(0).thinking?.clear_thinking).toBeUndefined();
    const first = { role: "assistant", content: "Yes", reasoning_content: " Hm…\n\tyes. 🎉\u0000" };
    expect(answersIn(sent(1))).toEqual([first]);
    expect(answersIn(sent(2))).toEqual([first, { role: "assistant", content: "Sure" }]);
    expect([1, 2].map((turn) => sent(turn).thinking?.clear_thinking)).toEqual([false, false]);
    expect(messagesOf(bodies[0])).toMatch(/One"\}$/);
    expect(messagesOf(bodies[1]).startsWith(messagesOf(bodies[0]))).toBe(true);
    expect(messagesOf(bodies[2]).startsWith(messagesOf(bodies[1]))).toBe(true);
  });

  it("return it after the window was opened anew", async () => {
    const { client, session, sent } = await conversation([yes, plain, yes]);
    for (const question of ["One", "Two"]) await session.ask(question);
    const { session: reopened } = await openSession(client, folder);
    await reopened.ask("Three");
    expect(answersIn(sent(2)).map((message) => message.reasoning_content)).toEqual([
      " Hm…\n\tyes. 🎉\u0000",
      undefined,
    ]);
    expect(sent(2).thinking?.clear_thinking).toBe(false);
  });

  it.each([
    ["of thinking only", whole(thought("On and on"))],
    ["that used its allowance for thinking", thought("On and on") + end("length") + done],
    [
      "that called a tool beside its text",
      thought("Hm") +
        text("I look.") +
        frame({ tool_calls: [{ index: 0, id: "c", type: "function", function: { name: "look", arguments: "{}" } }] }) +
        end("tool_calls") +
        done,
    ],
  ])("have thinking cleared behind an answer %s", async (_name, answer) => {
    // The client itself asks once more when an answer is nothing but thinking.
    const { session, sent, bodies } = await conversation([yes, answer, answer, plain, plain]);
    await session.ask("One");
    await session.ask("Two");
    const before = bodies.length;
    await session.ask("Three");
    expect(sent(1).thinking?.clear_thinking).toBe(false);
    expect(sent(before).thinking).toEqual({ type: "enabled", clear_thinking: true });
    expect(answersIn(sent(before))[0]).toEqual({ role: "assistant", content: "Yes" });
  });

  it("are not altered by a retry, which sends the same again", async () => {
    const { session, sent, bodies } = await conversation([yes, whole(thought("On and on")), yes, plain, plain]);
    await session.ask("One");
    await session.ask("Two");
    const before = bodies.length;
    await session.retry(session.views().at(-1)?.id ?? "");
    expect(bodies[before]).toBe(bodies[1]);
    await session.ask("Three");
    expect(sent(before + 1).thinking?.clear_thinking).toBe(false);
  });

  it("have thinking cleared when another model is asked", async () => {
    const { client, sent, session } = await conversation([yes, plain]);
    await session.ask("One");
    const { session: other } = await openSession(client, folder, { model: "glm-5.2" });
    await other.ask("Two");
    expect(sent(1).thinking?.clear_thinking).toBe(true);
  });
});

it("is what the simulator of a plan gets, which then finds the beginning in its cache", async () => {
  const simulator = await startSimulator();
  try {
    const { session } = await openSession(simulatorClient(simulator, "zai-coding"), folder);
    for (const question of ["What is a closure?", "And a promise?", "Thanks"]) await session.ask(question);
    const answers = session.views().flatMap((turn) => (turn.role === "assistant" ? [turn] : []));
    const body = simulator.requests.at(-1)?.body as SentBody;
    expect(answers[0]?.thinking).not.toBe("");
    expect(answersIn(body).map((message) => message.reasoning_content ?? "")).toEqual(
      answers.slice(0, 2).map(({ thinking }) => thinking),
    );
    expect(body.thinking?.clear_thinking).toBe(false);
    expect(answers[2]?.facts.usage?.cached).toBeGreaterThan(0);
  } finally {
    await simulator.close();
  }
});

it("returns the text of a call that could not be read as the server sent it", async () => {
  const endpoint = customEndpoint("http://127.0.0.1:1/v1", "openai");
  if (!endpoint) throw new Error("loopback must be allowed");
  const { session, sent } = await conversation(
    [whole(text("I look. "), text("<tool_call>read_file<arg_"), text("key>path</arg_key>")), plain],
    endpoint,
  );
  await session.ask("One");
  await session.ask("Two");
  const content = "I look. <tool_call>read_file<arg_key>path</arg_key>";
  expect(session.views()[1]).toMatchObject({
    text: content,
    facts: { status: "done", problem: { text: expect.stringContaining("--tool-call-parser") } },
  });
  expect(answersIn(sent(1))).toEqual([{ role: "assistant", content }]);
});
