import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import type * as vscode from "vscode";
import { loadChatPage } from "../../../../src/features/chat/chatPage.ts";

interface Place {
  readonly fsPath: string;
}

vi.mock("vscode", () => ({
  l10n: { t: (words: string) => `translated ${words}` },
  env: { language: "en" },
  Uri: {
    joinPath: ({ fsPath }: Place, ...parts: string[]) => ({ fsPath: [fsPath, ...parts].filter(Boolean).join("/") }),
  },
}));

it("is loaded at once, and what it says before anybody listens is kept in order", () => {
  const ours: Place = { fsPath: mkdtempSync(join(tmpdir(), "page-")) };
  onTestFinished(() => rmSync(ours.fsPath, { recursive: true }));
  const folder = `${ours.fsPath}/dist/webview`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/styles.css`, "@font-face{src:url(./codicon.ttf?1)}");
  const receivers: ((message: unknown) => void)[] = [];
  const webview = {
    options: {},
    html: "",
    cspSource: "self",
    asWebviewUri: ({ fsPath }: Place) => `files:${fsPath}`,
    onDidReceiveMessage: (receive: (message: unknown) => void) => receivers.push(receive),
  };
  const page = loadChatPage(webview as unknown as vscode.Webview, ours as unknown as vscode.Uri);
  expect(webview.html).toContain(`files:${folder}/main.js`);
  expect(webview.html).toContain(`url(files:${folder}/codicon.ttf?1)`);
  expect(webview.html).toContain('placeholder="translated Ask about your code…"');
  expect(webview.options).toEqual({ enableScripts: true, localResourceRoots: [{ fsPath: folder }] });
  const say = (message: string) => receivers.forEach((receive) => receive(message));
  say("ready");
  say("second");
  const heard: unknown[] = [];
  page.listen((message) => heard.push(message));
  expect(heard).toEqual(["ready", "second"]);
  say("third");
  expect(heard).toEqual(["ready", "second", "third"]);
});
