/** An element of a parsed page. Attribute names are lower case. */
export interface HtmlElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly HtmlNode[];
}

/** An element, or text with its entities resolved. */
export type HtmlNode = HtmlElement | string;

const voidTags = new Set(["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"]);

type Open = HtmlElement & { readonly children: HtmlNode[] };

/** Parses well-formed HTML; an end tag without its start is dropped, an open element ends with its parent. */
export function parseHtml(html: string): HtmlElement {
  const root: Open = { tag: "", attributes: {}, children: [] };
  const open = [root];
  const token = /<!--[\s\S]*?-->|<!doctype[^>]*>|<(script|style)\b[^>]*>[\s\S]*?<\/\1>|<\/?[a-z][^>]*>|[^<]+|</gi;
  for (const [text] of html.matchAll(token)) {
    if (/^<(!|script|style)/i.test(text)) continue;
    const parent = open.at(-1) ?? root;
    const name = /^<(\/?)([a-z][\w-]*)/i.exec(text);
    const tag = name?.[2]?.toLowerCase() ?? "";
    if (name === null) parent.children.push(unescapeHtml(text));
    else if (name[1] === "/") {
      const at = open.findLastIndex((each) => each.tag === tag);
      if (at > 0) open.length = at;
    } else {
      const element: Open = { tag, attributes: readAttributes(text), children: [] };
      parent.children.push(element);
      if (!voidTags.has(tag) && !text.endsWith("/>")) open.push(element);
    }
  }
  return root;
}

function readAttributes(tag: string): Record<string, string> {
  return Object.fromEntries(
    [...tag.matchAll(/\s([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, name = "", double, single]) => [
      name.toLowerCase(),
      unescapeHtml(double ?? single ?? ""),
    ]),
  );
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

function unescapeHtml(text: string): string {
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code: string | undefined, name: string | undefined) =>
    code === undefined ? (entities[name ?? ""] ?? whole) : String.fromCodePoint(Number(code)),
  );
}

export function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** Every element with this tag, in the order of the page. */
export function findAll(node: HtmlNode, tag: string): HtmlElement[] {
  if (typeof node === "string") return [];
  return [...(node.tag === tag ? [node] : []), ...node.children.flatMap((child) => findAll(child, tag))];
}

/** All text below a node, white space as it stands. */
export function textOf(node: HtmlNode): string {
  return typeof node === "string" ? node : node.children.map(textOf).join("");
}
