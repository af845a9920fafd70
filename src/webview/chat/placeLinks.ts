import { fill } from "../../protocol/strings.ts";
import type { ViewContext } from "./context.ts";
import { proseNodes } from "./proseText.ts";

/** As many names as the protocol carries in one question. */
const most = 200;
const longest = 200;

/** A path with folders or an extension, with a line if it has one, or a name as code writes them. */
const file =
  /^(?:\.{0,2}[\\/])?[\w@()+-][\w@().+ -]*(?:[\\/][\w@().+-]+)*(?:(?::|#L)\d{1,7}(?::\d{1,5}|[-–]L?\d{1,7})?)?$/;
const symbol =
  /^(?:[\w$]+(?:\.|::|#))*(?:[A-Za-z_$][\w$]*\(\)|[a-z_$]*[a-z][A-Z][\w$]*|[A-Z][a-z]+[\w$]*[A-Z][\w$]*|[a-z]+(?:_[a-z\d]+)+)$/;
/**
 * In prose only what can hardly be anything else: folders and an extension. No match begins behind a character that one may
 * consist of: else a long run of those would be read again from each of them.
 */
const inProse =
  /(?<![\w/.:@+\\-])(?:\.{0,2}\/)?[\w@+-][\w@.+-]*(?:\/[\w@.+-]+)*\/[\w@+.-]*\w\.[A-Za-z]\w{0,7}(?::\d{1,7})?(?![\w/])/g;

/** What the host said of names, kept as long as the conversation is shown. */
export type KnownPlaces = Map<string, boolean>;

/** Makes links of the files and symbols that a finished answer names, when it comes near. The host knows which there are. */
export function linkPlaces(root: HTMLElement, context: ViewContext): () => void {
  const controller = new AbortController();
  const stopWaiting = context.near.when(root, () => void link(root, context, controller.signal));
  return () => {
    controller.abort();
    stopWaiting();
  };
}

async function link(root: HTMLElement, context: ViewContext, signal: AbortSignal): Promise<void> {
  const { places } = context;
  const spans = [...root.querySelectorAll("code")].filter(
    (span) => span.closest("pre, a, button, .math") === null && isCandidate(span.textContent),
  );
  const texts = proseNodes(root, (text) => text.includes("/") && text.search(inProse) !== -1);
  const inTexts = texts.flatMap(({ data }) => [...data.matchAll(inProse)].map(([name]) => name));
  const names = new Set([...spans.map((span) => span.textContent.trim()), ...inTexts]);
  const unknown = [...names].filter((name) => !places.has(name)).slice(0, most);
  if (unknown.length > 0) {
    try {
      const { known } = await context.requests.ask({ type: "resolve-places", places: unknown }, signal);
      for (const name of unknown) places.set(name, known.includes(name));
    } catch {
      // Without an answer the names stay what they are: text.
      return;
    }
  }
  if (signal.aborted) return;
  for (const span of spans) {
    const name = span.textContent.trim();
    if (places.get(name) !== true) continue;
    const button = createLink(name, context);
    span.replaceWith(button);
    button.append(span);
  }
  for (const node of texts) linkIn(node, context);
}

function isCandidate(text: string): boolean {
  const name = text.trim();
  if (name === "" || name.length > longest) return false;
  return symbol.test(name) || (file.test(name) && /[\\/]|\.[A-Za-z]\w{0,9}(?:(?::|#L)\d|$)/.test(name));
}

function linkIn(node: Text, context: ViewContext): void {
  const parts: (string | Node)[] = [];
  let end = 0;
  for (const { 0: name, index } of node.data.matchAll(inProse)) {
    if (context.places.get(name) !== true) continue;
    const button = createLink(name, context);
    button.append(name);
    parts.push(node.data.slice(end, index), button);
    end = index + name.length;
  }
  if (parts.length > 0) node.replaceWith(...parts, node.data.slice(end));
}

function createLink(name: string, context: ViewContext): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "place-link";
  button.title = fill(context.strings.openPlace, name);
  button.addEventListener("click", () => context.post({ type: "open-place", place: name }));
  return button;
}
