import type { SourceView } from "../../protocol/turns.ts";
import { fill, type Strings } from "../../protocol/strings.ts";
import { isAllowedHref } from "../markdown/links.ts";
import { proseNodes } from "./proseText.ts";

/** Pages that an answer is based on, numbered as its text refers to them. Titles are text from outside. */
export class AnswerSources {
  readonly element = document.createElement("section");
  readonly #strings: Strings;
  readonly #list = document.createElement("ol");
  #sources: readonly SourceView[] = [];

  constructor(strings: Strings) {
    this.#strings = strings;
    this.element.className = "sources";
    this.element.hidden = true;
    this.element.setAttribute("aria-label", strings.sources);
    const heading = document.createElement("h4");
    heading.textContent = strings.sources;
    this.element.append(heading, this.#list);
  }

  update(sources: readonly SourceView[]): void {
    if (sources === this.#sources) return;
    this.#sources = sources;
    this.element.hidden = sources.length === 0;
    this.#list.replaceChildren(...sources.map(entryOf));
  }

  /** Makes buttons of `[1]`, `[ref_1]` and `【1】` in finished text, where there is such a source. */
  mark(root: HTMLElement): void {
    if (this.#sources.length === 0) return;
    for (const node of proseNodes(root, (text) => /[[【]/.test(text))) this.#markIn(node);
  }

  #markIn(node: Text): void {
    const parts: (string | Node)[] = [];
    let end = 0;
    for (const found of node.data.matchAll(/(?:\[|【)(?:ref_|\^)?(\d{1,2})(?:\]|】)/g)) {
      const number = Number(found[1]);
      const source = this.#sources[number - 1];
      if (source === undefined) continue;
      parts.push(node.data.slice(end, found.index), this.#createMark(number, source));
      end = found.index + found[0].length;
    }
    if (parts.length > 0) node.replaceWith(...parts, node.data.slice(end));
  }

  #createMark(number: number, { title, href }: SourceView): HTMLElement {
    const mark = document.createElement("button");
    mark.type = "button";
    mark.className = "source-mark";
    mark.textContent = `[${number}]`;
    const name = fill(this.#strings.source, number, title === "" ? href : title);
    mark.title = name;
    mark.setAttribute("aria-label", name);
    mark.addEventListener("click", () => {
      const entry = this.#list.children[number - 1];
      const target = entry?.querySelector<HTMLElement>("a") ?? entry;
      if (!(target instanceof HTMLElement)) return;
      target.scrollIntoView({ block: "nearest" });
      target.focus();
    });
    return mark;
  }
}

function entryOf({ title, href, site }: SourceView): HTMLElement {
  const entry = document.createElement("li");
  entry.dir = "auto";
  const words = title === "" ? href : title;
  if (isAllowedHref(href)) {
    const link = document.createElement("a");
    link.href = href;
    link.title = href;
    link.textContent = words;
    entry.append(link);
  } else {
    entry.append(words);
    entry.tabIndex = -1;
  }
  if (site !== undefined && site !== "") {
    const where = document.createElement("span");
    where.className = "source-site";
    where.textContent = site;
    entry.append(" ", where);
  }
  return entry;
}
