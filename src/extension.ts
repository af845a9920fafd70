import path from "node:path";
import * as vscode from "vscode";
import { redact } from "./api/http/redact.ts";
import { commands, walkthrough } from "./contributions.ts";
import { registerAccount } from "./features/account/index.ts";
import { registerChat } from "./features/chat/index.ts";
import { registerCodeActions } from "./features/codeActions/index.ts";
import { registerDiagnose } from "./features/diagnose/index.ts";
import { registerImages } from "./features/images/index.ts";
import { registerOcr } from "./features/ocr/index.ts";
import { registerUsage } from "./features/usage/index.ts";
import { openWalkthrough, registerCommand } from "./host/commands.ts";
import { createKeyStore } from "./host/keyStore.ts";
import { createLog } from "./host/log.ts";
import { tellSecretTrouble } from "./host/secretTrouble.ts";

let close: (() => Promise<void>) | undefined;

/** VS Code waits a few seconds for what this returns. */
export function deactivate(): Promise<void> | undefined {
  return close?.();
}

/** Builds everything in order. No logic lives here, and nothing runs that a click could wait for. */
export function activate(context: vscode.ExtensionContext): void {
  const { subscriptions, secrets, extension } = context;
  const log = createLog(redact);
  const keys = createKeyStore(secrets, tellSecretTrouble);
  const userAgent = `glm-sidekick/${String(extension.packageJSON.version)} vscode/${vscode.version}`;

  const memory = {
    get: (key: string): unknown => context.globalState.get(key),
    set: (key: string, value: unknown) => context.globalState.update(key, value),
  };
  const account = registerAccount({
    keys,
    log,
    userAgent,
    memory,
    queueFolder: path.join(context.globalStorageUri.fsPath, "queue"),
  });
  const { connections, problems } = account;
  const ocr = registerOcr({ connections, problems, log });
  const chat = registerChat({
    connections,
    problems,
    log,
    reviews: { propose: (proposal) => codeActions.propose(proposal) },
    ocr: ocr.ocr,
    extensionUri: context.extensionUri,
    folder: path.join(context.globalStorageUri.fsPath, "conversations"),
    workspaceFolder: path.join((context.storageUri ?? context.globalStorageUri).fsPath, "conversations"),
    promptFolder: path.join(context.globalStorageUri.fsPath, "prompts"),
    memory: {
      get: (key) => context.workspaceState.get(key),
      set: (key, value) => context.workspaceState.update(key, value),
    },
    pickModel: account.pickModel,
  });
  close = chat.close;
  const codeActions = registerCodeActions({ connections, problems, log, chat: chat.entry, kept: chat.kept });

  subscriptions.push(
    log,
    registerCommand(commands.showLog, () => log.show()),
    registerCommand(commands.openWalkthrough, () => openWalkthrough(`${extension.id}#${walkthrough}`)),
    account,
    chat,
    registerDiagnose({
      connections,
      problems,
      keys,
      version: String(extension.packageJSON.version),
      clientOver: (...way) => account.clientOver(...way),
      openOwnNetwork: () => account.openOwnNetwork(),
    }),
    registerUsage({
      connections,
      problems,
      keys,
      log,
      onUse: account.onUse,
      onChatShown: chat.onDidShow,
      folder: path.join(context.globalStorageUri.fsPath, "usage"),
    }),
    codeActions,
    ocr,
    registerImages({
      connections,
      problems,
      log,
      memory,
    }),
  );
}
