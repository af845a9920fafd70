import type * as vscode from "vscode";
import { commands } from "../../contributions.ts";
import type { Connections, Ocr, Problems } from "../../core/services.ts";
import { registerCommand } from "../../host/commands.ts";
import type { Log } from "../../host/log.ts";

export interface OcrDeps {
  readonly connections: Connections;
  readonly problems: Problems;
  readonly log: Log;
}

/** "GLM: OCR Image or PDF…": files become a Markdown document. `ocr` is for whoever wants the text itself. */
export function registerOcr(deps: OcrDeps): vscode.Disposable & { readonly ocr: Ocr } {
  const command = registerCommand(commands.ocr, async (...args) => {
    const { runOcr } = await import("./run.ts");
    await runOcr(deps, args);
  });
  return {
    ocr: {
      pick: async () => (await import("./pick.ts")).pickToRead(deps.log),
      open: async (picturesOnly) => (await import("./reader.ts")).openReader(deps, picturesOnly),
    },
    dispose: () => command.dispose(),
  };
}
