import { beforeEach, expect, it, vi } from "vitest";
import { notify, type Severity } from "../../../src/host/notify.ts";

/** What was shown: the way, the text, the labels. */
const shown: string[][] = [];
let choose: (labels: readonly string[]) => string | undefined = () => undefined;

function show(way: string, words: readonly string[]): Promise<string | undefined> {
  shown.push([way, ...words]);
  return Promise.resolve(choose(words.slice(1)));
}

vi.mock("vscode", () => ({
  l10n: { t: (words: string) => words },
  window: {
    showInformationMessage: (...words: string[]) => show("information", words),
    showWarningMessage: (...words: string[]) => show("warning", words),
    showErrorMessage: (...words: string[]) => show("error", words),
  },
}));

beforeEach(() => {
  shown.length = 0;
  choose = () => undefined;
});

it.each<[Severity, string]>([
  ["information", "There is no answer yet. Ask a question in the chat first."],
  ["warning", "密钥只保留到此窗口关闭为止。请先解锁系统的密钥环再重新设置。"],
  ["error", "x".repeat(51)],
])("shows a long %s whole, which VS Code does only beside a button", async (severity, text) => {
  choose = ([first]) => first;
  await notify(severity, text);
  expect(shown).toEqual([[severity, text, "OK"]]);
});

it.each(["Image saved as a.png", "x".repeat(50), "密".repeat(25)])("leaves a short one alone: %s", async (text) => {
  await notify("information", text);
  expect(shown).toEqual([["information", text]]);
});

it("adds nothing to buttons there are, and runs the chosen one alone", async () => {
  const ran: string[] = [];
  choose = (labels) => labels[1];
  const button = (label: string) => ({ label, run: () => ran.push(label) });
  await notify("warning", "y".repeat(80), [button("Retry"), button("Show plan")]);
  expect(shown).toEqual([["warning", "y".repeat(80), "Retry", "Show plan"]]);
  expect(ran).toEqual(["Show plan"]);
});

it("says what a click could not do, and tries it again on request", async () => {
  const run = vi.fn<() => Promise<void>>().mockRejectedValue(new Error("settings.json is not valid."));
  choose = (labels) => (shown.length < 3 ? labels[0] : undefined);
  await notify("warning", "Where to?", [{ label: "Use Coding Plan", run }]);
  const failed = "“{0}” failed: {1} Correct what this names, then try again.";
  expect(shown.slice(1)).toEqual([
    ["error", failed, "Try again"],
    ["error", failed, "Try again"],
  ]);
  expect(run).toHaveBeenCalledTimes(2);
});
