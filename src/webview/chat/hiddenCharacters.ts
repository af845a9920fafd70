/** Nobody reads further than so many in one block, and each is an element. */
const most = 1_000;

/**
 * Characters that turn the order of what is shown around, but not of what a compiler reads: code can look harmless with them
 * ("Trojan Source", CVE-2021-42574). VS Code marks the same ones in its editors.
 */
const turning = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** Shows text of code as what it is: a character that would turn the text around stands there by its number instead. */
export class HiddenCharacters {
  readonly #nameOf: (code: string) => string;
  #shown = 0;

  /** `nameOf` makes the words of a tooltip from e.g. "U+202E". */
  constructor(nameOf: (code: string) => string) {
    this.#nameOf = nameOf;
  }

  /** Adds text at the end, to the text node that is there if possible: a selection stays as it is. */
  append(parent: Node, text: string): void {
    let at = 0;
    for (const { index, 0: character } of text.matchAll(turning)) {
      if (this.#shown >= most) break;
      this.#shown++;
      appendText(parent, text.slice(at, index));
      parent.appendChild(this.#mark(character));
      at = index + character.length;
    }
    appendText(parent, text.slice(at));
  }

  /** Marks those in elements that are there already. */
  markIn(root: Node): void {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found: Text[] = [];
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node instanceof Text && node.data.search(turning) >= 0) found.push(node);
    }
    for (const node of found) {
      const marked = document.createDocumentFragment();
      this.append(marked, node.data);
      node.replaceWith(marked);
    }
  }

  /** The character stays in it, so that a copied selection is the code, but turns nothing outside of it. */
  #mark(character: string): HTMLElement {
    const code = `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    const mark = document.createElement("span");
    mark.className = "hidden-character";
    mark.dataset["code"] = code;
    mark.title = this.#nameOf(code);
    mark.textContent = character;
    return mark;
  }
}

function appendText(parent: Node, text: string): void {
  if (text === "") return;
  if (parent.lastChild instanceof Text) parent.lastChild.appendData(text);
  else parent.appendChild(document.createTextNode(text));
}
