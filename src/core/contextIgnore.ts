import ignore, { type Ignore } from "ignore";

/** Whose rules keep a file out: the repository's `.gitignore`, or the user's `.glmignore`, which is about us. */
export type IgnoredBy = "git" | "glm";

export const ignoreFileNames: Readonly<Record<IgnoredBy, string>> = { git: ".gitignore", glm: ".glmignore" };

const ownFolderOfGit = /(?:^|\/)\.git\/?$/;

/**
 * Rules of the ignore files of a tree. A file deeper in the tree is about what is below it and goes before those above; within a
 * directory that is ignored nothing can be taken back, as in git. `.glmignore` goes before all `.gitignore` files, so that it can
 * also let in what git leaves out.
 */
export class IgnoreRules {
  readonly #rules: Readonly<Record<IgnoredBy | "hidden", Map<string, Ignore>>> = {
    git: new Map(),
    glm: new Map(),
    hidden: new Map(),
  };

  /**
   * @param by `hidden`: patterns that count like git's but yield to them, e.g. those of `files.exclude`.
   * @param directory From the tree's root with `/`; empty for the root itself.
   */
  add(by: IgnoredBy | "hidden", directory: string, text: string): void {
    this.#rules[by].set(directory, ignore({ allowRelativePaths: true }).add(text));
  }

  /**
   * What `.glmignore` names is named wherever it lies, also in a directory that git ignores.
   * @param path From the tree's root with `/`; a directory's ends with one.
   */
  ignoredBy(path: string): IgnoredBy | undefined {
    let found: IgnoredBy | undefined;
    for (let end = path.indexOf("/"); end >= 0 && end < path.length - 1; end = path.indexOf("/", end + 1)) {
      const by = this.ownRuleOf(path.slice(0, end + 1));
      if (by === "glm") return by;
      found ??= by;
    }
    const own = this.ownRuleOf(path);
    return own === "glm" ? own : (found ?? own);
  }

  /** The same for a path whose directories are known to be let in. */
  ownRuleOf(path: string): IgnoredBy | undefined {
    const { git, glm, hidden } = this.#rules;
    const named = decide(glm, path);
    if (named !== undefined) return named ? "glm" : undefined;
    return (decide(git, path) ?? decide(hidden, path) ?? ownFolderOfGit.test(path)) ? "git" : undefined;
  }
}

/** What the nearest file with something to say about this path itself says; undefined when none does. */
function decide(rules: ReadonlyMap<string, Ignore>, path: string): boolean | undefined {
  if (rules.size === 0) return undefined;
  for (let directory = parentOf(path); ; directory = parentOf(directory)) {
    const rule = rules.get(directory);
    const inside = directory === "" ? path : path.slice(directory.length + 1);
    const found = rule?.test(inside);
    if (found?.unignored) return false;
    // A directory that was let in all the same brings its files with it.
    if (found?.ignored && !isIgnored(rule, parentOf(inside))) return true;
    if (directory === "") return undefined;
  }
}

function isIgnored(rule: Ignore | undefined, directory: string): boolean {
  return directory !== "" && rule?.ignores(`${directory}/`) === true;
}

/** Without a slash at its end; empty for the root. */
function parentOf(path: string): string {
  const own = path.endsWith("/") ? path.slice(0, -1) : path;
  return own.slice(0, Math.max(0, own.lastIndexOf("/")));
}
