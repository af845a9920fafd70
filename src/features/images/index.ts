import type * as vscode from "vscode";
import { commands } from "../../contributions.ts";
import type { Connections, Problems } from "../../core/services.ts";
import { registerCommand } from "../../host/commands.ts";
import type { Log } from "../../host/log.ts";

/** Remembers choices between sessions; `context.globalState` fits behind it. */
export interface Memory {
  get(key: string): unknown;
  set(key: string, value: string): unknown;
}

/** What was typed and not yet turned into a picture, kept while the window lives. */
export interface Draft {
  prompt: string;
}

export interface ImagesDeps {
  readonly connections: Connections;
  readonly problems: Problems;
  readonly log: Log;
  readonly memory: Memory;
}

/** "GLM: Generate Image…": a prompt becomes a picture in the project. */
export function registerImages(deps: ImagesDeps): vscode.Disposable {
  const draft: Draft = { prompt: "" };
  return registerCommand(commands.generateImage, async () => {
    const { runImages } = await import("./run.ts");
    await runImages(deps, draft);
  });
}
