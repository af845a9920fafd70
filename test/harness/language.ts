import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { pseudoLocale } from "./pseudo.ts";

/** Display languages that the harness can run VS Code in. */
export type Locale = "en" | "zh-cn" | typeof pseudoLocale;

/**
 * Makes a server data folder speak `locale`: VS Code only believes in a display language for which it finds a language
 * pack, so we write one with the smallest content that counts. Extensions then see `vscode.env.language === locale`
 * and load their own translations; VS Code's own words stay English.
 * The server must also be started with `--locale`.
 * @param userDataDir the `data` folder below `--server-data-dir`.
 */
export function writeLanguagePack(userDataDir: string, locale: Locale): void {
  if (locale === "en") return;
  const home = join(userDataDir, "language-pack");
  const translations = join(home, "main.i18n.json");
  mkdirSync(home, { recursive: true });
  if (!existsSync(translations)) writeFileSync(translations, JSON.stringify({ version: "1.0.0", contents: {} }));
  const pack = {
    [locale]: {
      hash: "glm-sidekick-tests",
      extensions: [{ extensionIdentifier: { id: "glm-sidekick-tests.language-pack" }, version: "1.0.0" }],
      translations: { vscode: translations },
      label: "中文(简体)",
    },
  };
  writeFileSync(join(userDataDir, "languagepacks.json"), JSON.stringify(pack));
}
