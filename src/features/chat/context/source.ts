import type * as vscode from "vscode";
import type { Connections, Problems } from "../../../core/services.ts";
import type { Log } from "../../../host/log.ts";
import type { TerminalRecorder } from "../../../host/terminal.ts";
import type { DraftItem } from "./draftItem.ts";
import type { FileIndex } from "./fileIndex.ts";

/** Something that can be attached, as a list shows it. */
export interface Offer {
  /** Name of a codicon. */
  readonly icon: string;
  readonly label: string;
  readonly detail?: string;
  /** Reads it. Empty when the user gave up or there is nothing; who needs to know why has then been told. */
  read(): Promise<readonly DraftItem[]>;
}

/** A kind of context, as the paper clip and "@" list it. */
export interface Source extends Offer {
  /** Whether there is something of this kind now; it is not listed otherwise. */
  isThere(): boolean;
  /** What is put behind "@" to list its things there, e.g. `symbol:`. Absent where `read` needs no more words. */
  readonly prefix?: string;
  /** Those of its things that fit the words behind `prefix`, best first. */
  readonly find?: (words: string, signal: AbortSignal) => Promise<readonly Offer[]>;
}

export interface SourceDeps {
  readonly connections: Connections;
  readonly problems: Problems;
  readonly log: Log;
  readonly index: FileIndex;
  readonly terminals: TerminalRecorder;
  /** Takes a picture, which is no text, to the pictures of the same message. */
  attachPicture(uri: vscode.Uri): Promise<void>;
  /** Lets the user choose pictures for the same message. */
  pickPictures(this: void): Promise<void>;
}
