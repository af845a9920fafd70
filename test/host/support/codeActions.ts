import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as vscode from "vscode";
import type { ChatPart, ChatRequest } from "../../../src/api/chat/chatTypes.ts";
import { builtInCatalog } from "../../../src/api/models/catalog.ts";
import type { Client } from "../../../src/api/client.ts";
import { contextKeys } from "../../../src/contributions.ts";
import type { Attachment } from "../../../src/core/services.ts";
import { createController, type Controller } from "../../../src/features/codeActions/controller.ts";
import { proposalOf, registerProposalDocuments } from "../../../src/host/proposals.ts";

/** One request as the fake service saw it, and the hands that answer it. */
export interface Call {
  readonly request: ChatRequest;
  readonly signal: AbortSignal | undefined;
  text(delta: string): void;
  finish(reason?: "stop" | "length"): void;
  fail(error: Error): void;
}

export interface Asked {
  readonly question: string;
  readonly attachments: readonly Attachment[];
}

export interface Shown {
  readonly message: string;
  readonly detail: string | undefined;
  readonly buttons: readonly string[];
}

/** The feature with a fake service, chat and user. Everything that a test asserts on is recorded here. */
export class Bench {
  readonly calls: Call[] = [];
  readonly asked: Asked[] = [];
  /** What was looked at for secrets before it was sent. */
  readonly lookedAt: Attachment[] = [];
  /** Whether the user agrees to send it. */
  agrees = true;
  readonly errors: unknown[] = [];
  readonly shown: Shown[] = [];
  /** Label of the button that the fake user presses under the next message that has it. */
  press: string | undefined;
  /** Makes VS Code open diffs without ever saying so, as 1.106 does with one that is closed while it opens. */
  diffNeverOpens = false;
  /** True while Accept and Reject are offered in the editor's title. */
  ready: unknown;
  readonly folder: string;
  readonly controller: Controller;
  readonly #owned: vscode.Disposable[] = [];
  readonly #window: Record<string, unknown> = vscode.window;
  readonly #commands: { executeCommand: unknown } = vscode.commands;
  readonly #execute = vscode.commands.executeCommand;
  readonly #originals = new Map<string, unknown>();

  constructor() {
    const root = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    if (root === undefined) throw new Error("these tests need an open folder");
    this.folder = path.join(root, "code-actions-test");
    const documents = registerProposalDocuments();
    const client = { chat: (request: ChatRequest, options?: { signal?: AbortSignal }) => this.#chat(request, options) };
    this.controller = createController(
      {
        connections: {
          open: () =>
            Promise.resolve({
              client: client as unknown as Client,
              catalog: builtInCatalog,
              tuning: {},
              modelFor: () => Promise.resolve("glm-test"),
            }),
        },
        problems: {
          show: async (problem) => {
            this.errors.push(problem);
          },
        },
        kept: {
          refuse: () => Promise.resolve(false),
          mayBeSent: async (context) => {
            this.lookedAt.push(context);
            return this.agrees;
          },
        },
        chat: {
          ask: async (question, attachments) => {
            this.asked.push({ question, attachments });
          },
        },
        log: { warn: () => undefined },
      },
      documents,
    );
    this.#owned.push(documents, this.controller);
    this.#commands.executeCommand = (id: string, ...rest: unknown[]) => {
      if (id === "setContext" && rest[0] === contextKeys.fixReady) this.ready = rest[1];
      const done = this.#execute(id, ...rest);
      return id === "vscode.diff" && this.diffNeverOpens ? new Promise(() => undefined) : done;
    };
    for (const name of ["showInformationMessage", "showWarningMessage", "showErrorMessage"]) {
      this.#originals.set(name, this.#window[name]);
      this.#window[name] = (message: string, ...rest: unknown[]) => this.#message(message, rest);
    }
  }

  #message(message: string, rest: readonly unknown[]): Promise<string | undefined> {
    const [options] = rest;
    const detail =
      typeof options === "object" && options !== null && "detail" in options ? String(options.detail) : undefined;
    const buttons = rest.filter((item) => typeof item === "string");
    this.shown.push({ message, detail, buttons });
    const pressed = buttons.find((label) => label === this.press);
    if (pressed !== undefined) this.press = undefined;
    return Promise.resolve(pressed);
  }

  #chat(request: ChatRequest, options: { signal?: AbortSignal } = {}): AsyncIterable<ChatPart> {
    const parts: ChatPart[] = [{ type: "start", id: "1", model: "glm-real" }];
    let failure: Error | undefined;
    let ended = false;
    let wake: (() => void) | undefined;
    const push = (part: ChatPart) => {
      parts.push(part);
      wake?.();
    };
    options.signal?.addEventListener("abort", () => wake?.());
    this.calls.push({
      request,
      signal: options.signal,
      text: (text) => push({ type: "text-delta", text }),
      finish(reason = "stop") {
        ended = true;
        push({ type: "finish", reason });
      },
      fail(error) {
        failure = error;
        wake?.();
      },
    });
    return (async function* () {
      for (;;) {
        const part = parts.shift();
        if (part) yield part;
        else if (failure) throw failure;
        else if (options.signal?.aborted) throw new Error("cancelled");
        else if (ended) return;
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    })();
  }

  /** Writes a file into the open folder and shows it, with `lines` (0-based, both included) selected. */
  async file(name: string, text: string, lines?: readonly [number, number]): Promise<vscode.TextDocument> {
    const full = path.join(this.folder, name);
    await mkdir(path.dirname(full), { recursive: true });
    await writeFile(full, text);
    return this.open(vscode.Uri.file(full), lines);
  }

  async open(uri: vscode.Uri, lines?: readonly [number, number]): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document, { preview: false });
    const at = lines ?? [0, 0];
    editor.selection = lines
      ? new vscode.Selection(at[0], 0, at[1], document.lineAt(at[1]).text.length)
      : new vscode.Selection(0, 0, 0, 0);
    return document;
  }

  /** The call with this number, as soon as it was made. */
  async call(index = 0): Promise<Call> {
    await until(() => this.calls.length > index, `request ${index}`);
    const call = this.calls[index];
    if (!call) throw new Error("no such call");
    return call;
  }

  /** Asks for a fix of what is selected, answers it with `code` in a fence, and waits for the review. */
  async fixed(code: string): Promise<void> {
    const index = this.calls.length;
    const done = this.controller.fix([]);
    const call = await this.call(index);
    call.text(`\`\`\`\n${code}\n\`\`\``);
    call.finish();
    await done;
  }

  async dispose(): Promise<void> {
    this.#commands.executeCommand = this.#execute;
    for (const [name, original] of this.#originals) this.#window[name] = original;
    for (const item of this.#owned.toReversed()) item.dispose();
    for (let dirty = 0; dirty < 20 && vscode.window.tabGroups.all.some((group) => group.tabs.length > 0); dirty++) {
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    }
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await rm(this.folder, { recursive: true, force: true });
  }
}

export function diffTabs(): vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => proposalOf(tab));
}

/** Text of the right side of the only open diff. */
export function proposedText(): string | undefined {
  const uri = proposalOf(diffTabs()[0]);
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri?.toString())?.getText();
}

export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
