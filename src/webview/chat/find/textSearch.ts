/** More places are of no use to anybody, and each costs a range. */
const mostMatches = 10_000;

/** Between the texts of two of these lies a border that no match crosses. */
const blocks = "p, li, h3, h4, h5, td, th, pre, blockquote, summary, div, article";
/** Names of buttons and what is folded away are not text that one reads. */
const unread = "button, [hidden], .visually-hidden, details:not([open]) > :not(summary)";

const border = "\uFFFC";

export interface Match {
  readonly turn: HTMLElement;
  readonly range: StaticRange;
}

/** All text of a turn in one string, and where each of its nodes begins in it. */
interface TurnText {
  readonly text: string;
  readonly nodes: readonly Text[];
  readonly starts: readonly number[];
}

/** Finds words in the turns below `root`, across the elements that a line is made of. Remembers each turn's text. */
export class TextSearch {
  readonly #root: HTMLElement;
  readonly #texts = new WeakMap<Element, TurnText>();

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  /** The text of this turn has changed. */
  forget(turn: Element): void {
    this.#texts.delete(turn);
  }

  /** In the order of the page. Case does not matter, nor how much white space stands between two words. */
  find(words: string): Match[] {
    const matches: Match[] = [];
    if (words === "") return matches;
    const pattern = new RegExp(
      words.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`).replace(/\s+/g, String.raw`\s+`),
      "giu",
    );
    for (const turn of this.#root.querySelectorAll<HTMLElement>(".turns:not(.leaving) > .turn")) {
      const content = this.#textOf(turn);
      for (const { index, 0: found } of content.text.matchAll(pattern)) {
        matches.push({ turn, range: rangeOf(content, index, index + found.length) });
        if (matches.length >= mostMatches) return matches;
      }
    }
    return matches;
  }

  #textOf(turn: HTMLElement): TurnText {
    const known = this.#texts.get(turn);
    if (known !== undefined) return known;
    const read = readText(turn);
    this.#texts.set(turn, read);
    return read;
  }
}

function readText(turn: HTMLElement): TurnText {
  const walker = document.createTreeWalker(turn, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT, (node) => {
    if (node instanceof Text) return NodeFilter.FILTER_ACCEPT;
    return node instanceof Element && node.matches(unread) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_SKIP;
  });
  const nodes: Text[] = [];
  const starts: number[] = [];
  let text = "";
  let block: Element | null | undefined;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (!(node instanceof Text)) continue;
    const own = node.parentElement?.closest(blocks);
    if (block !== undefined && own !== block) text += border;
    block = own;
    nodes.push(node);
    starts.push(text.length);
    text += node.data;
  }
  return { text, nodes, starts };
}

function rangeOf({ nodes, starts }: TurnText, start: number, end: number): StaticRange {
  const last = starts.findLastIndex((at) => at < end);
  let first = last;
  while ((starts[first] ?? 0) > start) first--;
  const [startContainer, endContainer] = [nodes[first], nodes[last]];
  if (startContainer === undefined || endContainer === undefined) throw new Error("a match outside of all text");
  return new StaticRange({
    startContainer,
    startOffset: start - (starts[first] ?? 0),
    endContainer,
    endOffset: end - (starts[last] ?? 0),
  });
}
