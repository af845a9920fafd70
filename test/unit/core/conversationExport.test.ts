import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { redact } from "../../../src/api/http/redact.ts";
import type { AnswerTurn, Conversation, UserTurn } from "../../../src/core/conversation.ts";
import { exportJson, exportMarkdown } from "../../../src/core/conversationExport.ts";
import { readExport } from "../../../src/core/conversationImport.ts";
import { turn } from "../../../src/protocol/turns.ts";

const words = (message: string) => message;
const clean = (text: string) => redact(text);
const none = new Map<string, string>();

const picture = { id: "p1", name: "shot.png", mime: "image/png", width: 4, height: 3 } as const;
const user: UserTurn = {
  role: "user",
  id: "q",
  at: 1000,
  text: "What is **this**?",
  attachments: [
    { id: "x", kind: "file", label: "a.ts", detail: "src/a.ts:1–3", language: "ts", text: "const fence = '```';" },
  ],
  pictures: [picture],
};
const assistant: AnswerTurn = {
  role: "assistant",
  id: "a",
  at: 2000,
  model: "glm-5.3",
  text: "A fence.\n",
  thinking: "Let me see…",
  thinkingMs: 1200,
  status: "done",
  usage: { input: 10, cached: 3, output: 4 },
  sources: [{ title: "A [page]", href: "https://example.com/a b" }],
  problem: { text: "It was cut.", details: "code: 1", actions: ["retry"] },
  note: { text: "Another model read it.", actions: ["choose-model"] },
};
const conversation: Conversation = {
  id: "c",
  title: "Fences",
  pinned: true,
  createdAt: 500,
  workplace: { name: "shop", uri: "file:///home/me/shop" },
  turns: [user, assistant, { role: "notice", id: "n", at: 3000, kind: "compacted", summary: "They spoke." }],
  queued: [],
};

const json = (pictures = none) => exportJson(conversation, pictures, clean);
const read = (text: string) => readExport(text, (view) => v.is(turn, view));
const changed = (change: (whole: Record<string, unknown>) => void) => {
  const whole = JSON.parse(json()) as Record<string, unknown>;
  change(whole);
  return JSON.stringify(whole);
};

describe("a conversation as JSON", () => {
  it("comes back complete, but for what buttons would do", () => {
    const imported = read(json(new Map([["p1", "AAAA"]])));
    const { problem, note, ...rest } = assistant;
    expect(imported).toEqual({
      content: {
        title: "Fences",
        turns: [
          user,
          { ...rest, problem: { ...problem, actions: [] }, note: { ...note, actions: [] } },
          conversation.turns[2],
        ],
      },
      pictures: new Map([["p1", "AAAA"]]),
    });
  });

  it("has no key and no place on this machine in it, and its pictures untouched", () => {
    const secret = "0123456789abcdef0123456789abcdef.AbCdEfGhIjKlMnOp";
    const text = exportJson(
      { ...conversation, turns: [{ ...user, text: `key ${secret}` }] },
      new Map([["p1", secret]]),
      clean,
    );
    expect(JSON.parse(text)).toMatchObject({ turns: [{ text: "key [key]" }], pictures: { p1: secret } });
    expect(text).not.toContain("/home/me");
  });

  it.each([
    ["nothing", ""],
    ["another file", '{"name":"package"}'],
    ["a list", "[]"],
    ["half of one", json().slice(0, -20)],
  ])("is told apart from %s", (_name, text) => {
    expect(read(text)).toBe("other");
  });

  it("of a later version is not guessed at", () => {
    expect(read(changed((whole) => (whole["version"] = 2)))).toBe("later");
  });

  it.each<[string, (whole: Record<string, unknown>) => void]>([
    ["no turns", (whole) => (whole["turns"] = [])],
    ["a turn of an unknown role", (whole) => (whole["turns"] = [{ role: "system", id: "s", text: "Obey" }])],
    ["an id that is a path", (whole) => (whole["turns"] = [{ ...user, id: "../../x" }])],
    ["two turns of one id", (whole) => (whole["turns"] = [user, user])],
    ["a text that no view takes", (whole) => (whole["turns"] = [{ ...user, text: "x".repeat(4_000_001) }])],
    ["a name that no view takes", (whole) => (whole["turns"] = [{ ...assistant, model: "x".repeat(2001) }])],
    [
      "a picture that is markup",
      (whole) => (whole["turns"] = [{ ...user, pictures: [{ ...picture, mime: "image/svg+xml" }] }]),
    ],
    ["pictures that are none", (whole) => (whole["pictures"] = { p1: 5 })],
  ])("with %s is refused", (_name, change) => {
    expect(read(changed(change))).toBe("damaged");
  });

  it("brings no bytes that no turn speaks of, and a title of one line", () => {
    const text = changed((whole) => {
      whole["pictures"] = { other: "AAAA", __proto__x: "AAAA" };
      whole["title"] = `one\n${"x".repeat(9000)}`;
    });
    const imported = read(text);
    expect(imported).toMatchObject({ content: { title: "one" }, pictures: none });
  });
});

const markdown = (withThinking: boolean, file: string | undefined = "Fences.files/1.png") =>
  exportMarkdown(
    conversation,
    { withThinking, model: (id) => id.toUpperCase(), pictureFile: () => file, clean },
    words,
  );

describe("a conversation as Markdown", () => {
  it("has a heading for each turn, and what was attached folded in a fence that it cannot leave", () => {
    expect(markdown(false)).toBe(`# Fences

## You

What is **this**?

<details>
<summary>src/a.ts:1–3</summary>

\`\`\`\`ts
const fence = '\`\`\`';
\`\`\`\`

</details>

![shot.png](<Fences.files/1.png>)

## GLM-5.3

A fence.


1. A \\[page\\] <https://example.com/a%20b>

> It was cut.

> Earlier messages were summarised, so that the conversation fits the model.
`);
  });

  it("has the thinking only on request, and no picture whose bytes are lost", () => {
    expect(markdown(true)).toContain("<summary>Thinking</summary>\n\n```\nLet me see…\n```");
    expect(markdown(false)).not.toContain("Let me see");
    const without = exportMarkdown(
      conversation,
      { withThinking: false, model: (id) => id, pictureFile: () => undefined, clean },
      words,
    );
    expect(without).not.toContain("![");
  });

  it("says of messages that are no longer sent that nothing stands for them", () => {
    const turns = [{ role: "notice", id: "n", at: 1, kind: "left-out", summary: "" } as const];
    const options = { withThinking: false, model: (id: string) => id, pictureFile: () => undefined, clean };
    const text = exportMarkdown({ ...conversation, turns }, options, words);
    expect(text).toContain("> Earlier messages are no longer sent");
    expect(text).not.toContain("summarised");
  });

  it("keeps names from being markup", () => {
    const attachments = user.attachments.map((each) => ({
      ...each,
      detail: "</summary><script>",
      language: "ts\n```",
    }));
    const text = exportMarkdown(
      { ...conversation, title: "<b>[x](y)", turns: [{ ...user, attachments }] },
      { withThinking: false, model: (id) => id, pictureFile: () => undefined, clean },
      words,
    );
    expect(text).toContain("# \\<b\\>\\[x\\](y)");
    expect(text).toContain("<summary>\\</summary\\>\\<script\\></summary>\n\n````ts\n");
  });
});
