import { beforeEach, describe, expect, it, vi } from "vitest";
import type * as vscode from "vscode";
import { terminalSource } from "../../../../src/features/chat/context/terminals.ts";
import type { CommandRun, TerminalRecorder } from "../../../../src/host/terminal.ts";

const told: string[] = [];
beforeEach(() => {
  told.length = 0;
});

vi.mock("vscode", () => ({
  l10n: { t: (words: string, ...values: string[]) => words.replace("{0}", values[0] ?? "") },
  window: { showInformationMessage: async (words: string) => void told.push(words) },
}));

/** One terminal, in front, with what is known of its last command. */
function recorder(run?: Partial<CommandRun>, shellIntegration = true): TerminalRecorder {
  const front = { name: "bash", shellIntegration: shellIntegration ? {} : undefined } as vscode.Terminal;
  const whole = run && { command: "make", output: "", missed: false, exitCode: 0, running: false, ...run };
  return { front, terminals: whole ? [front] : [], lastRun: () => whole } as unknown as TerminalRecorder;
}

const read = async (...parts: Parameters<typeof recorder>) => {
  const items = await terminalSource(recorder(...parts)).read();
  return items.map(({ attachment: { label, detail, text } }) => ({ label, detail, text }));
};

describe("the output of a terminal", () => {
  it("goes along with its command and how that ended", async () => {
    expect(await read({ output: "error 2", exitCode: 2 })).toEqual([
      { label: "make", detail: "bash · exit code 2", text: "$ make\nerror 2" },
    ]);
    expect(told).toEqual([]);
  });

  it("that VS Code has passed on nothing of goes along as its command, with a word on it", async () => {
    expect(await read({ missed: true })).toMatchObject([{ text: "$ make\n" }]);
    expect(told).toEqual([
      "VS Code passed on no output of make. If it printed something, run it again, or paste it here.",
    ]);
  });

  it("of a command that printed nothing needs no word", async () => {
    expect(await read({ output: "" })).toHaveLength(1);
    expect(told).toEqual([]);
  });

  it.each([
    [true, "What ran before the chat was opened cannot be read"],
    [false, "does not tell VS Code where a command begins"],
  ])("that is not known is said to be so; with shell integration: %s", async (integrated, words) => {
    expect(await read(undefined, integrated)).toEqual([]);
    expect(told).toEqual([expect.stringContaining(words)]);
  });
});
