import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { StoredPicture } from "../../../../src/core/conversation.ts";
import { exportChat } from "../../../../src/features/chat/exportChat.ts";
import type { Chat } from "../../../../src/features/chat/open.ts";
import { png } from "../../core/filesSamples.ts";
import { storeIn } from "./openSession.ts";

/** A file system in memory: contents by path. */
const disk = vi.hoisted(() => new Map<string, Uint8Array>());

vi.mock("vscode", () => {
  class FileSystemError extends Error {
    readonly code = "FileNotFound";
  }
  interface Uri {
    readonly path: string;
  }
  return {
    FileSystemError,
    Uri: { joinPath: (base: Uri, ...parts: string[]) => ({ path: path.posix.join(base.path, ...parts) }) },
    l10n: { t: (words: string) => words },
    window: {
      showQuickPick: async ([first]: unknown[]) => first,
      showSaveDialog: async () => ({ path: "/docs/Boats.md" }),
      showInformationMessage: async () => undefined,
    },
    workspace: {
      workspaceFolders: [{ uri: { path: "/docs" } }],
      fs: {
        createDirectory: async () => undefined,
        delete: async (uri: Uri) => void disk.delete(uri.path),
        readDirectory: async ({ path: folder }: Uri) =>
          [...disk.keys()].filter((name) => path.dirname(name) === folder).map((name) => [path.basename(name), 1]),
        readFile: async (uri: Uri) => disk.get(uri.path) ?? Promise.reject(new FileSystemError()),
        rename: async (from: Uri, to: Uri) => {
          disk.set(to.path, disk.get(from.path) ?? new Uint8Array());
          disk.delete(from.path);
        },
        writeFile: async (uri: Uri, bytes: Uint8Array) => void disk.set(uri.path, bytes),
      },
    },
  };
});

let folder = "";
beforeEach(async () => {
  disk.clear();
  folder = await mkdtemp(path.join(tmpdir(), "glm-export-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

it("puts pictures beside the Markdown, replaces none that is there, and leaves the same one alone", async () => {
  const store = storeIn(folder);
  const { conversation } = store.startNew();
  const pictures = ["a", "b"].map((id): StoredPicture => ({ id, name: `${id}.png`, mime: "image/png" }));
  for (const [index, { id }] of pictures.entries()) {
    await store.writePicture(conversation.id, id, Uint8Array.from([...png(), index]));
  }
  conversation.turns.push({ role: "user", id: "q", at: 1, text: "", attachments: [], pictures });
  const chat = {
    views: { active: { session: async () => ({ isEmpty: false, title: "Boats" }) } },
    sessions: { conversation: () => conversation, store },
    modelLabel: (id: string) => id,
  } as unknown as Chat;

  const mine = Uint8Array.of(1, 2, 3);
  disk.set("/docs/Boats.files/1.png", mine);
  for (let time = 1; time <= 2; time++) {
    await exportChat(chat);
    expect(disk.get("/docs/Boats.files/1.png")).toBe(mine);
    const text = new TextDecoder().decode(disk.get("/docs/Boats.md"));
    const links = [...text.matchAll(/\]\(<([^>]*)>\)/g)].map(([, link]) => link ?? "");
    expect(links.map((link) => [...(disk.get(`/docs/${link}`) ?? [])].at(-1))).toEqual([0, 1]);
  }
  expect([...disk.keys()].filter((name) => name.endsWith("/2.png"))).toHaveLength(1);
});
