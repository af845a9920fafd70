import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { builtInCatalog } from "../../../../src/api/models/catalog.ts";
import type { Attachment } from "../../../../src/core/services.ts";
import { handleQuestion, type QuestionDesk } from "../../../../src/features/chat/questions.ts";
import type { ToView } from "../../../../src/protocol/messages.ts";
import { HeldAnswers } from "./heldAnswers.ts";
import { openSession, problems } from "./openSession.ts";

vi.mock("vscode", async () => {
  const { vscodeWithSettings } = await import("../../../fakes/userSettings.ts");
  return { ...vscodeWithSettings, l10n: { t: (message: string) => message } };
});

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "glm-questions-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

const file: Attachment = {
  id: "f",
  kind: "file",
  label: "a.ts",
  detail: "src/a.ts",
  language: "typescript",
  text: "1",
};

/** A view whose composer holds one file, and whose user chose `memory`. */
async function view(memory: Record<string, unknown> = {}) {
  const service = new HeldAnswers();
  const { session, store } = await openSession(service.client, folder);
  const posted: ToView[] = [];
  let draft: Attachment[] = [file];
  const desk = {
    deps: {
      connections: { catalog: async () => builtInCatalog, endpoint: () => service.client.endpoint },
      memory: { get: (key: string) => memory[key] },
      pickModel: async () => "glm-5-turbo",
      problems,
    },
    session,
    context: {
      add: (...added: readonly Attachment[]) => (draft = [...draft, ...added]),
      take: async () => draft.splice(0),
    },
    pictures: { take: async () => undefined },
    slash: { take: async () => ({ ask: {} }) },
    store,
    language: "en",
    post: (message: ToView) => posted.push(message),
  } as unknown as QuestionDesk;
  const answered = async (count: number, work: Promise<void>) => {
    await service.reached(count);
    service.end();
    await work;
  };
  return { service, session, desk, posted, answered, draft: () => draft };
}

describe("what is sent from a composer", () => {
  it("goes with what is attached, and as the composer says", async () => {
    const { service, desk, answered } = await view({ "chat.effort": "max", "chat.web": true });
    await answered(1, handleQuestion({ type: "send", text: " Why? " }, desk));
    expect(service.requests[0]).toMatchObject({ effort: "max", webSearch: true });
    expect(service.questions(0)).toEqual([expect.stringMatching(/src\/a\.ts[^]*\nWhy\?$/)]);
  });

  it("comes back from the queue with all that went along", async () => {
    const { service, session, desk, posted, answered, draft } = await view();
    const first = handleQuestion({ type: "send", text: "One" }, desk);
    await service.reached(1);
    desk.context.add(file);
    await handleQuestion({ type: "send", text: "Two" }, desk);
    expect(draft()).toEqual([]);
    await handleQuestion({ type: "edit-queued", messageId: session.queue?.messages[0]?.id ?? "" }, desk);
    expect(draft()).toEqual([file]);
    expect(posted).toEqual([{ type: "draft", text: "Two" }]);
    await answered(1, first);
    expect(service.requests).toHaveLength(1);
  });
});

it("asks another model for one answer, with the level of thinking that the settings say", async () => {
  const { service, session, desk, answered } = await view({ "chat.effort": "max" });
  await answered(1, handleQuestion({ type: "send", text: "One" }, desk));
  const turnId = session.views().at(-1)?.id ?? "";
  await answered(2, handleQuestion({ type: "regenerate", turnId }, desk));
  expect(service.requests.map(({ model, effort }) => [model, effort])).toEqual([
    ["glm-5.3", "max"],
    ["glm-5-turbo", undefined],
  ]);
});

it("makes a prompt again of a command that is edited, for what went with it before", async () => {
  const { service, session, desk, answered } = await view();
  await answered(1, handleQuestion({ type: "send", text: "One" }, desk));
  const turnId = session.views()[0]?.id ?? "";
  await answered(2, handleQuestion({ type: "edit", turnId, text: "/explain briefly" }, desk));
  expect(service.questions(1)).toEqual([expect.stringMatching(/src\/a\.ts[^]*own words:\nbriefly$/)]);
  expect(session.views()[0]).toMatchObject({ text: "/explain briefly" });
});
