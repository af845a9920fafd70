import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheDir, projectRoot } from "../harness/paths.ts";
import { runOrThrow } from "../harness/process.ts";

/** Id of an extension whose only view holds a text field and nothing else, and the command that shows it. */
export const emptyView = { extension: "glm-sidekick-bench.empty-view", show: "benchEmpty.focus" } as const;

const code = `const vscode = require("vscode");
exports.activate = (context) => {
  context.subscriptions.push(
    vscode.window.registerWebviewViewProvider("benchEmpty", {
      resolveWebviewView(view) {
        view.webview.html = "<!DOCTYPE html><html><body><textarea placeholder='empty'></textarea></body></html>";
      },
    }),
  );
};
`;

/** Packages it. Returns the .vsix, absolute. */
export async function packageEmptyView(): Promise<string> {
  const source = cacheDir("bench", "empty-view");
  const manifest = {
    name: "empty-view",
    publisher: "glm-sidekick-bench",
    version: "0.0.1",
    engines: { vscode: "^1.106.0" },
    main: "./extension.js",
    activationEvents: [],
    contributes: {
      viewsContainers: { activitybar: [{ id: "benchEmptyContainer", title: "Empty", icon: "icon.svg" }] },
      views: { benchEmptyContainer: [{ id: "benchEmpty", name: "Empty", type: "webview" }] },
    },
  };
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(source, "extension.js"), code);
  writeFileSync(join(source, "icon.svg"), '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24"/>');
  const file = join(cacheDir("bench"), "empty-view.vsix");
  const vsce = join(projectRoot, "node_modules", "@vscode", "vsce", "vsce");
  const flags = ["--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", file];
  await runOrThrow(process.execPath, [vsce, "package", ...flags], { cwd: source });
  return file;
}
