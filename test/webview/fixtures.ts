import type { Locator } from "playwright-core";
import type { ToView } from "../../src/protocol/messages.ts";
import type { ComposerView, SetupView } from "../../src/protocol/panelParts.ts";
import type { AnswerFacts, TurnView, UserTurnView } from "../../src/protocol/turns.ts";
import type { Ask } from "../../src/protocol/asks.ts";
import { englishStrings } from "../../src/protocol/strings.ts";
import type { View } from "./support.ts";

type Snapshot = Extract<ToView, { type: "snapshot" }>;
type AnswerTurn = Extract<TurnView, { role: "assistant" }>;

const composer: ComposerView = { attachments: [], model: "GLM-5.3", busy: false };
const setup: SetupView = { hasKey: true, host: "api.z.ai", platform: "Z.AI Coding Plan", restricted: false };

export function snapshot(
  turns: readonly TurnView[] = [],
  more: {
    title?: string;
    conversationId?: string;
    composer?: Partial<ComposerView>;
    setup?: Partial<SetupView>;
    strings?: Record<string, string>;
    language?: string;
    earlier?: number;
  } = {},
): Snapshot {
  return {
    type: "snapshot",
    conversationId: more.conversationId ?? "c1",
    title: more.title ?? "",
    turns: [...turns],
    ...(more.earlier === undefined ? {} : { earlier: more.earlier }),
    composer: { ...composer, ...more.composer },
    setup: { ...setup, ...more.setup },
    strings: { ...englishStrings, ...more.strings },
    language: more.language ?? "en",
  };
}

export function busy(yes = true): ToView {
  return { type: "composer", composer: { ...composer, busy: yes } };
}

/** Another state of the composer. */
export function composing(more: Partial<ComposerView>): ToView {
  return { type: "composer", composer: { ...composer, ...more } };
}

export const effort: ComposerView["effort"] = {
  chosen: "high",
  levels: ["off", "low", "high", "max"].map((id) => ({ id, label: id })),
};

/** Answers the question that the view has asked last of this type, once it has. */
export async function answerAsk(view: View, type: Ask["type"], result: unknown, error?: string): Promise<void> {
  await view.page.waitForFunction(
    (wanted) => globalThis.recorded.posted.some((message) => message.type === "ask" && message.ask.type === wanted),
    type,
  );
  const asks = await view.postedOf("ask");
  const asked = asks.findLast(({ ask }) => ask.type === type);
  if (asked === undefined) throw new Error(`the view has not asked for ${type}`);
  const { askId } = asked;
  await view.post(error === undefined ? { type: "response", askId, result } : { type: "response", askId, error });
}

/** Puts so many characters into a field that is not seen, and presses Enter: to type and lay them out would take minutes. */
export async function enterLong(field: Locator, length: number): Promise<void> {
  await field.evaluate((element, count) => {
    if (!(element instanceof HTMLTextAreaElement)) throw new Error("not a field for long texts");
    element.style.display = "none";
    element.value = "word ".repeat(count / 5 - 1).padEnd(count, "s");
    element.dispatchEvent(new InputEvent("input", { bubbles: true }));
    element.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  }, length);
}

/** A red pixel. */
export const redPng =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

export function user(text: string, attachments: AnswerAttachments = [], id = "u1"): UserTurnView {
  return { role: "user", id, text, attachments };
}
type AnswerAttachments = Extract<TurnView, { role: "user" }>["attachments"];

export function facts(status: AnswerFacts["status"], more: Partial<AnswerFacts> = {}): AnswerFacts {
  return { status, model: "GLM-5.3", startedAt: Date.now(), ...more };
}

export function answer(
  text: string,
  status: AnswerFacts["status"] = "done",
  more: Partial<AnswerFacts> & { thinking?: string; id?: string } = {},
): AnswerTurn {
  const { thinking = "", id = "a1", ...rest } = more;
  return { role: "assistant", id, text, thinking, facts: facts(status, rest) };
}

export function delta(text: string, thinking = "", turnId = "a1"): ToView {
  return { type: "delta", turnId, text, thinking };
}

export function factsOf(status: AnswerFacts["status"], more: Partial<AnswerFacts> = {}, turnId = "a1"): ToView {
  return { type: "facts", turnId, facts: facts(status, more) };
}

export const attachments: AnswerAttachments = [
  { id: "s1", kind: "selection", label: "sse.ts:40–71", detail: "src/client/sse.ts, lines 40 to 71" },
  { id: "p1", kind: "problem", label: "1 problem", detail: "Promise returned is never awaited" },
];

export const question = "Why does this hang on abort?\nIt only happens when the server is slow.";

export const thoughts =
  "The reader is never released when the signal fires.\n\nSo the loop waits for a chunk that does not come. I should check whether cancel() is called at all.";

/** Prose, code, list, table, quote: what an ordinary long answer holds. */
export const richAnswer = `The loop awaits \`reader.read()\`, which does not end when the signal is aborted. Cancel the reader yourself:

\`\`\`ts
// Ends a pending read at once.
export async function* lines(body: ReadableStream<Uint8Array>, signal: AbortSignal) {
  const reader = body.getReader();
  const stop = () => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener("abort", stop, { once: true });
  for (let count = 0; count < 10_000; count++) {
    const { done, value } = await reader.read();
    if (done) return;
    yield new TextDecoder().decode(value);
  }
}
\`\`\`

## What changes

1. The **abort** handler cancels the reader.
2. A pending \`read()\` then resolves with \`done\`.
   - No timer is left behind.
   - See [the specification](https://streams.spec.whatwg.org/#rs-class).

| Case | Before | After | Measured on a slow server, 20 runs |
|---|---|--:|---|
| abort while reading | hangs | 2 ms | always the same, whatever the size of the chunk |
| abort before the first byte | hangs | 1 ms | one outlier of 14 ms |

> Cancelling twice is harmless.

![Sequence of the abort](https://example.com/sequence.png)

\`\`\`
npm test -- sse
\`\`\`
`;

export const longAnswer = Array.from(
  { length: 40 },
  (_, index) =>
    `### Part ${index + 1}\n\nA paragraph with **bold**, \`code\` and a list:\n\n- one\n- two\n\n\`\`\`js\nconst part = ${index + 1};\n\`\`\`\n`,
).join("\n");

/** Formulas in a line, on lines of their own and in a table, tasks and code. */
export const mathAnswer = String.raw`The cost is $O(n \log n)$ comparisons, for \(n\) items at $5 and $6 each:

$$
T(n) = 2\,T\!\left(\frac{n}{2}\right) + \sum_{i=1}^{n} c_i = \Theta(n \log n)
$$

| Case | Formula | Items |
|---|---|--:|
| best | $n - 1$ | 10 |
| worst | $\binom{n}{2} = \frac{n(n-1)}{2}$ | 1,000 |

\[
A = \begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}, \qquad
f(x) = \begin{cases} x^2 & x \ge 0 \\ -x & \text{otherwise} \end{cases}
\]

- [x] Measured on a slow server
- [ ] Measured on a fast one
  - [x] with one thread

~~~ts
items.sort((a, b) => a.cents - b.cents);
~~~
`;

export const mermaidAnswer = `The parts talk like this:

\`\`\`mermaid
sequenceDiagram
  View->>Host: ask
  Host-->>View: answer
\`\`\`
`;

export const sourcedAnswer = `A pending read rejects when the stream is cancelled [1]. An abort alone does not cancel it [ref_2].`;

export const rightToLeftThoughts = "القارئ لا يُحرَّر عند الإلغاء.\nسأتحقق من cancel() أولًا.";

/** Arabic around code: what is written from left to right stays so, and everything else begins on the right. */
export const rightToLeftAnswer = `تنتظر الحلقة \`reader.read()\`، وهي لا تنتهي عند الإلغاء. انظر \`a[0]\` و\`--flag=x\`:

- ألغِ القارئ بنفسك عبر \`cancel()\`.
- [x] لا يبقى أي مؤقّت.

> استدعاء \`cancel()\` مرتين لا يضر.

\`\`\`ts
await reader.cancel(reason);
\`\`\`
`;
