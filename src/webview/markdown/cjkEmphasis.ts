import type { MarkdownIt } from "markdown-it";

/** Characters of Chinese, Japanese and Korean text and their punctuation; not the curly quotes, which Latin text has as well. */
const cjk =
  /[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Bopomofo}\u3000-\u303f\u3200-\u33ff\ufe10-\ufe1f\ufe30-\ufe4f\uff00-\uffef]/u;
const startsWithCjk = new RegExp(`^${cjk.source}`, "u");
const endsWithCjk = new RegExp(`${cjk.source}$`, "u");

/**
 * Lets `**` and `~~` begin and end next to CJK text. CommonMark tells the two apart by spaces and punctuation around the marks, so
 * that in "**注意：**请先" the marks would stay. After "CommonMark CJK-friendly Amendments",
 * https://github.com/tats-u/markdown-cjk-friendly/blob/main/specification.md; what has no CJK character at its marks is as before.
 */
export function addCjkEmphasis(md: MarkdownIt): void {
  const { State } = md.inline;
  md.inline.State = class extends State {
    override scanDelims(start: number, canSplitWord: boolean) {
      const scanned = super.scanDelims(start, canSplitWord);
      // `_` opens and closes at the ends of words only, which CJK text does not mark.
      if (!canSplitWord) return scanned;
      const end = start + scanned.length;
      // Two, as one beyond the first 65,536 characters has two places in the text.
      const before = this.src.slice(Math.max(0, start - 2), start);
      const after = this.src.slice(end, Math.min(end + 2, this.posMax));
      if (!endsWithCjk.test(before) && !startsWithCjk.test(after)) return scanned;
      return { ...scanned, can_open: /^\S/.test(after), can_close: /\S$/.test(before) };
    }
  };
}
