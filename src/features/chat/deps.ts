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
  /** What this workspace remembers between sessions. */
  readonly memory: Memory;
  /** Lets the user choose a model for one answer; the id, undefined when they left. The setting stays as it is. */
  pickModel(this: void): Promise<string | undefined>;
}

/** Under it the memory holds what the chat's tabs show. */
export const chatTabsKey = "chat.tabs";
/** Under it the memory holds the id of the conversation of the side bar. */
export const currentKey = "chat.current";

export interface Memory {
  get(key: string): unknown;
  /** Undefined forgets. */
  set(key: string, value: unknown): PromiseLike<void>;
}

/** What all views of the chat share. */
export interface PanelDeps extends ChatDeps {
  readonly index: FileIndex;
  readonly terminals: TerminalRecorder;
}
