import type { ToView } from "../../src/protocol/messages.ts";
import {
  answer,
  attachments,
  busy,
  mathAnswer,
  mermaidAnswer,
  question,
  richAnswer,
  rightToLeftAnswer,
  rightToLeftThoughts,
  snapshot,
  sourcedAnswer,
  user,
} from "./fixtures.ts";
import type { View } from "./support.ts";

export interface State {
  readonly messages: () => ToView[];
  readonly prepare?: (view: View) => Promise<void>;
  readonly bodyClass?: string;
}

const title = "Fix the retry loop in sse.ts";
const usage = { input: 1_240, cached: 912, output: 340 };
const asked = () => user(question, attachments);

const sources = [
  { title: "Streams Standard", href: "https://streams.spec.whatwg.org/", site: "WHATWG" },
  { title: "AbortSignal: what happens to a pending read when the signal fires", href: "https://example.com/abort" },
];
const pictures = [{ id: "p1", label: "A red cube on a table.png", width: 320, height: 200 }];

/** Answers what the view asks of the host in this state. */
async function sendPicture(view: View): Promise<void> {
  const base64 = await view.page.evaluate(() => {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width: 320, height: 200 });
    const pen = canvas.getContext("2d");
    if (pen === null) return "";
    pen.fillStyle = "#b33";
    pen.fillRect(100, 40, 120, 120);
    return canvas.toDataURL("image/png").split(",")[1] ?? "";
  });
  const asking = (await view.postedOf("ask")).findLast(({ ask }) => ask.type === "picture");
  if (asking === undefined) return;
  await view.post({ type: "response", askId: asking.askId, result: { mime: "image/png", base64 } });
  await view.page.waitForFunction(() => document.querySelector<HTMLImageElement>(".picture img")?.naturalWidth === 320);
}

async function knowPlaces(view: View): Promise<void> {
  const asking = (await view.postedOf("ask")).findLast(({ ask }) => ask.type === "resolve-places");
  if (asking?.ask.type !== "resolve-places") return;
  await view.post({ type: "response", askId: asking.askId, result: { known: asking.ask.places } });
  await view.page.locator(".place-link").nth(1).waitFor();
}

/** States of what an answer holds and of what stands around it. */
export const answerStates: Readonly<Record<string, State>> = {
  "math-table-code": {
    messages: () => [
      snapshot([user("How fast is it?"), answer(mathAnswer, "done", { usage, effort: "high" })], { title }),
    ],
  },
  mermaid: { messages: () => [snapshot([user("Draw it"), answer(mermaidAnswer)], { title })] },
  sources: {
    messages: () => [
      snapshot([user("What does the specification say?"), answer(sourcedAnswer, "done", { usage, sources })], {
        title,
      }),
    ],
  },
  "pictures-out": {
    messages: () => [snapshot([user("/image a red cube"), answer("Here it is.", "done", { pictures })], { title })],
    prepare: sendPicture,
  },
  note: {
    messages: () => [
      snapshot(
        [
          user("What is wrong in this screenshot?"),
          answer("The button lies below the fold.", "done", {
            note: {
              text: "GLM-5.3 cannot see pictures; GLM-5V read it for this turn.",
              actions: [{ id: "choose-model", label: "Change" }],
            },
          }),
        ],
        { title },
      ),
    ],
  },
  "step-and-notice": {
    messages: () => [
      snapshot(
        [
          {
            role: "notice",
            id: "n1",
            text: "Earlier messages were summarised, so that the conversation fits the model.",
          },
          asked(),
          answer("", "waiting", { step: "Summarising earlier messages…" }),
        ],
        { title },
      ),
      busy(),
    ],
  },
  "cut-continue": { messages: () => [snapshot([asked(), answer(richAnswer.slice(0, 400), "cut")], { title })] },
  "code-menu": {
    messages: () => [snapshot([user("How do I test it?"), answer("Run this:\n\n```bash\nnpm test\n```")], { title })],
    prepare: async (view) => {
      // Each width closes it.
      await view.settle();
      await view.page.getByRole("button", { name: "More actions for code block 1" }).click();
      await view.page.getByRole("menu").waitFor();
    },
  },
  "right-to-left-answer": {
    messages: () => [
      snapshot(
        [
          user("لماذا تتوقف `total()` عند الإلغاء؟"),
          answer(rightToLeftAnswer, "done", { thinking: rightToLeftThoughts, thinkingMs: 12_400, usage }),
        ],
        { title: "إصلاح حلقة إعادة المحاولة" },
      ),
    ],
    prepare: async (view) => {
      const toggle = view.page.locator(".thinking-toggle");
      if ((await toggle.getAttribute("aria-expanded")) === "false") await toggle.click();
    },
  },
  "places-linked": {
    messages: () => [
      snapshot([asked(), answer("The loop is in `src/client/sse.ts:40`, see also src/client/retry.ts.")], { title }),
    ],
    prepare: knowPlaces,
  },
};
