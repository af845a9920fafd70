import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ChatPart, ChatRequest } from "../../../../src/api/chat/chatTypes.ts";
import type { Client, RequestOptions } from "../../../../src/api/client.ts";
import { ApiError } from "../../../../src/api/errors.ts";
import { officialEndpoint } from "../../../../src/api/platforms.ts";
import type { Problem } from "../../../../src/core/services.ts";
import { parseToView } from "../../../../src/protocol/messages.ts";
import { openSession, problems, storeIn } from "./openSession.ts";

type Script = (request: ChatRequest, options: RequestOptions) => AsyncIterable<ChatPart>;

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "glm-session-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

const setUp = (script: Script, missing?: Problem) =>
  openSession({ endpoint: officialEndpoint("zai"), chat: script } as Client, folder, { missing });

const reopened = async () => (await storeIn(folder).openCurrent()).conversation;

async function* answer(): AsyncGenerator<ChatPart> {
  yield { type: "start", id: "r", model: "glm-5.3-flash" };
  yield { type: "reasoning-delta", text: "Hm. " };
  yield { type: "text-delta", text: "Forty" };
  yield { type: "text-delta", text: "-two" };
  yield { type: "usage", usage: { promptTokens: 10, cachedTokens: 3, completionTokens: 4 } };
  yield { type: "finish", reason: "stop" };
}

it("keeps a new name on disk and shows it", async () => {
  const { session, posted } = await setUp(answer);
  await session.ask("How many?");
  session.rename("Counting things");
  await session.close();
  expect(posted.findLast(({ type }) => type === "title")).toEqual({ type: "title", title: "Counting things" });
  const [log = ""] = (await readdir(folder)).filter((name) => name.endsWith(".jsonl"));
  expect(await readFile(path.join(folder, log), "utf8")).toContain('{"type":"title","title":"Counting things"}');
});

describe("a conversation that begins with a picture alone", () => {
  const pictures = [{ id: "p", name: "Login page.png", mime: "image/png" } as const];

  it("is called after how it is answered", async () => {
    const { session, posted } = await setUp(answer);
    await session.ask("", { pictures });
    expect(posted.flatMap((message) => (message.type === "title" ? [message.title] : []))).toEqual([
      "Login page.png",
      "Forty-two",
    ]);
    session.rename("Mine");
    await session.ask("And now?");
    expect(session.title).toBe("Mine");
  });

  it("is called after the picture while there is no answer, and after the question once it has words", async () => {
    const { session } = await setUp(async function* () {
      yield { type: "finish", reason: "stop" };
    });
    await session.ask("", { pictures });
    expect(session.title).toBe("Login page.png");
    await session.edit(session.views()[0]?.id ?? "", "What fails?");
    expect(session.title).toBe("What fails?");
  });
});

describe("a question", () => {
  it("is answered in messages that the view accepts, and kept on disk", async () => {
    const { session, posted } = await setUp(answer);
    await session.ask("How many?");
    expect(posted.map((message) => parseToView(structuredClone(message)))).toEqual(posted);
    expect(posted.flatMap((message) => (message.type === "delta" ? [message.text] : [])).join("")).toBe("Forty-two");
    expect(posted.findLast((message) => message.type === "facts")).toMatchObject({
      facts: { status: "done", model: "GLM-5.3-Flash", usage: { input: 10, cached: 3, output: 4 } },
    });
    const kept = await reopened();
    expect(kept.title).toBe("How many?");
    expect(kept.turns[1]).toMatchObject({ text: "Forty-two", thinking: "Hm. ", status: "done" });
  });

  it("is asked as the user's settings say", async () => {
    const asked: ChatRequest[] = [];
    const script: Script = (request) => {
      asked.push(request);
      return answer();
    };
    const client = { endpoint: officialEndpoint("zai"), chat: script } as Client;
    const { session } = await openSession(client, folder, { tuning: { effort: "low", temperature: 0.2 } });
    await session.ask("How many?");
    expect(asked).toMatchObject([{ model: "glm-5.3", effort: "low", temperature: 0.2 }]);
  });

  it("that has to wait for others says so until it is its turn", async () => {
    const { session, posted } = await setUp(async function* (_request, { onWait }) {
      onWait?.({ reason: "queue", attempt: 0, resumesAt: undefined });
      onWait?.({ reason: "queue", attempt: 0, resumesAt: Date.now() });
      yield* answer();
    });
    await session.ask("How many?");
    const waits = posted.flatMap((message) => (message.type === "facts" ? [message.facts.wait?.reason] : []));
    expect(waits.slice(0, 3)).toEqual([undefined, "queue", undefined]);
    expect(waits.lastIndexOf("queue")).toBe(1);
    expect(posted.map((message) => parseToView(structuredClone(message)))).toEqual(posted);
  });

  it("that waits to be tried again says so to a view that is shown meanwhile, too", async () => {
    const goOn = Promise.withResolvers<void>();
    const { session, posted } = await setUp(async function* (_request, { onWait }) {
      onWait?.({ reason: "busy", attempt: 1, resumesAt: 31_000 });
      await goOn.promise;
      yield* answer();
    });
    const told = () => posted.findLast((message) => message.type === "facts")?.facts;
    const asked = session.ask("How many?");
    await expect.poll(() => told()?.wait).toEqual({ reason: "busy", resumesAt: 31_000 });
    expect(session.views()[1]).toMatchObject({ facts: told() });
    goOn.resolve();
    await asked;
    expect(session.views()[1]).not.toHaveProperty("facts.wait");
  });

  it("has been answered when its answer has come to its end", async () => {
    const { session } = await setUp(async function* ({ messages }) {
      yield* answer();
      if (messages.length > 2) throw new ApiError("stream-broken", { afterOutput: true });
    });
    expect(session.isAnswered).toBe(false);
    await session.ask("How many?");
    expect(session.isAnswered).toBe(true);
    await session.ask("Sure?");
    expect(session.isAnswered).toBe(false);
  });

  it("that is stopped keeps what arrived", async () => {
    const { session } = await setUp(async function* (_request, { signal }) {
      yield { type: "text-delta", text: "Half" };
      await new Promise((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(new ApiError("cancelled")));
        setTimeout(() => session.stop());
      });
    });
    await session.ask("Go");
    expect(session.busy).toBe(false);
    expect((await reopened()).turns[1]).toMatchObject({ text: "Half", status: "stopped" });
  });

  it("that breaks in the middle is cut, with words and a retry that asks the same again", async () => {
    let calls = 0;
    const { session, posted } = await setUp(async function* (request) {
      calls += 1;
      expect(request.messages.filter(({ role }) => role === "user")).toHaveLength(1);
      if (calls > 1) {
        yield* answer();
        return;
      }
      yield { type: "text-delta", text: "Half" };
      throw new ApiError("stream-broken", { afterOutput: true });
    });
    await session.ask("Go");
    const cut = session.views().at(-1);
    expect(cut).toMatchObject({ text: "Half", facts: { status: "cut" } });
    expect(session.actionsOf(cut?.id ?? "")).toContain("retry");
    await session.retry(cut?.id ?? "");
    expect(posted.some((message) => message.type === "turn-removed" && message.turnId === cut?.id)).toBe(true);
    expect(session.views().map((turn) => turn.text)).toEqual(["Go", "Forty-two"]);
    expect((await reopened()).turns).toHaveLength(2);
  });

  it("without a key fails with a button, and nothing is lost", async () => {
    const missing = problems.describe(new ApiError("no-key"));
    const { session } = await setUp(answer, missing);
    await session.ask("Go");
    expect(session.views()).toMatchObject([{ text: "Go" }, { facts: { status: "failed" } }]);
  });

  it("whose whole allowance went into thinking says so", async () => {
    const { session } = await setUp(async function* () {
      yield { type: "reasoning-delta", text: "On and on" };
      yield { type: "finish", reason: "length" };
    });
    await session.ask("Go");
    const [, turn] = session.views();
    expect(turn).toMatchObject({ facts: { status: "failed", problem: { text: expect.stringContaining("thinking") } } });
  });
});

const page = (title: string, link: string) => ({ title, link, content: "" });

describe("what comes beside the text", () => {
  const call = "<tool_call>read_file<arg_key>path</arg_key>";

  it("is shown where it stands, and explained behind the answer", async () => {
    const { session, posted } = await setUp(async function* () {
      yield { type: "start", id: "r", model: "glm-5.3" };
      yield { type: "text-delta", text: "I look. " };
      yield { type: "unread-call", text: call };
      yield { type: "text-delta", text: " Done." };
      yield { type: "unread-call", text: call };
      yield { type: "finish", reason: "stop" };
    });
    await session.ask("Go");
    const text = `I look. ${call} Done.${call}`;
    const problem = { text: expect.stringMatching(/^The answer holds[^.]*\.[^.]*--tool-call-parser[^.]*\.$/) };
    expect(session.views()[1]).toMatchObject({ text, facts: { status: "done", problem } });
    expect(posted.flatMap((message) => (message.type === "delta" ? [message.text] : [])).join("")).toBe(text);
    expect(posted.map((message) => parseToView(structuredClone(message)))).toEqual(posted);
    expect((await reopened()).turns[1]).toMatchObject({ text, status: "done", problem });
  });

  it("is an answer, too, when nothing else came", async () => {
    const { session } = await setUp(async function* () {
      yield { type: "reasoning-delta", text: "Hm. " };
      yield { type: "unread-call", text: call };
      yield { type: "finish", reason: "stop" };
    });
    await session.ask("Go");
    expect(session.views()[1]).toMatchObject({ text: call, thinking: "Hm. ", facts: { status: "done" } });
    expect(session.lastAnswer).toBe(call);
  });

  it("is told together with an ending that needs words, in details that the view accepts", async () => {
    const { session, posted } = await setUp(async function* () {
      yield { type: "start", id: "r", model: "glm-5.3" };
      yield { type: "images-dropped", count: 2 };
      yield { type: "text-delta", text: "Half" };
      yield { type: "tool-call", call: { id: "1", name: "look", arguments: JSON.stringify("x".repeat(3000)) } };
      yield { type: "finish", reason: "length" };
    });
    await session.ask("Go");
    const { text, details, actions } = (await reopened()).turns.flatMap((turn) =>
      turn.role === "assistant" && turn.problem ? [turn.problem] : [],
    )[0] ?? { text: "", details: "", actions: [] };
    for (const told of ["length limit", "does not read pictures", "not offered"]) {
      expect(text).toContain(told);
    }
    expect(details).toMatch(/^finish: length\npictures left out: 2\ntool call: look /);
    expect(actions).toEqual(["choose-model", "retry"]);
    expect(posted.map((message) => parseToView(structuredClone(message)))).toEqual(posted);
  });

  it("is the pages that were found, numbered: those that a browser opens, each once", async () => {
    const { session, posted } = await setUp(async function* () {
      yield {
        type: "web-search",
        results: [
          { ...page("Sky\u202e", "https://sky.example"), media: "Sky\nNews" },
          page("Run me", "command:workbench.action.quit"),
          page("", "https://sea.example/a"),
          page("Again", "https://sky.example"),
        ],
      };
      yield* answer();
    });
    await session.ask("Why blue?", { web: true });
    const sources = [
      { title: "Sky", href: "https://sky.example/", site: "Sky News" },
      { title: "sea.example", href: "https://sea.example/a", site: "sea.example" },
    ];
    expect(session.views()[1]).toMatchObject({ facts: { status: "done", sources } });
    expect((await reopened()).turns[1]).toMatchObject({ sources });
    expect(posted.map((message) => parseToView(structuredClone(message)))).toEqual(posted);
  });

  it("is told when the answer breaks off", async () => {
    const { session } = await setUp(async function* () {
      yield { type: "unread-call", text: call };
      throw new ApiError("stream-broken", { afterOutput: true });
    });
    await session.ask("Go");
    const problem = { text: expect.stringMatching(/broke.*--tool-call-parser/) };
    expect(session.views()[1]).toMatchObject({ text: call, facts: { status: "cut", problem } });
  });
});

describe("a conversation that is closed", () => {
  it("waits for the running answer to end and has it in its log", async () => {
    const { session } = await setUp(async function* (_request, { signal }) {
      yield { type: "text-delta", text: "Half" };
      await new Promise((_resolve, reject) => {
        if (signal?.aborted) reject(new ApiError("cancelled"));
        signal?.addEventListener("abort", () => reject(new ApiError("cancelled")));
      });
    });
    const first = session.conversationId;
    const asked = session.ask("Go");
    await session.close();
    await asked;
    expect(await readFile(path.join(folder, `${first}.jsonl`), "utf8")).toContain('"status":"stopped"');
  });
});
