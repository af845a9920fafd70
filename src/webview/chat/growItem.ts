import type { CodeBlock } from "./codeBlock.ts";

/** A list item that is still arriving: its elements, and what the renderer gave for it, from which the panel made those. */
export interface OpenItem {
  readonly shown: Element;
  readonly plain: Element;
}

/** What is new in an element: the children of `from`. */
interface Addition {
  readonly parent: Element;
  readonly from: Element;
}

/**
 * Leaves of an item what has come out the same, and of `fresh`, what the renderer gives for it now, only the rest. Returns where
 * that belongs, innermost first, or undefined when nothing of the item can stay. Code that is shown grows in place.
 */
export function growItem(
  { shown, plain }: OpenItem,
  fresh: Element,
  codes: readonly CodeBlock[],
): Addition[] | undefined {
  if (!isAlike(plain, fresh) || shown.childNodes.length !== plain.childNodes.length) return undefined;
  let same = 0;
  while (plain.childNodes[same]?.isEqualNode(fresh.childNodes[same] ?? null) === true) same++;
  const [element, before, now] = [shown, plain, fresh].map(({ childNodes }) => childNodes[same]);
  let additions: Addition[] = [];
  if (element instanceof Element && before instanceof Element && now instanceof Element) {
    const grown = before.matches("ul, ol, li, blockquote")
      ? growItem({ shown: element, plain: before }, now, codes)
      : growCode(
          codes.find((code) => code.element === element),
          before,
          now,
        );
    if (grown !== undefined) same++;
    additions = grown ?? [];
  }
  while (shown.childNodes.length > same) shown.lastChild?.remove();
  for (; same > 0; same--) fresh.firstChild?.remove();
  return [...additions, { parent: shown, from: fresh }];
}

function growCode(code: CodeBlock | undefined, before: Element, now: Element): [] | undefined {
  const [lineBefore, lineNow] = [before.firstElementChild, now.firstElementChild];
  if (code === undefined || lineBefore === null || lineNow === null) return undefined;
  // The language and what stands beside it.
  if (!isAlike(before, now) || !isAlike(lineBefore, lineNow)) return undefined;
  code.setText(now.textContent);
  return [];
}

/** Whether the two differ in what they hold at most. */
function isAlike(one: Element, other: Element): boolean {
  return one.cloneNode(false).isEqualNode(other.cloneNode(false));
}
