/** Characters of Chinese, Japanese and Korean script, with their punctuation and full-width forms. */
const wideRun = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]+/gu;

const wideCharactersPerToken = 1.5;
const otherCharactersPerToken = 4;

/**
 * About how many tokens a text has, without asking anybody: a token is about 1.5 characters of CJK script and 4 of any other
 * (API notes 9.3). Rounded up; 0 for no text. Good enough to decide whether something can fit, not to bill it.
 */
export function estimateTokens(text: string): number {
  let wide = 0;
  let wideUnits = 0;
  for (const [run] of text.matchAll(wideRun)) {
    wide += Array.from(run).length;
    wideUnits += run.length;
  }
  return Math.ceil(wide / wideCharactersPerToken + (text.length - wideUnits) / otherCharactersPerToken);
}
