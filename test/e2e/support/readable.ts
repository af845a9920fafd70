// oxlint-disable unicorn/consistent-function-scoping -- the page gets this one function and nothing around it
/**
 * Runs inside a page: what a person cannot read or was not translated, one line each. Text of others (a model's answer,
 * what the user typed, names of files and models) is passed over.
 * @param foreign selector of places that hold no words of ours.
 */
export function unreadable(body: Element, foreign: string): string[] {
  const found = new Set<string>();
  const root = body.ownerDocument.documentElement;
  const width = root.clientWidth;
  const name = (element: Element) =>
    `${element.tagName.toLowerCase()}.${element.className} "${(element.textContent ?? "").trim().slice(0, 60)}"`;
  const untranslated = (text: string): boolean => {
    let rest = text;
    for (let before = ""; before !== rest;) {
      before = rest;
      rest = rest.replaceAll(/⟦[^⟦⟧]*⟧/g, "");
    }
    // Names stay as they are in every language.
    return /\p{L}{2,}/u.test(rest.replaceAll(/GLM(-[\w.]+)*|[\w.-]+\.(ts|js|md)\b/g, ""));
  };
  for (const element of body.querySelectorAll<HTMLElement>("*")) {
    const style = getComputedStyle(element);
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest(".visually-hidden")) continue;
    const hides = (overflow: string) => overflow === "hidden" || overflow === "clip";
    const declared = style.textOverflow === "ellipsis" && element.closest("[title]") !== null;
    if (hides(style.overflowX) && element.scrollWidth > element.clientWidth + 1 && !declared)
      found.add(`cut at its side: ${name(element)}`);
    if (hides(style.overflowY) && element.scrollHeight > element.clientHeight + 1 && element.clientHeight > 0)
      found.add(`cut below: ${name(element)}`);
    const box = element.getBoundingClientRect();
    // What scrolls by itself, or ends in an ellipsis, may be wider than what is seen of it.
    const parent = element.parentElement;
    const bounded =
      element.closest(".progress, pre, .table-scroll") !== null ||
      (parent !== null && getComputedStyle(parent).textOverflow === "ellipsis");
    if (box.width > 0 && !bounded && (box.right > width + 1 || box.left < -1))
      found.add(`outside the view: ${name(element)}`);
    if (element.closest(foreign)) continue;
    for (const attribute of ["title", "aria-label", "placeholder"]) {
      const text = element.getAttribute(attribute) ?? "";
      if (untranslated(text)) found.add(`${attribute} not translated: ${text}`);
    }
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = own.map((node) => node.textContent ?? "").join("");
    if (untranslated(text)) found.add(`not translated: ${text.trim()}`);
  }
  return [...found];
}

/**
 * Runs inside a page: the texts of VS Code's own surfaces of which a part lies outside of what the element itself, or one
 * around it up to `within`, lets be seen. Sizes of the text itself are compared: those parents are often larger inside
 * than outside without hiding any of it.
 */
export function cutOff(elements: Element[], within: string): string[] {
  const hides = (overflow: string) => overflow !== "visible";
  return elements
    .filter((element) => {
      const range = element.ownerDocument.createRange();
      range.selectNodeContents(element);
      const text = range.getBoundingClientRect();
      const end = element.closest(within);
      for (let around: Element | null = element; around; around = around === end ? null : around.parentElement) {
        const { overflowX, overflowY, display } = getComputedStyle(around);
        // What is only part of a line clips nothing.
        if (display === "inline") continue;
        const box = around.getBoundingClientRect();
        if (hides(overflowX) && (text.left < box.left - 1 || text.right > box.right + 1)) return true;
        if (hides(overflowY) && (text.top < box.top - 1 || text.bottom > box.bottom + 1)) return true;
      }
      return false;
    })
    .map((element) => (element.textContent ?? "").trim());
}
