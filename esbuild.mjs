// Builds dist/ for the extension host and the webview; `--watch` does so again after every change.
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import * as esbuild from "esbuild";
import { host, watch, webview } from "./esbuild.options.mjs";

const root = import.meta.dirname;
const require = createRequire(import.meta.url);

async function copyIcons() {
  const codicons = path.dirname(require.resolve("@vscode/codicons/dist/codicon.css"));
  await mkdir(path.join(root, "dist/webview"), { recursive: true });
  for (const name of ["codicon.css", "codicon.ttf"]) {
    await copyFile(path.join(codicons, name), path.join(root, "dist/webview", name));
  }
}

await rm(path.join(root, "dist"), { recursive: true, force: true });
await copyIcons();
if (watch) {
  for (const options of [host, webview]) await (await esbuild.context(options)).watch();
} else {
  for (const [name, options] of Object.entries({ host, webview })) {
    const { metafile } = await esbuild.build(options);
    await mkdir(path.join(root, ".cache/meta"), { recursive: true });
    await writeFile(path.join(root, `.cache/meta/${name}.json`), JSON.stringify(metafile));
  }
}
