const longest = 300;
/** A file name with an extension, maybe with folders before it. */
const path = /(?:[A-Za-z]:)?(?:\.{0,2}[\\/])?(?:[\w@()[\]+-][\w@()[\].+-]*[\\/])*[\w@()[\]+-]*[\w)\]]?\.\w{1,10}/;
const wholePath = new RegExp(`^${path.source}$`);
const comment = new RegExp(
  `^(?:\\/\\/|#|--|;|%|\\/\\*|<!--)\\s*(?:file(?:name)?|path)?\\s*:?\\s*(${path.source})\\s*(?:\\*\\/|-->)?$`,
  "i",
);

const marked = "code, strong, em";
const inline = `${marked}, a, s, br, span, button`;

/**
 * The file that code is meant for, where the answer names it: in the fence's first line, in a comment at the code's beginning, or
 * in the words right before its `block`. Only a name: whether there is such a file is the host's business.
 */
export function pathHint(info: string, code: string, block: Element): string | undefined {
  return fromInfo(info) ?? fromComment(code) ?? fromWords(wordsBefore(block));
}

function fromInfo(info: string): string | undefined {
  return (info.match(/(?:[^\s,{}"']|"[^"]*"|'[^']*')+/g) ?? [])
    .map((part) => part.replace(/^(?:title|file|filename|path|name)[=:]/i, "").replace(/^["':]+|["']+$/g, ""))
    .find(isPath);
}

function fromComment(code: string): string | undefined {
  const first = /^\s*(.*)/.exec(code)?.[1]?.trim() ?? "";
  const found = first.length > longest ? undefined : comment.exec(first)?.[1];
  return found !== undefined && isPath(found) ? found : undefined;
}

/** Elements of the paragraph or heading before, or of the line of a list item that has no paragraphs. */
function wordsBefore(block: Element): Element[] {
  let before = elementBefore(block);
  if (before?.matches("p, h4, h5") === true) return [before];
  const words: Element[] = [];
  for (; before?.matches(inline) === true; before = before.previousElementSibling) words.unshift(before);
  return words;
}

/** The first block of a part of the answer follows the last one of the part before. */
function elementBefore(block: Element): Element | null {
  if (!block.matches(".part > :first-child")) return block.previousElementSibling;
  return block.parentElement?.previousElementSibling?.lastElementChild ?? null;
}

function fromWords(words: readonly Element[]): string | undefined {
  const names = words
    .flatMap((element) => [element, ...element.querySelectorAll(marked)])
    .filter((element) => element.matches(marked))
    .map((element) => element.textContent.trim().replace(/:$/, ""));
  return names.findLast(isPath)?.replace(/:\d+(?:[-–:]\d+)?$/, "");
}

function isPath(text: string): boolean {
  const bare = text.replace(/:\d+(?:[-–:]\d+)?$/, "");
  return bare.length <= longest && wholePath.test(bare) && !/^\d+(?:\.\d+)*$/.test(bare) && !/^https?:/i.test(bare);
}
