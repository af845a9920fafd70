import type { ChatRequest, FinishReason } from "../api/chat/chatTypes.ts";
import type { Catalog, ModelTask } from "../api/models/catalog.ts";
import type { Client, RequestOptions } from "../api/client.ts";
import type { Capability, Endpoint, PlatformId } from "../api/platforms.ts";
import type { AttachmentKind } from "../protocol/turns.ts";
import type { AnswerNote } from "./answerNotes.ts";
import type { OcrType } from "./filesOcr.ts";

/**
 * What features need of each other, as interfaces. The composition root hands the real things in, so no feature imports
 * another one.
 */

/** Translates an English sentence and fills `{0}`, `{1}` … */
export type Translate = (message: string, ...values: (string | number)[]) => string;

/** What the user decided about answers, ready to be spread into a request. Nothing in it = the model's own defaults. */
export type Tuning = Pick<ChatRequest, "effort" | "maxTokens" | "temperature" | "topP">;

export interface Connection {
  readonly client: Client;
  readonly catalog: Catalog;
  readonly tuning: Tuning;
  /**
   * Model that the user chose for the task, else the platform's default, else of a custom server the chat model: that one
   * is the first that the server lists. For pictures it is the first that is known to see, if there is one.
   * @throws ApiError when the server has to be asked and does not answer, or lists none.
   */
  modelFor(task: ModelTask, options?: RequestOptions): Promise<string>;
}

export interface Connections {
  /** Where requests go now. Undefined while a custom server has no valid address. */
  endpoint(): Endpoint | undefined;
  /** What is known of models: the built-in facts and the user's own. */
  catalog(): Promise<Catalog>;
  /** Name of a platform, by default of that in force, in the user's language. */
  platformName(this: void, platform?: PlatformId): string;
  /** What the user has to supply before a request can be sent: a key or an address. Undefined when nothing is missing. */
  missing(): Promise<Problem | undefined>;
  /**
   * A connection for what the user is about to do. Asks for what is missing (key, address, consent to bill the balance)
   * and carries on; undefined when the user declined, who has then already been told why. `reason`: why nothing else will do,
   * to be said before the question about the balance.
   */
  open(capability: Capability, reason?: string): Promise<Connection | undefined>;
  /** Whether address and key are there. */
  isReady(): Promise<boolean>;
  /** Who answers at an endpoint where another model was asked, as far as this window knows; ids as sent. */
  servedBy(endpoint: Endpoint): ReadonlyMap<string, string>;
  /** A connection when address and key are there, else undefined. Asks nobody anything and says nothing. */
  ready(): Promise<Connection | undefined>;
  onDidChange(listener: () => void): { dispose(): void };
}

/** What a button under an error does. Labels and effects live in one place. */
export type ProblemAction =
  | "set-key"
  | "get-key"
  | "check-key"
  | "choose-platform"
  | "use-coding-plan"
  | "recharge"
  | "renew"
  | "choose-model"
  /** As `choose-model`, under a line that says which model did part of the work. */
  | "change-model"
  /** Puts the message of the last answer into Source Control. */
  | "use-commit-message"
  | "network-settings"
  | "limits"
  | "diagnose"
  | "set-up-server"
  | "custom-settings"
  | "open-console"
  | "contact"
  | "open-status"
  | "show-usage"
  | "update-extension"
  | "new-chat"
  | "show-log"
  | "retry"
  | "retry-less-thinking";

/** What only the owner of an answer can do. */
export type RetryAction = "retry" | "retry-less-thinking";

export interface Problem {
  /** What happened, why, and what to do: one or two sentences in the user's language. */
  readonly text: string;
  /** Code, service message and request id as plain text. Text from outside. */
  readonly details: string;
  readonly actions: readonly ProblemAction[];
}

export interface Problems {
  /**
   * Words for an error. Undefined for a cancellation, which needs none. `sentTo` is where the request went when that may
   * not be the endpoint in force: a plan's OCR and images are billed elsewhere.
   */
  describe(error: unknown, sentTo?: Endpoint): Problem | undefined;
  /**
   * Words for an answer that ended, but not as one would wish. Undefined for a plain end. `canThinkLess`: the caller can try
   * again with less thinking.
   */
  describeEnding(reason: FinishReason, hasText: boolean, canThinkLess?: boolean): Problem | undefined;
  /** Adds what came beside the text to the words for the ending, if there are any. */
  describeNotes(notes: readonly AnswerNote[], ending: Problem | undefined): Problem | undefined;
  actionLabel(action: ProblemAction): string;
  /**
   * Does what the button says; trying again is the caller's own business. `set-key` resolves with true when there is then a key
   * with something to pay with.
   */
  run(action: Exclude<ProblemAction, RetryAction>): Promise<unknown>;
  /** Shows an error as a notification with its buttons; "retry" is offered when the caller can. */
  show(error: unknown, retry?: () => unknown, sentTo?: Endpoint): Promise<void>;
}

/** A piece of context that goes with a question, shown as a chip before it is sent. */
export interface Attachment {
  readonly id: string;
  readonly kind: AttachmentKind;
  /** e.g. `sse.ts:40–71`. */
  readonly label: string;
  /** Workspace-relative path with lines. */
  readonly detail: string;
  /** VS Code language id, for the code fence. */
  readonly language: string;
  readonly text: string;
  /** About how many tokens the text has; counted once, when it is made. */
  readonly tokens?: number | undefined;
  /** Address of the repository whose changes these are. It is kept with the conversation, but never leaves this machine. */
  readonly repository?: string | undefined;
  /** Why the user should look twice before sending it, in the user's language. Not kept with the conversation. */
  readonly warning?: string | undefined;
}

/** Lines of a file in another version, for the user to look at and accept or reject. */
export interface CodeProposal {
  /** URI of the document. */
  readonly document: string;
  /** All lines of the document when the place was found. */
  readonly before: readonly string[];
  readonly lines: { readonly start: number; readonly end: number };
  readonly replacement: readonly string[];
  /** Proposes anew after the document has changed. */
  again(): Promise<void>;
}

export interface CodeReviews {
  /** Opens a diff with Accept and Reject. Writes nothing by itself. */
  propose(proposal: CodeProposal): Promise<void>;
}

export interface ChatEntry {
  /** Opens the panel, attaches the context and asks the question at once. */
  ask(question: string, attachments: readonly Attachment[]): Promise<void>;
}

/** What users keep from models: some files by their own rules, and what seems to hold a secret until they agree. */
export interface KeptFiles {
  /** Whether the file at this address is kept from every model; the user has then been told. */
  refuse(address: string): Promise<boolean>;
  /** Asks the user when a secret seems to be in what is about to be sent. False when the answer is no. */
  mayBeSent(context: Attachment): Promise<boolean>;
}

export interface FileToRead {
  readonly bytes: Uint8Array;
  /** What the bytes are, whatever the name says. */
  readonly type: OcrType;
}

export interface NamedFile extends FileToRead {
  readonly name: string;
}

/** The Markdown of a file and the id of the model that read it, or a sentence that says why this way cannot have it. */
export type Reading = { readonly markdown: string; readonly model: string } | { readonly problem: string };

/** One way to get the text of files. */
export interface TextReader {
  readonly endpoint: Endpoint;
  /** `name` is for sentences. Throws ApiError. */
  read(file: FileToRead, name: string, options: RequestOptions): Promise<Reading>;
}

/** Reading the text of pictures and PDFs, for features that want the text themselves. */
export interface Ocr {
  /** Lets the user choose files; says what is wrong with those that cannot be read. Empty when nothing is left. */
  pick(): Promise<readonly NamedFile[]>;
  /** Undefined when the user declined, or has been told why there is no way. */
  open(picturesOnly: boolean): Promise<TextReader | undefined>;
}
