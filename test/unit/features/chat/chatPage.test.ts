import { expect, it, vi } from "vitest";
import type * as vscode from "vscode";
import { loadChatPage } from "../../../../src/features/chat/chatPage.ts";

vi.mock("vscode", () => ({
  l10n: { t: (words: string) => words },
  env: { language: "en" },
  Uri: { joinPath: (...parts: string[]) => parts.join("/") },
}));

it("is loaded at once, and what it says before anybody listens is kept in order", () => {
  const receivers: ((message: unknown) => void)[] = [];
  const webview = {
    options: {},
    html: "",
    cspSource: "self",
    asWebviewUri: (uri: string) => uri,
    onDidReceiveMessage: (receive: (message: unknown) => void) => receivers.push(receive),
  };
  const page = loadChatPage(webview as unknown as vscode.Webview, "ours" as unknown as vscode.Uri);
  expect(webview.html).toContain("ours/dist/webview/main.js");
  expect(webview.options).toEqual({ enableScripts: true, localResourceRoots: ["ours/dist/webview"] });
  const say = (message: string) => receivers.forEach((receive) => receive(message));
  say("ready");
  say("second");
  const heard: unknown[] = [];
  page.listen((message) => heard.push(message));
  expect(heard).toEqual(["ready", "second"]);
  say("third");
  expect(heard).toEqual(["ready", "second", "third"]);
});
