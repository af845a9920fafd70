/**
 * What the render benchmark runs inside the panel's page, bundled: the view as it ships, and a peer that does what most chat
 * panels do. Both get the same pieces of an answer, one by one, and both pay for style and layout every 16 ms.
 */
import { parseToView } from "../../src/protocol/messages.ts";
import { englishStrings } from "../../src/protocol/strings.ts";
import { Memory } from "../../src/webview/chat/memory.ts";
import { Panel } from "../../src/webview/chat/panel.ts";
import { Requests } from "../../src/webview/chat/requests.ts";
import { reduce, type ChatState } from "../../src/webview/chat/state.ts";
import { createRenderer } from "../../src/webview/markdown/render.ts";

export type Contender = "ours" | "peer";

declare global {
  /** Draws the pieces; resolves with the text on the page when all of it is drawn. */
  var drawAnswer: (contender: Contender, pieces: readonly string[]) => Promise<string>;
}

const layoutEveryMs = 16;

interface Drawing {
  readonly scroller: Element;
  add(piece: string): void;
  /** Resolves when nothing is left to draw. */
  finish(): Promise<void>;
  text(): string;
}

const nothing = () => {};

function ours(root: HTMLElement): Drawing {
  const panel = new Panel(root, new Memory(null, nothing), new Requests(nothing), nothing);
  let state: ChatState | undefined;
  const receive = (raw: unknown) => {
    const message = parseToView(raw);
    if (message === undefined) throw new Error("a message that the view does not know");
    state = reduce(state, message);
    if (state !== undefined) panel.update(state);
  };
  const facts = { status: "answering", model: "GLM", startedAt: Date.now() };
  receive({
    type: "snapshot",
    conversationId: "bench",
    title: "",
    turns: [{ role: "assistant", id: "a", text: "", thinking: "", facts }],
    composer: { attachments: [], model: "GLM", busy: true },
    setup: { hasKey: true, host: "", platform: "", restricted: false },
    strings: englishStrings,
    language: "en",
  });
  const body = root.querySelector(".markdown");
  const scroller = root.querySelector(".log");
  if (body === null || scroller === null) throw new Error("the panel has no answer");
  return {
    scroller,
    add: (text) => receive({ type: "delta", turnId: "a", text, thinking: "" }),
    async finish() {
      receive({ type: "facts", turnId: "a", facts: { ...facts, status: "done" } });
      // The last code block is coloured when everything else is done.
      while (body.querySelector(".code-block:not(.coloured)") !== null) await new Promise(requestAnimationFrame);
    },
    text: () => [...body.querySelectorAll("p, li, code, td, th, h4, h5")].map((part) => part.textContent).join("\n"),
  };
}

/** Parses everything and sets everything anew, with the same Markdown library. Sanitises nothing, which only helps it. */
function peer(root: HTMLElement): Drawing {
  const renderer = createRenderer((alt) => alt);
  root.innerHTML = `<div class="panel"><div class="stage"><div class="log"><div class="turns"><article class="turn answer">
    <div class="markdown"></div></article></div></div></div></div>`;
  const body = root.querySelector(".markdown");
  const scroller = root.querySelector(".log");
  if (body === null || scroller === null) throw new Error("no page");
  let source = "";
  return {
    scroller,
    add(piece) {
      source += piece;
      body.innerHTML = renderer
        .blocks(source)
        .map(({ html }) => html)
        .join("");
    },
    finish: async () => {},
    text: () => [...body.querySelectorAll("p, li, code, td, th, h4, h5")].map((part) => part.textContent).join("\n"),
  };
}

globalThis.drawAnswer = async (contender, pieces) => {
  const root = document.createElement("div");
  root.id = "app";
  document.body.replaceChildren(root);
  const drawing = contender === "ours" ? ours(root) : peer(root);
  // Before the clock runs: the parts that are read on first use.
  if (contender === "ours") {
    drawing.add("Begun.\n\n");
    while (root.querySelector(".markdown > p") === null) await new Promise(requestAnimationFrame);
  }
  const channel = new MessageChannel();
  channel.port1.start();
  let lastLayout = performance.now();
  for (const piece of pieces) {
    drawing.add(piece);
    if (performance.now() - lastLayout < layoutEveryMs) continue;
    drawing.scroller.scrollTop = drawing.scroller.scrollHeight;
    lastLayout = performance.now();
    await new Promise((resolve) => {
      channel.port1.addEventListener("message", resolve, { once: true });
      channel.port2.postMessage(undefined);
    });
  }
  await drawing.finish();
  return drawing.text();
};
