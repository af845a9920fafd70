import { beforeEach, expect, it, vi } from "vitest";
import type * as vscode from "vscode";
import type { UsageDeps } from "../../../../src/features/usage/index.ts";
import type { Monitor } from "../../../../src/features/usage/monitor.ts";
import { createUsageDocument } from "../../../../src/features/usage/usageDocument.ts";
import { Disposables } from "../../../../src/host/disposables.ts";

const { executed } = vi.hoisted(() => ({ executed: [] as string[] }));

vi.mock("vscode", () => ({
  Uri: { from: ({ path }: { path: string }) => path },
  commands: { executeCommand: async (command: string) => void executed.push(command) },
  env: { language: "en" },
  l10n: { t: (message: string) => message },
  workspace: { textDocuments: [{ uri: "/GLM usage.md" }] },
}));

beforeEach(() => executed.splice(0));

it("opens at once, however long the service takes, and is drawn again with the news", async () => {
  const news = Promise.withResolvers<void>();
  const monitor = { askNow: () => news.promise, onDidChange: () => ({ dispose() {} }) };
  const changed: unknown[] = [];
  const emitter = { fire: (uri: unknown) => changed.push(uri) };
  const document = createUsageDocument(
    {} as UsageDeps,
    monitor as unknown as Monitor,
    emitter as unknown as vscode.EventEmitter<vscode.Uri>,
    new Disposables(),
  );
  await document.show();
  expect(executed).toEqual(["markdown.showPreview"]);
  expect(changed).toEqual([]);
  news.resolve();
  await expect.poll(() => changed).toEqual(["/GLM usage.md"]);
});
