import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { iconNames } from "../../../src/webview/chat/icons.ts";

const root = path.join(import.meta.dirname, "../../..");
const { href } = new URL("../../../esbuild.icons.mjs", import.meta.url);
const { icons } = (await import(href)) as { icons: () => { readonly css: string; readonly font: Buffer } };

/** What sources of the view and of what feeds it name as icons: `icon: "file"`, `createIcon("file")`, `codicon-file` … */
function namedIcons(): string[] {
  const files = ["src/webview/chat", "src/features/chat"].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "utf8")),
  );
  const uses = /(?:icon: |createIcon\(|createIconButton\(|iconClass\()"([\w-]+)"|codicon-([a-z][\w-]*)/g;
  return [...new Set(files.flatMap((text) => [...text.matchAll(uses)].map(([, name, css]) => name ?? css ?? "")))];
}

it("holds every icon that is named anywhere, and is small", () => {
  expect(namedIcons().length).toBeGreaterThan(10);
  expect(namedIcons().filter((name) => !iconNames.some((known) => known === name))).toEqual([]);
  const { css, font } = icons();
  for (const name of iconNames) expect(css).toContain(`.codicon-${name}:before`);
  expect(font.length).toBeLessThan(20_000);
});
