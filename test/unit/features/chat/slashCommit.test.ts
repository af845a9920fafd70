import { posix } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { repositoryOf } from "../../../../src/core/attached.ts";
import { emptyConversation, type Conversation } from "../../../../src/core/conversation.ts";
import { exportJson } from "../../../../src/core/conversationExport.ts";
import { readExport } from "../../../../src/core/conversationImport.ts";
import { decodeEvents, encodeEvent } from "../../../../src/core/conversationLog.ts";
import type { Attachment } from "../../../../src/core/services.ts";
import { commitItems } from "../../../../src/features/chat/context/changes.ts";
import { useCommitMessage } from "../../../../src/features/chat/slashCommit.ts";
import { disk, DiskUri } from "../../../fakes/diskWorkspace.ts";
import { resetUser, user } from "../../../fakes/scriptedUser.ts";

vi.mock("vscode", async () => (await import("../../../fakes/diskWorkspace.ts")).vscodeOnDisk);

/** A repository with this many files in its index, as the git extension shows it. */
function repository(path: string, staged: number) {
  return {
    rootUri: DiskUri.file(path),
    inputBox: { value: "" },
    state: { workingTreeChanges: [], untrackedChanges: [], indexChanges: Array.from({ length: staged }, () => ({})) },
    diff: async () => `diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -0,0 +1 @@\n+${posix.basename(path)}\n`,
    log: async () => [],
  };
}

let one = repository("/nowhere/one", 1);
let two = repository("/nowhere/two", 1);
beforeEach(() => {
  resetUser();
  one = repository("/nowhere/one", 1);
  two = repository("/nowhere/two", 1);
  disk.repositories = [one, two];
});

/** A message was asked for with these changes, and then once more. */
function conversationWith(attachments: readonly Attachment[], text = ""): Conversation {
  const asked = { role: "user", at: 0, text: "/commit", attachments: [] } as const;
  const answer = { role: "assistant", at: 0, text, thinking: "", model: "glm-5.3", status: "done" } as const;
  const conversation = emptyConversation("c");
  conversation.turns.push(
    { ...asked, id: "q", attachments },
    { ...answer, id: "b" },
    { ...asked, id: "r" },
    { ...answer, id: "a" },
  );
  return conversation;
}

function answered(text: string, attachments: readonly Attachment[]) {
  const { turns } = conversationWith(attachments, text);
  return {
    lastAnswerId: "a",
    answerText: () => text,
    repositoryOf: (id: string) => repositoryOf(turns, id),
  };
}

/** What /commit attaches when this repository is chosen. */
async function changesOf(name: string): Promise<readonly Attachment[]> {
  user.answer = ({ choices }) => choices.find((choice) => choice === name);
  const items = await commitItems();
  user.shown.length = 0;
  return items.map(({ attachment }) => attachment);
}

const question = "Choose the repository that the message is for";
const texts = () => user.shown.map(({ text }) => text);

describe("the message of /commit", () => {
  it("goes to the repository that was chosen for it, and Undo takes it out of that one", async () => {
    const changes = await changesOf("two");
    expect(changes[0]?.text).toContain("+two");
    // By now only the other one has staged changes.
    two.state.indexChanges.length = 0;
    two.inputBox.value = "mine";
    await useCommitMessage(answered("Add two", changes));
    expect([one.inputBox.value, two.inputBox.value]).toEqual(["", "Add two"]);
    expect(texts()).not.toContain(question);

    two.inputBox.value = "mine";
    user.answer = ({ choices }) => {
      disk.repositories = [one];
      return choices.find((choice) => choice === "Undo");
    };
    await useCommitMessage(answered("Add two", changes));
    expect([one.inputBox.value, two.inputBox.value]).toEqual(["", "mine"]);
  });

  it("is still for that one when the conversation comes from the disk, but not when it comes from a file", async () => {
    const changes = await changesOf("two");
    const { turns } = conversationWith(changes);
    const log = turns.map((turn) => (turn.role === "user" ? encodeEvent({ type: "user", turn }) : "")).join("");
    const [event] = decodeEvents(log);
    expect(event?.type === "user" && event.turn.attachments[0]?.repository).toBe("file:///nowhere/two");

    const exported = exportJson(conversationWith(changes), new Map(), (text) => text);
    expect(exported).not.toContain("nowhere");
    const named = exported.replace('"kind": "diff"', '"kind": "diff", "repository": "file:///nowhere/one"');
    expect(named).toContain("nowhere");
    const imported = readExport(named, () => true);
    expect(typeof imported === "object" && JSON.stringify(imported.content)).not.toContain("nowhere");
  });

  it("is asked about when it is not known what it is for, or that is no longer open", async () => {
    const changes = await changesOf("two");
    for (const attachments of [[], [...changes, ...(await changesOf("one"))]]) {
      user.answer = ({ choices }) => choices.find((choice) => choice === "two");
      await useCommitMessage(answered("Add it", attachments));
      expect(user.shown[0]).toMatchObject({ text: question, choices: ["one", "two"] });
      expect([one.inputBox.value, two.inputBox.value]).toEqual(["", "Add it"]);
      two.inputBox.value = "";
    }
    disk.repositories = [one];
    user.answer = () => undefined;
    await useCommitMessage(answered("Add two", changes));
    expect(texts().at(-1)).toBe(question);
    expect(one.inputBox.value).toBe("");
  });

  it("needs no question where only one repository has changes, or there is only one", async () => {
    two.state.indexChanges.length = 0;
    await useCommitMessage(answered("Add one", []));
    expect([one.inputBox.value, two.inputBox.value]).toEqual(["Add one", ""]);
    disk.repositories = [two];
    await useCommitMessage(answered("Add two", []));
    expect(two.inputBox.value).toBe("Add two");
    expect(texts()).not.toContain(question);
  });
});
