// Builds dist/: the extension host's bundle (CommonJS) and the webview's (ES modules). Both are split, so that what is
// only needed after a click is only read after a click.
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import * as esbuild from "esbuild";

const root = import.meta.dirname;
const watch = process.argv.includes("--watch");
const require = createRequire(import.meta.url);

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  splitting: true,
  format: "esm",
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  legalComments: "none",
  metafile: true,
  logLevel: watch ? "info" : "warning",
  chunkNames: "chunks/[name]-[hash]",
};

/**
 * esbuild splits ES modules only, and VS Code wants CommonJS: each split file is rewritten by itself, imports of chunks
 * become `require`, which reads them on first use.
 * @type {esbuild.Plugin}
 */
const splitCommonJs = {
  name: "split-commonjs",
  setup(build) {
    build.onEnd(async (result) => {
      for (const file of result.outputFiles ?? []) {
        const { code } = await esbuild.transform(file.text, {
          format: "cjs",
          platform: "node",
          target: "node22",
          minify: !watch,
          sourcemap: false,
          supported: { "dynamic-import": false },
        });
        await mkdir(path.dirname(file.path), { recursive: true });
        await writeFile(file.path, code);
      }
    });
  },
};

/** @type {esbuild.BuildOptions} */
const host = {
  ...common,
  entryPoints: { extension: "src/extension.ts" },
  outdir: "dist",
  platform: "node",
  target: "node22",
  external: ["vscode"],
  write: false,
  sourcemap: false,
  plugins: [splitCommonJs],
};

/** @type {esbuild.BuildOptions} */
const webview = {
  ...common,
  entryPoints: { main: "src/webview/chat/main.ts", styles: "src/webview/chat/styles.css" },
  outdir: "dist/webview",
  platform: "browser",
  target: "es2024",
  external: ["*.ttf"],
};

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
