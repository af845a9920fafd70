import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Attachment } from "../../../../../src/core/services.ts";
import { attachmentOf } from "../../../../../src/features/chat/context/draftItem.ts";
import { agreedTo, completed, mayBeSent } from "../../../../../src/features/chat/context/secretQuestion.ts";
import { resetUser, user } from "../../../../fakes/scriptedUser.ts";

vi.mock("vscode", async () => (await import("../../../../fakes/scriptedUser.ts")).vscodeForUser);

beforeEach(resetUser);

/** Lines of a file, as Explain and Fix hand them over. */
const lines: Attachment = {
  id: "1",
  kind: "selection",
  label: ".env:3–4",
  detail: "config/.env:3–4",
  language: "dotenv",
  text: "DB_PASSWORD=correct horse",
};
const patch = attachmentOf({
  kind: "diff",
  label: "Staged changes",
  detail: "Staged changes · 1 file",
  language: "diff",
  text: "diff --git a/config/.env b/config/.env\n--- a/config/.env\n+++ b/config/.env\n@@ -0,0 +1 @@\n+DB_PASSWORD=correct horse\n",
});

describe("a file that is known to hold secrets by its name", () => {
  it.each([
    ["lines of it", completed(lines), ".env:3–4 may hold a secret. Send it to the model?"],
    ["a patch of it", patch, "Staged changes may hold a secret. Send it to the model?"],
  ])("is asked about before %s are sent with a question", async (_, attachment, question) => {
    const other = attachmentOf({ ...lines, kind: "terminal", text: "ls" });
    expect(await agreedTo([attachment, other])).toBeUndefined();
    expect(user.shown.map(({ text }) => text)).toEqual([question]);
    user.answer = () => "Remove and send";
    expect(await agreedTo([attachment, other])).toEqual([other]);
    user.answer = () => "Send anyway";
    expect(await agreedTo([attachment, other])).toEqual([attachment, other]);
  });

  it("is named in the question about a patch", async () => {
    await agreedTo([patch]);
    expect(user.shown[0]?.detail).toContain("config/.env usually holds passwords or keys.");
  });

  it("is asked about before lines of it are sent for a fix, which needs all of them", async () => {
    expect(await mayBeSent(lines)).toBe(false);
    expect(user.shown[0]?.choices).toEqual(["Send anyway"]);
    user.answer = () => "Send anyway";
    expect(await mayBeSent(lines)).toBe(true);
    user.shown.length = 0;
    expect(await mayBeSent({ ...lines, detail: "src/a.ts:3–4" })).toBe(true);
    expect(user.shown).toEqual([]);
  });
});
