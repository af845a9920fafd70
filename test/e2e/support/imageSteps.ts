import type { Locator } from "playwright-core";
import { answerFileDialog } from "./editor.ts";
import { until, type VSCodeSession } from "./vscode.ts";
import type { Words } from "./words.ts";

/** The three boxes of "Generate Image…", as hands on a keyboard and a mouse. */
export function imageSteps(session: VSCodeSession, say: Words) {
  const { page } = session;
  const widget = page.locator(".quick-input-widget");
  const input = (): Locator => widget.locator("input").first();
  const row = (text: string): Locator => widget.locator(".monaco-list-row", { hasText: text }).first();
  const saveDialog = (): Locator => widget.locator(".quick-input-title", { hasText: say("Save image") });
  return {
    saveDialog,
    input,
    row,
    /** The row that Enter would take. */
    active: (text: string): Locator => widget.locator(".monaco-list-row.focused", { hasText: text }),
    message: (text: string): Locator => widget.locator(".quick-input-message", { hasText: text }),
    open: async (): Promise<void> => {
      await session.palette(say.command("generateImage"));
      await widget.locator(".quick-input-title", { hasText: say("Generate image") }).waitFor();
      await input().waitFor();
    },
    /** Types a prompt and waits until the box has counted it. */
    typePrompt: async (prompt: string): Promise<void> => {
      await input().fill(prompt);
      const counted = say(
        "What should the picture show? {0} of {1} characters",
        Array.from(prompt.trim()).length,
        1000,
      );
      await widget.locator(".quick-input-message", { hasText: counted }).waitFor();
    },
    type: async (text: string): Promise<void> => {
      await input().fill(text);
    },
    next: async (): Promise<void> => {
      await input().press("Enter");
    },
    back: async (): Promise<void> => {
      await widget.getByRole("button", { name: "Back" }).click();
    },
    choose: async (text: string): Promise<void> => {
      await row(text).click();
    },
    /** Waits until the box of the first step is there with this text. */
    prompted: async (text: string): Promise<void> => {
      await until(async () => (await input().inputValue()) === text, `the box to hold "${text}"`, 10_000);
    },
    /** Takes the place and name that VS Code's dialog proposes. */
    saveAsProposed: async (path: string): Promise<void> => {
      await saveDialog().waitFor();
      await answerFileDialog(session, path, "OK");
    },
  };
}
