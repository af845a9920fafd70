const longest = 300;
/** A file name with an extension, maybe with folders before it. */
const path = /(?:[A-Za-z]:)?(?:\.{0,2}[\\/])?(?:[\w@()[\]+-][\w@()[\].+-]*[\\/])*[\w@()[\]+-]*[\w)\]]?\.\w{1,10}/;
const wholePath = new RegExp(`^${path.source}$`);
const comment = new RegExp(
  `^(?:\\/\\/|#|--|;|%|\\/\\*|<!--)\\s*(?:file(?:name)?|path)?\\s*:?\\s*(${path.source})\\s*(?:\\*\\/|-->)?$`,
  "i",
);

/**
 * The file that code is meant for, where the answer names it: in the fence's first line, in a comment at the code's beginning, or
 * in the paragraph right before. Only a name: whether there is such a file is the host's business.
 */
export function pathHint(info: string, code: string, before: Element | null): string | undefined {
  return fromInfo(info) ?? fromComment(code) ?? fromParagraph(before);
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

function fromParagraph(before: Element | null): string | undefined {
  if (before === null || !/^(?:P|H4|H5)$/.test(before.tagName)) return undefined;
  const marked = [...before.querySelectorAll("code, strong, em")].map((part) =>
    part.textContent.trim().replace(/:$/, ""),
  );
  return marked.findLast(isPath)?.replace(/:\d+(?:[-–:]\d+)?$/, "");
}

function isPath(text: string): boolean {
  const bare = text.replace(/:\d+(?:[-–:]\d+)?$/, "");
  return bare.length <= longest && wholePath.test(bare) && !/^\d+(?:\.\d+)*$/.test(bare) && !/^https?:/i.test(bare);
}
