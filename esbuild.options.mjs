// What is bundled for the extension host (CommonJS) and for the webview (ES modules). Both are split, so that what is only
// needed after a click is only read after a click.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import * as esbuild from "esbuild";
import { iconStyles } from "./esbuild.icons.mjs";

export const watch = process.argv.includes("--watch");

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: import.meta.dirname,
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

/**
 * undici asks for its fetch to encode FormData, which we never hand it; that one line would bundle a second fetch.
 * @type {esbuild.Plugin}
 */
const withoutUndiciFetch = {
  name: "without-undici-fetch",
  setup(build) {
    const filter = /\/web\/fetch\/body\.js$/;
    build.onResolve({ filter }, ({ path: wanted }) => ({ path: wanted, namespace: "left-out" }));
    build.onLoad({ filter, namespace: "left-out" }, () => ({ contents: "module.exports = {};" }));
  },
};

/** @type {esbuild.BuildOptions} */
export const host = {
  ...common,
  entryPoints: { extension: "src/extension.ts" },
  outdir: "dist",
  platform: "node",
  target: "node22",
  // The CommonJS form of jsonc-parser hides its own files from a bundler.
  mainFields: ["module", "main"],
  external: ["vscode"],
  write: false,
  sourcemap: false,
  plugins: [withoutUndiciFetch, splitCommonJs],
};

/** @type {esbuild.BuildOptions} */
export const webview = {
  ...common,
  entryPoints: { main: "src/webview/chat/main.ts", styles: "src/webview/chat/styles.css" },
  outdir: "dist/webview",
  platform: "browser",
  target: "es2024",
  plugins: [iconStyles],
};
