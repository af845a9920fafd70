import { beforeEach, describe, expect, it, vi } from "vitest";
import { builtInCatalog } from "../../../../src/api/models/catalog.ts";
import { handleQuestion, type QuestionDesk } from "../../../../src/features/chat/questions.ts";
import type { ToView } from "../../../../src/protocol/messages.ts";

vi.mock("vscode", () => ({
  l10n: { t: (words: string) => words },
  workspace: { getConfiguration: () => ({ get: () => undefined, inspect: () => ({ defaultValue: "auto" }) }) },
}));

const posted: ToView[] = [];
const asked: string[] = [];
beforeEach(() => {
  posted.length = 0;
  asked.length = 0;
});

/** A view whose parts do what the test says. */
function desk(
  parts: { take?: () => unknown; attachments?: () => unknown; edit?: () => unknown; pictures?: unknown[] } = {},
): QuestionDesk {
  const { take = () => ({ ask: {} }), attachments = () => [], edit = () => true, pictures = [] } = parts;
  return {
    deps: {
      connections: { catalog: async () => builtInCatalog, endpoint: () => undefined },
      memory: { get: () => undefined },
    },
    session: { ask: async (text: string) => void asked.push(text), edit: async () => edit() },
    context: { take: async () => attachments() },
    pictures: {
      get isEmpty() {
        return pictures.length === 0;
      },
      take: async () => {
        const taken = pictures.splice(0);
        return taken.length === 0 ? undefined : taken;
      },
    },
    slash: { take: async () => take() },
    language: "en",
    post: (message: ToView) => void posted.push(message),
  } as unknown as QuestionDesk;
}

const broken = () => {
  throw new Error("git cannot be read");
};
const send = { type: "send", text: "/mine now" } as const;
const edit = { type: "edit", turnId: "q", text: "/mine now" } as const;
const back = [{ type: "draft", text: "/mine now" }];

describe("a text that is not asked comes back to where it was typed", () => {
  it.each([send, edit])("when what it needs cannot be had: $type", async (message) => {
    await expect(handleQuestion(message, desk({ take: broken }))).rejects.toThrow("git");
    expect(posted).toEqual(back);
    posted.length = 0;
    await expect(handleQuestion(message, desk({ attachments: broken }))).rejects.toThrow("git");
    expect(posted).toEqual(back);
    expect(asked).toEqual([]);
  });

  it.each([send, edit])(
    "when the user wants to look again first, or its command cannot be done: $type",
    async (message) => {
      await handleQuestion(message, desk({ attachments: () => undefined }));
      await handleQuestion(message, desk({ take: () => "kept" }));
      expect(posted).toEqual([...back, ...back]);
      expect(asked).toEqual([]);
    },
  );

  it("when the message that it was to replace is gone or cannot be replaced", async () => {
    await handleQuestion(edit, desk({ edit: () => false }));
    await expect(handleQuestion(edit, desk({ edit: broken }))).rejects.toThrow("git");
    expect(posted).toEqual([...back, ...back]);
  });
});

it("a picture is asked about also without a text, once, and nothing is nothing", async () => {
  const nothing = { type: "send", text: " \n" } as const;
  await handleQuestion(nothing, desk());
  expect(asked).toEqual([]);
  const one = desk({ pictures: [{}] });
  await Promise.all([handleQuestion(nothing, one), handleQuestion(nothing, one)]);
  expect(asked).toEqual([""]);
});

it("a text that is asked does not", async () => {
  await handleQuestion(send, desk());
  await handleQuestion(edit, desk());
  expect(posted).toEqual([]);
  expect(asked).toEqual(["/mine now"]);
});
