import { expect, test } from "vitest";
import { isSensitivePath } from "../../../src/core/editsGuard.ts";

test.each([
  ".git/hooks/pre-commit",
  "/w/.vscode/settings.json",
  "/w/.VSCode/tasks.json",
  "C:\\w\\.git\\config",
  "C:\\w\\GIT~1\\config",
  "w/.vscode./settings.json",
  "w/.vs\u200bcode/settings.json",
  "w/.git::$INDEX_ALLOCATION/config",
  "my.code-workspace",
  "deep/AGENTS.md",
  ".github/workflows/ci.yml",
  ".cursor/rules/a.mdc",
  "a/b.instructions.md",
  ".mcp.json",
])("%s needs a confirmation", (path) => {
  expect(isSensitivePath(path)).toBe(true);
});

test.each(["src/git.ts", "vscode/settings.json", "src/.gitkeep", "README.md", "a.git.ts", "C:\\w\\src\\agents.ts"])(
  "%s does not",
  (path) => {
    expect(isSensitivePath(path)).toBe(false);
  },
);
