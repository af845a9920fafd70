import type { Translate } from "./services.ts";

/** The file that a first question may be about. */
export interface OpenFile {
  /** Without its folder. */
  readonly name: string;
  /** As VS Code calls it. */
  readonly languageId: string;
}

const prose: ReadonlySet<string> = new Set(["markdown", "plaintext", "restructuredtext", "latex", "asciidoc"]);
const settings: ReadonlySet<string> = new Set([
  "json",
  "jsonc",
  "yaml",
  "toml",
  "xml",
  "ini",
  "properties",
  "dotenv",
  "dockerfile",
  "dockercompose",
]);
const test = /(?:[._-](?:test|spec|tests)\.\w+|^test_.*\.py)$/i;

/** Three questions to begin a conversation with, as one would ask them about such a file. */
export function starters({ name, languageId }: OpenFile, t: Translate): string[] {
  if (prose.has(languageId)) {
    return [t("Summarise {0}.", name), t("Look for mistakes in {0}.", name), t("What is missing in {0}?", name)];
  }
  if (settings.has(languageId)) {
    return [
      t("What is set in {0}?", name),
      t("Look for mistakes in {0}.", name),
      t("What could be left out of {0}?", name),
    ];
  }
  const tests = test.test(name) ? t("Which cases does {0} not test?", name) : t("Suggest tests for {0}.", name);
  return [t("What does {0} do?", name), t("Look for bugs in {0}.", name), tests];
}
