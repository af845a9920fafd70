import { findAll, textOf, type HtmlElement, type HtmlNode } from "./html.ts";

/** How a page is turned into text. */
export interface Rendering {
  /** `text` has no marks at all. */
  readonly format: "markdown" | "text";
  readonly images: boolean;
  /** Pictures inside `data:` addresses, which are dropped otherwise. */
  readonly dataUrls: boolean;
  /** GitHub's additions: tables and ~~deleted~~ words. */
  readonly gfm: boolean;
  /** Makes relative addresses absolute. */
  readonly base: string;
}

/** The Markdown, or plain text, of a page's body. */
export function renderPage(page: HtmlElement, how: Rendering): string {
  const body = findAll(page, "body")[0] ?? page;
  return blocks(body.children, how)
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** The address of a link or picture, absolute; the value itself when it is no address. */
export function absolute(address: string, base: string): string {
  return URL.parse(address, base)?.href ?? address;
}

const blockTags =
  /^(h[1-6]|p|div|main|article|section|header|footer|nav|ul|ol|pre|table|blockquote|hr|figure|figcaption)$/;

/** Blocks one below the other; text between them makes paragraphs of its own. */
function blocks(nodes: readonly HtmlNode[], how: Rendering): string {
  const parts: string[] = [];
  let loose: HtmlNode[] = [];
  const flush = (): void => {
    parts.push(inline(loose, how).trim());
    loose = [];
  };
  for (const node of nodes) {
    if (typeof node === "string" || !blockTags.test(node.tag)) loose.push(node);
    else {
      flush();
      parts.push(block(node, how));
    }
  }
  flush();
  return parts.filter((part) => part !== "").join("\n\n");
}

function block(element: HtmlElement, how: Rendering): string {
  const { tag, children } = element;
  const marked = how.format === "markdown";
  if (/^h[1-6]$/.test(tag)) return `${marked ? `${"#".repeat(Number(tag[1]))} ` : ""}${inline(children, how).trim()}`;
  switch (tag) {
    case "p":
    case "figcaption":
      return inline(children, how).trim();
    case "hr":
      return marked ? "---" : "";
    case "pre":
      return marked ? `\`\`\`${languageOf(element)}\n${textOf(element).trim()}\n\`\`\`` : textOf(element).trim();
    case "blockquote":
      return marked ? blocks(children, how).replace(/^/gm, "> ") : blocks(children, how);
    case "ul":
    case "ol":
      return list(element, how);
    case "table":
      return table(element, how);
    default:
      return blocks(children, how);
  }
}

function languageOf(pre: HtmlElement): string {
  return /language-(\w+)/.exec(findAll(pre, "code")[0]?.attributes["class"] ?? "")?.[1] ?? "";
}

function list(element: HtmlElement, how: Rendering): string {
  const items = element.children.filter((child): child is HtmlElement => typeof child !== "string");
  return items
    .map((item, index) => {
      const mark = element.tag === "ol" ? `${index + 1}. ` : how.format === "markdown" ? "- " : "";
      return mark + blocks(item.children, how).replace(/\n+/g, `\n${" ".repeat(mark.length)}`);
    })
    .join("\n");
}

function table(element: HtmlElement, how: Rendering): string {
  const rows = findAll(element, "tr").map((row) =>
    [...row.children]
      .filter((cell): cell is HtmlElement => typeof cell !== "string")
      .map((cell) => inline(cell.children, how).trim()),
  );
  if (how.format === "text" || !how.gfm) return rows.map((cells) => cells.join(" ")).join("\n");
  const lines = rows.map((cells) => `| ${cells.map((cell) => cell.replace(/\|/g, "\\|")).join(" | ")} |`);
  return [lines[0], `|${" --- |".repeat(rows[0]?.length ?? 0)}`, ...lines.slice(1)].join("\n");
}

function inline(nodes: readonly HtmlNode[], how: Rendering): string {
  return nodes.map((node) => (typeof node === "string" ? node.replace(/\s+/g, " ") : span(node, how))).join("");
}

function span({ tag, attributes, children }: HtmlElement, how: Rendering): string {
  if (tag === "br") return "\n";
  if (tag === "img") return image(attributes, how);
  const text = inline(children, how);
  if (how.format === "text") return text;
  switch (tag) {
    case "a":
      return `[${text}](${absolute(attributes["href"] ?? "", how.base)})`;
    case "strong":
    case "b":
      return `**${text}**`;
    case "em":
    case "i":
      return `*${text}*`;
    case "code":
      return `\`${text}\``;
    case "del":
      return how.gfm ? `~~${text}~~` : text;
    default:
      return text;
  }
}

function image({ src = "", alt = "" }: Readonly<Record<string, string>>, how: Rendering): string {
  if (how.format === "text" || !how.images) return "";
  if (src.startsWith("data:") && !how.dataUrls) return "";
  return `![${alt}](${absolute(src, how.base)})`;
}
