import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { imageSize } from "image-size";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Client, RequestOptions } from "../../../../src/api/client.ts";
import { ApiError } from "../../../../src/api/errors.ts";
import type { StoredPicture } from "../../../../src/core/conversation.ts";
import type { TextReader } from "../../../../src/core/services.ts";
import { promptOf } from "../../../../src/core/slashPrompts.ts";
import { contentId } from "../../../../src/features/chat/contentId.ts";
import { PictureReading } from "../../../../src/features/chat/pictureReading.ts";
import { SlashAnswers } from "../../../../src/features/chat/slashAnswers.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { english } from "../../../fakes/translations.ts";
import { drawPicture } from "../../../zai-server/drawing.ts";
import { startSimulator, type Simulator } from "../../../zai-server/server.ts";
import { openSession, problems, type SessionOptions } from "./openSession.ts";

/** What slash commands and pictures come to, over the real client, as the service is sent it. */

let folder = "";
let simulator: Simulator;
// One for all: it learns to read once.
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());
beforeEach(async () => {
  simulator.reset();
  folder = await mkdtemp(path.join(tmpdir(), "glm-slash-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

interface Sent {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: unknown }[];
}
const chats = () =>
  simulator.requests.filter((each) => each.path.endsWith("/chat/completions")).map(({ body }) => body as Sent);
const drawings = () => simulator.requests.filter((each) => each.path.includes("/images/generations"));

async function open(options: SessionOptions & { client?: Client; reader?: TextReader } = {}) {
  const client = options.client ?? simulatorClient(simulator, "zai");
  const opened = await openSession(client, folder, {
    ...options,
    more: (store) => ({
      pictures: new PictureReading(store, english),
      commands: new SlashAnswers({
        connections: { open: async () => ({ client }) as never },
        problems,
        ocr: { open: async () => options.reader },
        files: store,
        chosenImageModel: () => "cogview-4-250304",
        t: english,
      }),
    }),
  });
  const last = () => {
    const turn = opened.session.views().at(-1);
    return turn?.role === "assistant" ? turn : expect.unreachable("the last turn is no answer");
  };
  const keep = async (bytes: Uint8Array, name = "shot.png"): Promise<StoredPicture> => {
    const id = contentId(bytes);
    await opened.store.writePicture(opened.session.conversationId, id, bytes);
    return { id, name, mime: "image/png" };
  };
  return { ...opened, last, keep };
}

/** Small, since the simulator really reads it. */
const shot = () => drawPicture("E42", 200, 80);

describe("/image", () => {
  it("draws, keeps the picture with the conversation and shows it as the answer", async () => {
    const { session, store, last } = await open();
    await session.ask("/image a red kettle");
    const { facts, text } = last();
    expect(facts).toMatchObject({ status: "done", pictures: [{ label: "a red kettle" }] });
    expect(text).toBe("");
    expect(drawings()[0]?.body).toMatchObject({ model: "cogview-4-250304", prompt: "a red kettle" });
    expect(chats()).toEqual([]);
    const id = facts.pictures?.[0]?.id ?? "";
    const bytes = (await store.readPicture(session.conversationId, id)) ?? new Uint8Array();
    expect(imageSize(bytes)).toMatchObject({ width: facts.pictures?.[0]?.width, type: "png" });
    expect(session.pictureOf(id)).toMatchObject({ mime: "image/png" });
  });

  it("fails with the words of the service, draws again on retry, and leaves later questions to the model", async () => {
    const { session, last } = await open();
    simulator.setScenario({ name: "1301", times: 1 });
    await session.ask("/image something");
    expect(last().facts).toMatchObject({
      status: "failed",
      problem: { text: expect.stringContaining("safety rules") },
    });
    await session.retry(last().id);
    expect(last().facts).toMatchObject({ status: "done", pictures: [{ label: "something" }] });
    await session.ask("What did you draw?");
    expect(chats()).toHaveLength(1);
  });

  it("ends at once with Stop", async () => {
    const { session, last } = await open();
    simulator.setScenario({ name: "stall-first" });
    const asked = session.ask("/image something");
    await expect.poll(() => drawings().length).toBe(1);
    session.stop();
    await asked;
    expect(last().facts.status).toBe("stopped");
  });
});

const reader = (read: TextReader["read"]): TextReader => ({
  endpoint: simulatorClient(simulator, "zai").endpoint,
  read,
});

describe("/ocr", () => {
  it("answers with the text of each file", async () => {
    const { session, last, keep } = await open({
      reader: reader(async (_file, name) =>
        name === "b.png" ? { problem: "b.png is too *dark*." } : { markdown: `Text of ${name}`, model: "glm-ocr" },
      ),
    });
    const one = await keep(shot(), "a.png");
    await session.ask("/ocr", { pictures: [one, { ...one, name: "b.png" }, { ...one, id: "0", name: "gone.png" }] });
    expect(last()).toMatchObject({
      text: "## a.png\n\nText of a.png\n\n## b.png\n\n> b.png is too \\*dark\\*.",
      facts: { status: "done", model: "glm-ocr" },
    });
  });

  it("says why there is none", async () => {
    const { session, last, keep } = await open({ reader: reader(async () => ({ problem: "Too dark." })) });
    await session.ask("/ocr", { pictures: [await keep(shot())] });
    expect(last().facts).toMatchObject({ status: "failed", problem: { text: "Too dark." } });
  });

  it("ends when the user declines the bill", async () => {
    const { session, last, keep } = await open();
    await session.ask("/ocr", { pictures: [await keep(shot())] });
    expect(last().facts.status).toBe("stopped");
  });
});

it("sends the prompt of a command in place of what is shown, and offers the message of /commit to Source Control", async () => {
  const { session, last } = await open();
  const prompt = promptOf("commit", "", "en");
  const diff = {
    id: "1",
    kind: "diff",
    label: "Staged changes",
    detail: "Staged changes",
    language: "diff",
    text: "+a",
  } as const;
  await session.ask("/commit", { prompt, attachments: [diff] });
  expect(String(chats()[0]?.messages.at(-1)?.content)).toContain(prompt);
  expect(last().facts.note).toEqual({
    text: "Describes: Staged changes",
    actions: [{ id: "use-commit-message", label: "use-commit-message" }],
  });
});

/** What the last message of a request consists of. */
const kinds = (body: Sent | undefined) => {
  const content = body?.messages.at(-1)?.content;
  return Array.isArray(content) ? content.map((part: { type: string }) => part.type) : typeof content;
};

describe("a picture with a question", () => {
  it("is shown to a model that sees", async () => {
    const { session, last, keep } = await open({ model: "glm-5.3-flash" });
    await session.ask("What fails?", { pictures: [await keep(shot())] });
    expect(chats().map(kinds)).toEqual([["image_url", "text"]]);
    expect(last().facts).toMatchObject({ status: "done" });
    expect(last().facts.note).toBeUndefined();
  });

  it("is a question also without a word", async () => {
    const { session, last, keep } = await open();
    await session.ask("", { pictures: [await keep(shot())] });
    const [read, asked] = chats().map(({ messages }) => JSON.stringify(messages.at(-1)));
    expect(read).toContain("The programmer sent the picture without a word");
    expect(asked).toContain("The user sent this without a word");
    expect(last().facts.status).toBe("done");
  });

  it("is read by one that sees for a model that does not, once for all retries, and the answer says so", async () => {
    const { session, last, keep, posted } = await open();
    await session.ask("What fails?", { pictures: [await keep(shot())] });
    expect(chats().map((body) => [body.model, kinds(body)])).toEqual([
      ["glm-5.3-flash", ["image_url", "text"]],
      ["glm-5.3", "string"],
    ]);
    expect(String(chats()[1]?.messages.at(-1)?.content)).toContain("What glm-5.3-flash has read in the picture");
    const note = "GLM-5.3 cannot see pictures; GLM-5.3-Flash read it for this turn.";
    expect(last().facts).toMatchObject({ status: "done", note: { text: note, actions: [{ id: "change-model" }] } });
    expect(posted).toContainEqual(
      expect.objectContaining({ facts: expect.objectContaining({ step: "GLM-5.3-Flash is looking at the picture" }) }),
    );
    await session.retry(last().id);
    expect(chats().map(({ model }) => model)).toEqual(["glm-5.3-flash", "glm-5.3", "glm-5.3"]);
    expect(last().facts.note?.text).toBe(note);
    await session.ask("And now without");
    expect(last().facts.note).toBeUndefined();
  });

  it("waits for a model with eyes where there is none, and nothing is lost", async () => {
    const { session, last, keep } = await open({ vision: "glm-5.2" });
    await session.ask("What fails?", { pictures: [await keep(shot())] });
    expect(chats()).toEqual([]);
    expect(last().facts).toMatchObject({
      status: "failed",
      problem: {
        text: "GLM-5.3 cannot see pictures, and neither can the model that is to read them. Choose one that sees.",
        actions: [{ id: "choose-model" }, { id: "retry" }],
      },
    });
    const [question] = session.views();
    expect(question).toMatchObject({ pictures: [{ label: "shot.png" }] });
  });

  it("is not read any longer after Stop", async () => {
    const asked = Promise.withResolvers<void>();
    const client = {
      endpoint: simulatorClient(simulator, "zai").endpoint,
      complete: (_request: unknown, { signal }: RequestOptions) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(new ApiError("cancelled")));
          asked.resolve();
        }),
      chat: () => expect.unreachable("the question is not asked any more"),
    } as unknown as Client;
    const { session, last, keep } = await open({ client });
    const ended = session.ask("What fails?", { pictures: [await keep(shot())] });
    await asked.promise;
    session.stop();
    await ended;
    expect(last().facts.status).toBe("stopped");
  });

  it("whose file is gone is no reason to fail", async () => {
    const { session, last } = await open();
    await session.ask("What fails?", { pictures: [{ id: "gone", name: "gone.png", mime: "image/png" }] });
    expect(chats().map(({ model }) => model)).toEqual(["glm-5.3"]);
    expect(last().facts.status).toBe("done");
  });
});
