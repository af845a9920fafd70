import { expect } from "vitest";
import type { View } from "../support.ts";

/** Elements that an answer may be made of; anything else came from the answer itself. */
const allowed = new Set(
  (
    "p h4 h5 h6 ul ol li blockquote pre code em strong s a span div br hr table thead tbody tr th td button i input sup " +
    // Formulas.
    "math semantics mrow mi mn mo ms mtext mspace msub msup msubsup munder mover munderover mfrac msqrt mroot mtable " +
    "mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts"
  ).split(" "),
);

/** Attributes that no element of an answer has from the answer. */
const forbiddenAttribute =
  /^(on|style$|src|srcset|srcdoc|data$|action$|formaction$|ping$|background$|poster$|xlink|nonce$|is$)/;

/** Elements that are nowhere in the panel. */
const nowhere =
  "script, style, link, meta, base, iframe, frame, object, embed, form, video, audio, source, template, svg, portal, dialog, marquee";

export type Found = { turn: string; what: string };

/** What {@link findIntruders} goes by; it runs in the page and sees nothing of this module. */
export const limits = { allowed: [...allowed], forbidden: forbiddenAttribute.source, nowhere };

/**
 * Whatever in the page a hostile text has made: element, attribute or address, with the id of the turn that it is in.
 * Looks at the panel as it is; scrolling and drawing are the caller's.
 */
export function findIntruders(body: Element, rules: typeof limits): Found[] {
  const found: Found[] = [];
  const pattern = new RegExp(rules.forbidden);
  const report = (element: Element, what: string): void => {
    const turn = element.closest<HTMLElement>("[data-turn]")?.dataset["turn"] ?? "outside of the turns";
    found.push({ turn, what: `${what} in ${element.outerHTML.slice(0, 200)}` });
  };
  for (const element of body.querySelectorAll(".markdown *")) {
    if (!rules.allowed.includes(element.tagName.toLowerCase())) report(element, `element ${element.tagName}`);
    if (element.id !== "" || element.getAttribute("name") !== null) report(element, "a name");
    const href = element.getAttribute("href");
    if (href !== null && !/^(https?:\/\/|mailto:)/.test(href)) report(element, `address ${href}`);
    if (element instanceof HTMLInputElement && (element.type !== "checkbox" || !element.disabled))
      report(element, "a control");
    for (const name of element.getAttributeNames()) if (pattern.test(name)) report(element, `attribute ${name}`);
  }
  const panel = body.querySelector("#app") ?? body;
  for (const element of panel.querySelectorAll(rules.nowhere)) report(element, `element ${element.tagName}`);
  // By XPath, as a long conversation has a hundred thousand elements to look at.
  const kind = XPathResult.ORDERED_NODE_SNAPSHOT_TYPE;
  const handlers = document.evaluate("descendant::*/@*[starts-with(name(), 'on')]", panel, null, kind);
  for (let index = 0; index < handlers.snapshotLength; index++) {
    const handler = handlers.snapshotItem(index);
    if (handler instanceof Attr && handler.ownerElement) report(handler.ownerElement, `attribute ${handler.name}`);
  }
  return found;
}

export function intruders(view: View): Promise<Found[]> {
  return view.page.locator("body").evaluate(findIntruders, limits);
}

/**
 * Scrolls through the whole conversation, as only what is near is drawn, and looks at all of it.
 * @returns what should not be there, and the ids of the answers whose Markdown was drawn.
 */
export async function lookThrough(view: View): Promise<{ found: Found[]; drawn: Set<string> }> {
  const found: Found[] = [];
  const drawn = new Set<string>();
  const body = view.page.locator("body");
  await body.evaluate((panel) => panel.querySelector(".log")?.scrollTo(0, 0));
  for (let atEnd = false; !atEnd;) {
    await view.drawn("near");
    found.push(...(await intruders(view)));
    for (const id of await body.evaluate(drawnAnswers)) drawn.add(id);
    atEnd = await body.evaluate(scrollOn);
  }
  return { found, drawn };
}

/** In the page: ids of the answers that are Markdown now, and not the plain text that stands for it. */
export function drawnAnswers(body: Element): string[] {
  const answers = [...body.querySelectorAll<HTMLElement>(".answer[data-turn]")];
  return answers
    .filter((answer) => answer.querySelector(":scope > .markdown:not(.far, .plain)") !== null)
    .map(({ dataset }) => dataset["turn"] ?? "");
}

/** In the page: one height of the log further down. True when there is nothing further. */
export function scrollOn(body: Element): boolean {
  const log = body.querySelector(".log");
  if (log === null) return true;
  const before = log.scrollTop;
  log.scrollTop += log.clientHeight;
  return log.scrollTop <= before;
}

/** Clicks everything in answers that looks like a link, once per address: each may only ask the host. */
export async function clickLinks(view: View): Promise<void> {
  await view.page.evaluate(() => {
    const links = new Map(
      [...document.querySelectorAll<HTMLElement>(".markdown a")].map((link) => [link.outerHTML, link]),
    );
    for (const link of links.values()) link.click();
  });
}

/** Nothing of the page's was executed, asked for, stopped by the policy or left behind, and the page is where it was. */
export async function expectUntouched(view: View): Promise<void> {
  expect(await view.hits()).toEqual([]);
  expect(view.foreignRequests).toEqual([]);
  expect(view.errors).toEqual([]);
  expect(await view.violations(), "the policy had nothing to stop").toEqual([]);
  expect(view.page.url()).toBe("http://webview.test/");
  for (const { href } of await view.postedOf("open-link")) expect(href).toMatch(/^(https?:\/\/|mailto:)/);
}
