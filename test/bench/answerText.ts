const words =
  "the reader loop waits for a chunk that never comes because the signal was ignored while the server kept its socket open and nobody told the buffer to drain before the next request began".split(
    " ",
  );

/** The same for every run: a run that differs from the last one has another cause than its text. */
function sentence(seed: number): string {
  const length = 8 + (seed % 9);
  const picked = Array.from({ length }, (_, index) => words[(seed * 7 + index * 5) % words.length] ?? "");
  const marked = picked.map((word, index) => (index === 3 ? `**${word}**` : index === 6 ? `\`${word}${seed}\`` : word));
  return `${marked.join(" ")}.`;
}

function paragraph(seed: number): string {
  return Array.from({ length: 3 }, (_, index) => sentence(seed + index)).join(" ");
}

function section(index: number): string {
  return `## Part ${index}

${paragraph(index)}

${paragraph(index + 11)}

- ${sentence(index + 1)}
- ${sentence(index + 2)}
  - ${sentence(index + 3)}

\`\`\`ts
export async function part${index}(signal: AbortSignal): Promise<number> {
  const reader = open(${index}).getReader();
  signal.addEventListener("abort", () => void reader.cancel(), { once: true });
  for (let count = 0; ; count++) {
    const { done } = await reader.read();
    if (done) return count + ${index};
  }
}
\`\`\`

| Case | Before | After |
|---|---|--:|
| ${index} | ${sentence(index + 4)} | ${index * 3} ms |

`;
}

/** An answer as models write them, of this many characters (all of one byte): prose, lists, code and tables. */
export function answerText(length: number): string {
  let text = "";
  for (let index = 1; text.length < length; index++) text += section(index);
  return text.slice(0, length);
}

/** Pieces as a tokenizer cuts them: four characters on average. */
export function tokensOf(text: string): string[] {
  return text.match(/ ?[A-Za-z]{1,6}| ?\d{1,3}|\n+| +|[^A-Za-z\d\s]{1,3}/g) ?? [];
}
