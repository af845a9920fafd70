/** A fenced block of a prompt, with what the line above it says. */
export interface CodeBlock {
  /** The backticks that opened it. */
  readonly fence: string;
  /** Word after the fence, as written. */
  readonly language: string;
  /** The code with its own line ends; no line end after the last line unless the code has an empty last line. */
  readonly code: string;
  /** The last line of text above the fence. */
  readonly caption: string;
  readonly path: string | undefined;
  readonly firstLine: number | undefined;
  readonly lastLine: number | undefined;
}

/** A prompt taken apart. */
export interface Prompt {
  readonly blocks: readonly CodeBlock[];
  /** The text outside of the fences and their captions. */
  readonly question: string;
}

/** True when the sentence is Chinese; the names of code in it count little. */
export function isChinese(text: string): boolean {
  const chinese = text.match(/[\u4e00-\u9fff]/g)?.length ?? 0;
  return chinese > 1 && chinese * 10 >= text.replace(/[\s\W\d]/g, "").length;
}

/** Finds fenced blocks, their captions and the remaining text. Carriage returns inside code survive. */
export function readPrompt(text: string): Prompt {
  const blocks: CodeBlock[] = [];
  const prose: string[] = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const open = /^ {0,3}(`{3,}|~{3,})([^`\r]*)\r?$/.exec(line);
    const fence = open?.[1];
    const end = fence === undefined ? -1 : lines.findIndex((each, index) => index > at && closes(each, fence));
    if (fence === undefined || end < 0) {
      prose.push(line.replace(/\r$/, ""));
      continue;
    }
    // The break before the closing fence belongs to the fence.
    const code = lines
      .slice(at + 1, end)
      .join("\n")
      .replace(/\r$/, "");
    const caption = takeCaption(prose);
    blocks.push({ fence, language: (open?.[2] ?? "").trim().split(/\s/)[0] ?? "", code, caption, ...place(caption) });
    at = end;
  }
  return {
    blocks,
    question: prose
      .join("\n")
      .replace(/\n{3,}/g, "\n\n")
      .trim(),
  };
}

function closes(line: string, fence: string): boolean {
  const text = line.trim();
  return text.length >= fence.length && text === (fence[0] ?? "`").repeat(text.length);
}

/** Removes and returns the line above a fence when it introduces the code: it names a file or ends with a colon. */
function takeCaption(prose: string[]): string {
  let at = prose.length - 1;
  while (at >= 0 && (prose[at] ?? "").trim() === "") at--;
  const line = (prose[at] ?? "").trim();
  if (!/[:：]$/.test(line) && place(line).path === undefined) return "";
  prose.length = at;
  return line;
}

function place(caption: string): Pick<CodeBlock, "path" | "firstLine" | "lastLine"> {
  // In brackets the path may hold spaces, elsewhere it may not.
  const found =
    // `src/my file.ts:3-5 (selection):` may hold spaces because it is the whole line,
    /^(.+\.\w+):(\d+)(?:[-–](\d+))?(?:\s*\(\w+\))?[:：]$/.exec(caption) ??
    // `Code to fix (src/my file.ts:3-5):` because of its brackets; elsewhere a path ends at a space.
    /[(（](.+?):(\d+)(?:[-–](\d+))?[)）]/.exec(caption) ??
    /([^\s`'"“”<>()（）：]+\.\w{1,8})(?::(\d+)(?:[-–](\d+))?)?/.exec(caption);
  if (found === null) return { path: undefined, firstLine: undefined, lastLine: undefined };
  const [, path, first, last] = found;
  const firstLine = first === undefined ? undefined : Number(first);
  return { path, firstLine, lastLine: last === undefined ? firstLine : Number(last) };
}

/** The block that a fix request is about: the one introduced as code to fix, or the only one. */
export function blockToFix(prompt: Prompt): CodeBlock | undefined {
  return prompt.blocks.find(({ caption }) => /^code to fix\b|^要修复的代码/i.test(caption.replace(/^[#>*\s]+/, "")));
}
