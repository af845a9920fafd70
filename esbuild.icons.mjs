// VS Code's icons for the webview: those that it names, and no others.
import { readFileSync } from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { cutFont } from "./esbuild.font.mjs";
import { iconNames } from "./src/webview/chat/icons.ts";

const source = path.dirname(createRequire(import.meta.url).resolve("@vscode/codicons/dist/codicon.css"));
/** How the style sheet gives an icon's name its character. */
const rule = /^\.codicon-([\w-]+):before \{ content: "\\([0-9a-f]{4})" \}\s*$/;

/** @returns {{ readonly css: string, readonly font: Buffer }} of which the style sheet names the font codicon.ttf */
export function icons() {
  const codes = new Map();
  const lines = readFileSync(path.join(source, "codicon.css"), "utf8")
    .split("\n")
    .filter((line) => {
      const [, name, code] = rule.exec(line) ?? [];
      if (name === undefined) return true;
      const wanted = iconNames.some((known) => known === name);
      if (wanted) codes.set(name, Number.parseInt(code, 16));
      return wanted;
    });
  const unknown = iconNames.filter((name) => !codes.has(name));
  if (unknown.length > 0) throw new Error(`no codicon is named ${unknown.join(", ")}`);
  const font = cutFont(readFileSync(path.join(source, "codicon.ttf")), [...new Set(codes.values())]);
  return { css: lines.join("\n"), font };
}

/**
 * Hands our style sheet that of the icons: each file of a page is asked for by way of VS Code's own page, which takes its time.
 * @type {import("esbuild").Plugin}
 */
export const iconStyles = {
  name: "icon-styles",
  setup(build) {
    build.onResolve({ filter: /^codicon\.css$/ }, ({ path: wanted }) => ({ path: wanted, namespace: "icons" }));
    build.onResolve({ filter: /codicon\.ttf/ }, ({ path: wanted }) => ({ path: wanted, external: true }));
    build.onLoad({ filter: /.*/, namespace: "icons" }, () => ({ contents: icons().css, loader: "css" }));
  },
};
