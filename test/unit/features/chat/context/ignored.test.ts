import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FileIndex } from "../../../../../src/features/chat/context/fileIndex.ts";
import { folderItems } from "../../../../../src/features/chat/context/folder.ts";
import { allowedPatch } from "../../../../../src/features/chat/context/gitText.ts";
import { ignoredBy, isRefused } from "../../../../../src/features/chat/context/ignored.ts";
import type { GitRepository } from "../../../../../src/host/git.ts";
import { disk, DiskUri } from "../../../../fakes/diskWorkspace.ts";
import { resetUser, user } from "../../../../fakes/scriptedUser.ts";

vi.mock("vscode", async () => (await import("../../../../fakes/diskWorkspace.ts")).vscodeOnDisk);

let root = "";
beforeEach(async () => {
  resetUser();
  root = await realpath(await mkdtemp(join(tmpdir(), "glm-ignored-")));
  open("w");
});
afterEach(() => rm(root, { recursive: true, force: true }));

function open(...folders: string[]): void {
  disk.folders = folders.map((folder) => join(root, folder));
}

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
}

/** @param target From the folder in which the link lies. */
const link = (name: string, target: string) => symlink(target, join(root, name));
const uriOf = (name: string) => vscode.Uri.file(join(root, name));
const asked = (name: string) => ignoredBy(uriOf(name));
/** Labels and texts of what attaching a folder with all of its files comes to. */
const attached = async (name: string) =>
  (await folderItems(uriOf(name))).map(({ attachment: { label, text } }) => [label, text]);

/** A document that is not one of the disk. */
const shownBy = (scheme: string, path: string): vscode.Uri =>
  new DiskUri({ scheme, authority: "", path }) as unknown as vscode.Uri;

const part = (name: string) =>
  `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -0,0 +1 @@\n+${name}\n`;

describe("what .glmignore names", () => {
  it("is named also in a folder that git ignores, and behind a link that git ignores", async () => {
    await write({
      "w/.gitignore": "build/\n*.lnk\n",
      "w/.glmignore": "*.env\n",
      "w/build/prod.env": "A=1",
      "w/build/a.js": "1",
    });
    await link("w/settings.lnk", "build/prod.env");
    expect(await asked("w/build/prod.env")).toBe("glm");
    expect(await asked("w/settings.lnk")).toBe("glm");
    expect(await asked("w/build/a.js")).toBe("git");
    expect(await asked("w/src/a.ts")).toBeUndefined();
  });

  it("is not attached with a folder that is a link to where it lies", async () => {
    await write({ "w/.glmignore": "secrets/*.key\n", "w/secrets/x.key": "hidden", "w/secrets/readme.md": "shown" });
    await link("w/docs", "secrets");
    expect(await asked("w/docs/x.key")).toBe("glm");
    expect(await attached("w/docs")).toEqual([
      ["docs/", "docs/\n  readme.md"],
      ["readme.md", "shown"],
    ]);
  });

  it("is named by both spellings where the open folder is a link", async () => {
    await write({
      ".glmignore": "real/top.key\n",
      "real/.glmignore": "inner.key\n",
      "real/inner.key": "",
      "real/top.key": "",
    });
    await link("w", "real");
    await write({ "real/open.md": "shown" });
    expect(await asked("w/inner.key")).toBe("glm");
    expect(await asked("real/inner.key")).toBe("glm");
    expect(await asked("w/top.key")).toBe("glm");
    expect((await attached("w")).map(([label]) => label)).toEqual(["w/", ".glmignore", "open.md"]);
  });

  it("is named by the outer of nested folders, and by one that is not open", async () => {
    await write({
      "w/.gitignore": "*.log\n",
      "w/.glmignore": "pkg/keys/\n*.pem\n",
      "w/pkg/keys/a.txt": "hidden",
      "w/pkg/b.pem": "hidden",
      "w/pkg/c.log": "from git",
      "w/pkg/d.ts": "shown",
    });
    for (const folders of [["w", "w/pkg"], ["w/pkg"]]) {
      open(...folders);
      expect(await asked("w/pkg/keys/a.txt")).toBe("glm");
      expect(await asked("w/pkg/b.pem")).toBe("glm");
      expect(await asked("w/pkg/d.ts")).toBeUndefined();
      // The rules of git are only a hint, and end where the open folders do.
      expect(await asked("w/pkg/c.log")).toBe(folders.length > 1 ? "git" : undefined);
    }
    const index = new FileIndex();
    expect((await index.files()).map(({ name }) => name)).toEqual(["c.log", "d.ts"]);
    index.dispose();
    expect((await attached("w/pkg")).map(([label]) => label)).toEqual(["pkg/", "c.log", "d.ts"]);
  });

  it("is named as well where it is shown as git had it, and in what has no folder there is nothing to name", async () => {
    await write({ "w/.glmignore": "*.key\n", "w/a.key": "1" });
    const { path } = uriOf("w/a.key");
    expect(await isRefused(shownBy("git", path))).toBe(true);
    expect(user.shown.map(({ text }) => text)).toEqual(["a.key is named by .glmignore, so it is never attached."]);
    expect(await isRefused(shownBy("untitled", "Untitled-1.key"))).toBe(false);
    expect(await isRefused(shownBy("output", ""))).toBe(false);
  });

  it("is in no patch, whichever part of the repository is open", async () => {
    await write({ "w/.glmignore": "private/\n", "w/private/a.md": "", "w/pkg/b.ts": "" });
    const patch = part("private/a.md") + part("pkg/b.ts");
    await link("elsewhere", "w");
    for (const [folder, repository] of [
      ["w", "w"],
      ["w/pkg", "w"],
      ["elsewhere", "elsewhere"],
    ] as const) {
      open(folder);
      const text = await allowedPatch({ root: uriOf(repository) } as GitRepository, patch);
      expect(text).toBe(`${part("pkg/b.ts")}# 1 files are left out by .glmignore\n`);
    }
  });
});
