// Builds dist/ for the extension host and the webview; `--watch` does so again after every change.
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as esbuild from "esbuild";
import { host, watch, webview } from "./esbuild.options.mjs";
import { iconFiles } from "./esbuild.icons.mjs";

const root = import.meta.dirname;

async function writeIcons() {
  await mkdir(path.join(root, "dist/webview"), { recursive: true });
  for (const [name, content] of iconFiles()) await writeFile(path.join(root, "dist/webview", name), content);
}

await rm(path.join(root, "dist"), { recursive: true, force: true });
await writeIcons();
if (watch) {
  for (const options of [host, webview]) await (await esbuild.context(options)).watch();
} else {
  for (const [name, options] of Object.entries({ host, webview })) {
    const { metafile } = await esbuild.build(options);
    await mkdir(path.join(root, ".cache/meta"), { recursive: true });
    await writeFile(path.join(root, `.cache/meta/${name}.json`), JSON.stringify(metafile));
  }
}
