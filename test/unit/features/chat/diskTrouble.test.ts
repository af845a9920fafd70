import { beforeEach, expect, it, vi } from "vitest";
import { diskTrouble } from "../../../../src/features/chat/diskTrouble.ts";
import type { Log } from "../../../../src/host/log.ts";

const told: string[][] = [];
const ran: string[] = [];
beforeEach(() => {
  told.length = 0;
  ran.length = 0;
});

vi.mock("vscode", () => ({
  l10n: { t: (words: string) => words },
  commands: { executeCommand: async (command: string) => void ran.push(command) },
  window: {
    showWarningMessage: async (...words: string[]) => {
      told.push(words);
      return words[1];
    },
  },
}));

const refusal = (code: string) => Object.assign(new Error(`${code}: /home/me/secret`), { code });

it.each([
  ["ENOSPC", "The disk is full"],
  ["EDQUOT", "The disk is full"],
  ["EROFS", "Chats may not be written to disk"],
  ["EACCES", "Allow VS Code to write to its folder of global storage"],
  ["EIO", "Chats cannot be saved to disk"],
])("says once what %s means for chats, with a way to keep them", async (code, words) => {
  const lines: string[] = [];
  const hear = diskTrouble({ error: (line: string) => lines.push(line) } as unknown as Log);
  hear(refusal(code));
  hear(refusal("ENOSPC"));
  expect(told).toEqual([[expect.stringContaining(words), "Export chat"]]);
  expect(told[0]?.[0]).toContain("only kept in memory");
  await expect.poll(() => ran).toEqual(["glm.chat.export"]);
  // The log has each of them, but no path.
  expect(lines).toEqual([`chat not saved: ${code}`, "chat not saved: ENOSPC"]);
});

it("does without a code", () => {
  diskTrouble({ error: () => undefined } as unknown as Log)("broken");
  expect(told[0]?.[0]).toContain("Export what you need");
});
