// Builds dist/ for the extension host and the webview; `--watch` does so again after every change.
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as esbuild from "esbuild";
import { host, watch, webview } from "./esbuild.options.mjs";
import { icons } from "./esbuild.icons.mjs";

const root = import.meta.dirname;

await rm(path.join(root, "dist"), { recursive: true, force: true });
await mkdir(path.join(root, "dist/webview"), { recursive: true });
await writeFile(path.join(root, "dist/webview/codicon.ttf"), icons().font);
if (watch) {
  for (const options of [withImports(host, []), webview]) await (await esbuild.context(options)).watch();
} else {
  const page = await build("webview", webview);
  await build("host", withImports(host, importsOf(page.outputs, "dist/webview/main.js")));
}

async function build(name, options) {
  const { metafile } = await esbuild.build(options);
  await mkdir(path.join(root, ".cache/meta"), { recursive: true });
  await writeFile(path.join(root, `.cache/meta/${name}.json`), JSON.stringify(metafile));
  return metafile;
}

/** All that this file imports at once, and what that imports. */
function importsOf(outputs, file, found = new Set()) {
  for (const { path: imported, kind } of outputs[file].imports) {
    if (kind !== "import-statement" || found.has(imported)) continue;
    found.add(imported);
    importsOf(outputs, imported, found);
  }
  return [...found];
}

/** Tells the host what the page's script imports, relative to its folder. */
function withImports(options, files) {
  const names = files.map((file) => path.posix.relative("dist/webview", file));
  return { ...options, define: { webviewImports: JSON.stringify(names) } };
}
