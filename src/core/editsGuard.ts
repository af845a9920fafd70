/**
 * Files that make tools run something or change how a project is opened. Writing them on a model's word takes one more
 * confirmation, as text in a repository may have asked the model for it.
 */

const folders = new Set([
  ".git",
  ".vscode",
  ".vscode-server",
  ".idea",
  ".devcontainer",
  ".husky",
  ".githooks",
  ".github",
  ".gitlab",
  ".circleci",
  ".claude",
  ".codex",
  ".cursor",
  ".gemini",
  ".windsurf",
  ".clinerules",
  ".roo",
  ".continue",
  ".kiro",
  ".zed",
  ".ssh",
]);

const names = new Set([
  ".git",
  ".gitmodules",
  ".gitattributes",
  ".gitconfig",
  ".gitlab-ci.yml",
  ".mcp.json",
  "mcp.json",
  ".cursorrules",
  ".windsurfrules",
  ".clinerules",
  ".roorules",
  ".roomodes",
  "agents.md",
  "claude.md",
  "gemini.md",
  "skill.md",
  "copilot-instructions.md",
  ".envrc",
  ".npmrc",
  ".yarnrc",
  ".yarnrc.yml",
  ".pre-commit-config.yaml",
  "lefthook.yml",
  ".bashrc",
  ".bash_profile",
  ".profile",
  ".zshrc",
  ".zshenv",
]);

/** True for a path, with `/` or `\`, whose file needs the extra confirmation. Case and look-alike spellings do not help. */
export function isSensitivePath(path: string): boolean {
  const parts = path.split(/[\\/]+/).map(canonical);
  const name = parts.at(-1) ?? "";
  if (names.has(name) || name.endsWith(".code-workspace") || /\.(instructions|prompt|agent|chatmode)\.md$/.test(name)) {
    return true;
  }
  // GIT~1 is the short name that Windows gives to .git.
  return parts.some((part) => folders.has(part) || /^git~\d$/.test(part));
}

/** What a file system may take the name for: invisible characters, trailing dots and `::$DATA` do not count. */
function canonical(part: string): string {
  return part
    .normalize("NFKC")
    .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
    .replace(/:.*$/, "")
    .replace(/[. ]+$/, "")
    .toLowerCase();
}
