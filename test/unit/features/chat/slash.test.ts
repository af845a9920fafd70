import { beforeEach, describe, expect, it } from "vitest";
import type { NamedFile } from "../../../../src/core/services.ts";
import { promptOf } from "../../../../src/core/slashPrompts.ts";
import type { PromptFile } from "../../../../src/core/slashPromptFile.ts";
import { SlashCommands, type SlashDeps } from "../../../../src/features/chat/slash.ts";
import type { OfferedPrompt } from "../../../../src/features/chat/slashPromptFiles.ts";
import { english } from "../../../fakes/translations.ts";
import { pdf, png } from "../../core/filesSamples.ts";

/** What the commands do, beside the questions that they make. */
let told: string[];
let done: string[];
let attached: { kind: "file" | "selection" | "problem" | "diff"; label: string; detail: string }[];
let pictures: string[];
/** The buttons of what was told last. */
let ways: readonly { run(): unknown }[];

beforeEach(() => {
  [told, done, attached, pictures, ways] = [[], [], [], [], []];
});

interface Situation {
  readonly selection?: string;
  readonly file?: string;
  readonly changes?: boolean;
  readonly prompts?: readonly OfferedPrompt[];
  readonly untrusted?: string;
  readonly files?: readonly NamedFile[];
}

const attach = (kind: "file" | "selection", detail: string | undefined) => {
  if (detail !== undefined) attached.push({ kind, label: detail, detail });
  return Promise.resolve(detail);
};

function commandsIn({ selection, file, changes = false, prompts = [], untrusted, files = [] }: Situation = {}) {
  const deps: SlashDeps = {
    context: {
      attached: () => attached,
      attachSelection: () => attach("selection", selection),
      attachFile: () => attach("file", file),
      attachCode: async () =>
        (selection === undefined ? attach("file", file) : attach("selection", selection)).then(Boolean),
      attachProblems: async () => void attached.push({ kind: "problem", label: "1 problem", detail: "" }),
      attachChanges: async () => {
        if (changes) attached.push({ kind: "diff", label: "Staged changes", detail: "" });
        else told.push("no changes");
        return changes;
      },
    },
    pictures: {
      get isEmpty() {
        return pictures.length === 0;
      },
      add: (name) => pictures.push(name) > 0,
    },
    prompts: { offered: async () => prompts, waitsForTrust: async (name) => name === untrusted },
    ocr: { pick: async () => files },
    keepFile: async (_id, bytes) => void done.push(`kept ${bytes.length} bytes`),
    startNew: async () => void done.push("new"),
    exportChat: async () => void done.push("export"),
    tell: (sentence, ...buttons) => {
      told.push(sentence, ...buttons.map(({ label }) => label));
      ways = buttons;
    },
    tellRestricted: (sentence) => void told.push(`restricted: ${sentence}`),
    send: (text) => done.push(`sent: ${text}`),
    sendAsText: (text) => done.push(text),
    language: "en",
    t: english,
  };
  return new SlashCommands(deps);
}

const prompt = (name: string, body: string, more: Partial<PromptFile> = {}): OfferedPrompt => ({
  origin: "user",
  replaces: false,
  file: { name, description: `Does ${name}`, body, ...more },
});

describe("a command about code", () => {
  it.each(["explain", "tests", "doc", "review"] as const)(
    "/%s attaches the selection, else the open file",
    async (name) => {
      const prompts = { ask: { prompt: promptOf(name, "the loop", "en") } };
      expect(await commandsIn({ selection: "a.ts:1–2", file: "a.ts" }).take(`/${name} the loop`)).toEqual(prompts);
      expect(attached.map(({ kind }) => kind)).toEqual(["selection"]);
      attached = [];
      expect(await commandsIn({ file: "a.ts" }).take(`/${name} the loop`)).toEqual(prompts);
      expect(attached.map(({ kind }) => kind)).toEqual(["file"]);
    },
  );

  it("is about what is attached already, and takes nothing else along", async () => {
    attached.push({ kind: "file", label: "b.ts", detail: "b.ts" });
    await commandsIn({ selection: "a.ts:1–2", file: "a.ts" }).take("/explain");
    expect(attached).toHaveLength(1);
  });

  it("takes the problems along to mend them", async () => {
    await commandsIn({ file: "a.ts" }).take("/fix");
    expect(attached.map(({ kind }) => kind)).toEqual(["file", "problem"]);
  });

  it("says what is missing, and the text stays", async () => {
    expect(await commandsIn().take("/explain")).toBe("kept");
    expect(told).toEqual(["Open a file, select code or attach some. /explain is about that code."]);
  });
});

it("asks for a commit message of the changes, or says that there are none", async () => {
  expect(await commandsIn({ changes: true }).take("/commit")).toEqual({
    ask: { prompt: promptOf("commit", "", "en") },
  });
  attached = [];
  expect(await commandsIn().take("/commit")).toBe("kept");
  expect(told).toEqual(["no changes"]);
});

it("searches the web for words only", async () => {
  expect(await commandsIn().take("/search TypeScript 7")).toEqual({
    ask: { prompt: promptOf("search", "TypeScript 7", "en"), web: true },
  });
  expect(await commandsIn().take("/search")).toBe("kept");
});

it("draws what is described", async () => {
  expect(await commandsIn().take("/image a red kettle")).toEqual({ ask: {} });
  expect(await commandsIn().take("/image")).toBe("kept");
  expect(await commandsIn().take(`/image ${"x".repeat(1001)}`)).toBe("kept");
  expect(told).toEqual([
    "Describe the picture in a few words.",
    "The description has 1001 characters; at most 1000 are possible. Shorten it.",
  ]);
});

describe("/ocr", () => {
  it("reads the pictures of the composer", async () => {
    pictures.push("shot.png");
    expect(await commandsIn({ files: [{ name: "x", type: "png", bytes: png() }] }).take("/ocr")).toEqual({ ask: {} });
    expect(pictures).toEqual(["shot.png"]);
  });

  it("else lets choose files: pictures show as such, PDFs as attachments that are kept with the conversation", async () => {
    const files: NamedFile[] = [
      { name: "a.png", type: "png", bytes: png() },
      { name: "b.pdf", type: "pdf", bytes: pdf(100) },
    ];
    expect(await commandsIn({ files }).take("/ocr")).toMatchObject({
      ask: { attachments: [{ label: "b.pdf", text: "" }] },
    });
    expect([pictures, done]).toEqual([["a.png"], ["kept 100 bytes"]]);
  });

  it("leaves the text when nothing is chosen", async () => {
    expect(await commandsIn().take("/ocr")).toBe("kept");
  });
});

it("starts anew and exports without asking a model", async () => {
  expect([await commandsIn().take("/clear"), await commandsIn().take("/export")]).toEqual(["done", "done"]);
  expect(done).toEqual(["new", "export"]);
});

describe("a text that is no command", () => {
  it.each(["/usr/bin/env", "/tmp is full", "Why?", "// comment"])("is sent as it is: %s", async (text) => {
    expect(await commandsIn().take(text)).toEqual({ ask: {} });
  });

  it("but looks like one is answered with the nearest, or sent as text by a click", async () => {
    expect(await commandsIn().take("/explian this")).toBe("kept");
    for (const way of ways) way.run();
    expect(done).toEqual(["sent: /explain this", "/explian this"]);
    expect(await commandsIn({ prompts: [prompt("standup", "x")] }).take("/standap")).toBe("kept");
    expect(await commandsIn().take("/deploy")).toBe("kept");
    expect(told).toEqual([
      "There is no command /explian. Did you mean /explain?",
      "/explain",
      "Send as text",
      "There is no command /standap. Did you mean /standup?",
      "/standup",
      "Send as text",
      "There is no command /deploy. Type / to see them all.",
      "Send as text",
    ]);
  });

  it("but is one of a folder that is not trusted says so", async () => {
    expect(await commandsIn({ untrusted: "standup" }).take("/standup")).toBe("kept");
    expect(told).toEqual(["restricted: /standup is a prompt file of this folder, which you do not trust yet."]);
  });
});

describe("a prompt file", () => {
  it("is sent filled in, with its model and effort, and names what goes along as an attachment", async () => {
    const file = prompt("standup", "Sum up {{input}} from {{selection}} of {{file}}.", {
      model: "glm-5.2",
      effort: "low",
    });
    const commands = commandsIn({ prompts: [file], selection: "a.ts:1–2", file: "a.ts" });
    expect(await commands.take("/standup today {{file}}")).toEqual({
      ask: { prompt: "Sum up today {{file}} from a.ts:1–2 of a.ts.", model: "glm-5.2", effort: "low" },
    });
    expect(attached.map(({ kind }) => kind)).toEqual(["selection", "file"]);
  });

  it("that needs what is not there says so", async () => {
    const files = [prompt("one", "{{selection}}"), prompt("two", "{{file}}")];
    expect(await commandsIn({ prompts: files }).take("/one")).toBe("kept");
    expect(await commandsIn({ prompts: files }).take("/two")).toBe("kept");
    expect(told).toEqual([
      "Select code in an editor first. /one asks about it.",
      "Open a file first. /two asks about it.",
    ]);
  });

  it("is listed behind the commands that are built in, with where it is from", async () => {
    const own = { ...prompt("standup", "x", { argument: "day" }), origin: "workspace" as const, replaces: true };
    const list = await commandsIn({ prompts: [own] }).list();
    expect(list[0]).toEqual({
      name: "explain",
      description: "Explain the attached, selected or open code",
      argument: "what matters to you",
    });
    expect(list.at(-1)).toEqual({
      name: "standup",
      description: "Does standup (replaces your own /standup here)",
      argument: "day",
      origin: "workspace",
    });
  });
});
