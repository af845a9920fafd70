/**
 * What the render benchmark runs inside the panel's page, bundled: the view as it ships, and a peer that does what most chat
 * panels do. Both get the same pieces of an answer, one by one, and both pay for style and layout every 16 ms.
 */
import { parseToView } from "../../src/protocol/messages.ts";
import { chatPage } from "../../src/protocol/page.ts";
import { englishStrings } from "../../src/protocol/strings.ts";
import { Memory } from "../../src/webview/chat/memory.ts";
import { Panel } from "../../src/webview/chat/panel.ts";
import { Requests } from "../../src/webview/chat/requests.ts";
import { reduce, type ChatState } from "../../src/webview/chat/state.ts";
import { createRenderer } from "../../src/webview/markdown/render.ts";

interface Drawn {
  /** Time that the page's thread was busy. */
  readonly ms: number;
  readonly text: string;
}

declare global {
  /** Draws the pieces, the last of which is a paragraph of its own, with our view. */
  var drawOurs: (pieces: readonly string[]) => Promise<Drawn>;
  /** The same with the peer, which leaves the remaining pieces out when it has been busy for so long, and draws the end. */
  var drawPeer: (pieces: readonly string[], limitMs: number) => Promise<Drawn & { readonly pieces: number }>;
}

const layoutEveryMs = 16;

const nothing = () => {};

/** The elements that the host puts into the page. */
function freshRoot(): HTMLElement {
  const none = { title: "", nonce: "", source: "", styles: "", script: "", imports: [] };
  const page = chatPage({ ...none, language: "en", words: englishStrings });
  const root = new DOMParser().parseFromString(page, "text/html").getElementById("app");
  if (root === null) throw new Error("the page has no root");
  document.body.replaceChildren(root);
  return root;
}

function textOf(body: Element): string {
  return [...body.querySelectorAll("p, li, code, td, th, h4, h5")].map((part) => part.textContent).join("\n");
}

/** Lets the page draw a frame. */
function nextTurn(channel: MessageChannel): Promise<unknown> {
  return new Promise((resolve) => {
    channel.port1.addEventListener("message", resolve, { once: true });
    channel.port1.start();
    channel.port2.postMessage(undefined);
  });
}

globalThis.drawOurs = async (pieces) => {
  const root = freshRoot();
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
  const log = root.querySelector(".log");
  if (body === null || log === null) throw new Error("the panel has no answer");
  const add = (text: string) => receive({ type: "delta", turnId: "a", text, thinking: "" });
  // Before the clock runs: the parts that are read on first use.
  add("Begun.\n\n");
  while (body.querySelector("p") === null) await new Promise(requestAnimationFrame);

  const channel = new MessageChannel();
  const started = performance.now();
  let lastLayout = started;
  for (const piece of pieces) {
    add(piece);
    if (performance.now() - lastLayout < layoutEveryMs) continue;
    log.scrollTop = log.scrollHeight;
    await nextTurn(channel);
    // The frame that was drawn meanwhile is not the time of the next pieces.
    lastLayout = performance.now();
  }
  receive({ type: "facts", turnId: "a", facts: { ...facts, status: "done" } });
  // The view draws a long answer in parts; the last code block is coloured when everything else is done.
  const end = pieces.at(-1)?.trim() ?? "";
  const isDrawn = () =>
    body.textContent.trimEnd().endsWith(end) && body.querySelector(".code-block:not(.coloured)") === null;
  while (!isDrawn()) await new Promise(requestAnimationFrame);
  return { ms: performance.now() - started, text: textOf(body) };
};

/** Parses everything and sets everything anew, with the same Markdown library. Sanitises nothing, which only helps it. */
globalThis.drawPeer = async (pieces, limitMs) => {
  const root = freshRoot();
  root.innerHTML = `<div class="panel"><div class="stage"><div class="log"><div class="turns"><article class="turn answer">
    <div class="markdown"></div></article></div></div></div></div>`;
  const body = root.querySelector(".markdown");
  const log = root.querySelector(".log");
  if (body === null || log === null) throw new Error("no page");
  const renderer = createRenderer((alt) => alt);
  const channel = new MessageChannel();
  let source = "Begun.\n\n";
  const draw = () => {
    body.innerHTML = renderer
      .blocks(source)
      .map(({ html }) => html)
      .join("");
  };
  let ms = 0;
  let drawn = 0;
  let lastLayout = performance.now();
  while (drawn < pieces.length && ms < limitMs) {
    const started = performance.now();
    source += pieces[drawn++] ?? "";
    draw();
    const due = performance.now() - lastLayout >= layoutEveryMs;
    if (due) log.scrollTop = log.scrollHeight;
    ms += performance.now() - started;
    if (!due) continue;
    // The frame that is drawn is left out, which only helps it.
    await nextTurn(channel);
    lastLayout = performance.now();
  }
  source += pieces.slice(drawn).join("");
  draw();
  return { ms, pieces: drawn, text: textOf(body) };
};
