import { escapeHtml } from "./html.ts";
import { contentTypeOf, type ResultStore } from "./result-store.ts";
import { pageHtml, webPages, type WebPage } from "./web-pages.ts";

const answers = "https://answers.glm-simulator.test/ask";

/** A page about any question, so that no search is without a result. */
export function answerPage(question: string): WebPage {
  const asked = question.replace(/\s+/g, " ").trim();
  const shown = escapeHtml(asked);
  const links = webPages.map(({ url, title }) => `<li><a href="${url}">${title}</a></li>`).join("");
  return {
    url: `${answers}?q=${encodeURIComponent(asked)}`,
    media: "Simulator Answers",
    age: 5,
    title: asked,
    description: `Answers to: ${asked}`,
    keywords: asked,
    body: `<p>Somebody asked: <em>${shown}</em></p><p>Nobody has answered yet. These pages may help:</p><ul>${links}</ul>`,
  };
}

/** What a web server answered. */
export interface Fetched {
  readonly type: string;
  readonly text: string;
}

/** Reads a page of the small web or one of our own result files; undefined when nothing is there. */
export async function fetchPage(url: string, results: ResultStore): Promise<Fetched | undefined> {
  const page = webPages.find((each) => each.url === url.replace(/[#?].*$/, "").replace(/\/$/, ""));
  if (page !== undefined) return served(page);
  if (url.startsWith(`${answers}?q=`)) return served(answerPage(new URL(url).searchParams.get("q") ?? ""));
  const file = /^https?:\/\/(?:cdn\.glm-simulator\.test|127\.0\.0\.1:\d+)\/cdn\/([\w.]+)$/.exec(url)?.[1];
  const bytes = file === undefined ? undefined : await results.read(file);
  if (file === undefined || bytes === undefined) return undefined;
  const type = contentTypeOf(file).split(";")[0] ?? "";
  return { type, text: type.startsWith("text/") ? bytes.toString("utf8") : "" };
}

const served = (page: WebPage): Fetched => ({ type: "text/html", text: pageHtml(page) });
