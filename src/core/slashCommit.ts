/** The commit message in an answer: what is in its first block of code, else all of it. */
export function commitMessageIn(answer: string): string {
  const text = answer.trim();
  const [, fence = "", rest = ""] = /^(`{3,}|~{3,})[^\n]*\n([\s\S]*)$/m.exec(text) ?? [];
  if (fence === "") return text;
  const end = rest.search(new RegExp(`^${fence[0]}{${fence.length},}[ \\t]*$`, "m"));
  return (end < 0 ? rest : rest.slice(0, end)).trim();
}
