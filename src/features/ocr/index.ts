import type * as vscode from "vscode";
import { commands } from "../../contributions.ts";
import type { Connections, Problems } from "../../core/services.ts";
import { registerCommand } from "../../host/commands.ts";
import type { Log } from "../../host/log.ts";

export interface OcrDeps {
  readonly connections: Connections;
  readonly problems: Problems;
  readonly log: Log;
}

/** "GLM: OCR Image or PDF…": files become a Markdown document. */
export function registerOcr(deps: OcrDeps): vscode.Disposable {
  return registerCommand(commands.ocr, async (...args) => {
    const { runOcr } = await import("./run.ts");
    await runOcr(deps, args);
  });
}
