import type * as vscode from "vscode";
import type { CodeReviews, Connections, Ocr, Problems } from "../../core/services.ts";
import type { Log } from "../../host/log.ts";
import type { TerminalRecorder } from "../../host/terminal.ts";
import type { FileIndex } from "./context/fileIndex.ts";

/** What the chat is made of; the composition root hands it in. */
export interface ChatDeps {
  readonly connections: Connections;
  readonly problems: Problems;
  readonly ocr: Ocr;
  readonly log: Log;
  readonly reviews: CodeReviews;
  readonly extensionUri: vscode.Uri;
  /** Where the conversations of all workspaces are kept, as a path on the extension's own disk. */
  readonly folder: string;
  /** Where this workspace notes which one is in use; version 1 kept its conversations there. */
  readonly workspaceFolder: string;
  /** Where the user's prompt files for all workspaces are kept, likewise. */
  readonly promptFolder: string;
}

/** What all views of the chat share. */
export interface PanelDeps extends ChatDeps {
  readonly index: FileIndex;
  readonly terminals: TerminalRecorder;
}
