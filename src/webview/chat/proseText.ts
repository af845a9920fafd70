const notProse = "pre, code, a, button, .math, .code-block, .long-text";

/**
 * The text of an answer that is prose, neither code nor a link, a formula or a button, and that `isWanted`. The text is asked
 * first: of the thousands of nodes that an answer can have, hardly any has what is looked for.
 */
export function proseNodes(root: HTMLElement, isWanted: (text: string) => boolean): Text[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const found: Text[] = [];
  while (walker.nextNode() !== null) {
    const node = walker.currentNode;
    if (node instanceof Text && isWanted(node.data) && node.parentElement?.closest(notProse) === null) found.push(node);
  }
  return found;
}
