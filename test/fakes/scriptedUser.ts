import { fill } from "../../src/protocol/strings.ts";
import { userSettings, vscodeWithSettings } from "./userSettings.ts";

/** What a message, a box or a list showed, its choices last. */
export interface Shown {
  readonly text: string;
  readonly detail?: string | undefined;
  readonly choices: readonly string[];
}

/** A user who is shown things and answers them, and whose settings.json is written. */
export const user = {
  shown: [] as Shown[],
  /** Every write of a setting in its order. */
  writes: [] as [id: string, value: unknown][],
  /** Dismisses unless a test says otherwise. */
  answer: (_shown: Shown): string | undefined => undefined,
  /** Called when the progress of a task appears, with what its Cancel does. */
  whileWorking: (_cancel: () => void): void => {},
  /** What happens to a write of settings.json. */
  beforeWrite: (_id: string): void => {},
};

export function resetUser(): void {
  user.shown.length = 0;
  user.writes.length = 0;
  user.answer = () => undefined;
  user.whileWorking = () => {};
  user.beforeWrite = () => {};
  for (const id of Object.keys(userSettings)) delete userSettings[id];
}

type Options = { readonly modal?: boolean; readonly detail?: string };

async function message(text: string, ...rest: readonly (string | Options)[]): Promise<string | undefined> {
  const [options] = rest.filter((value) => typeof value === "object");
  const shown = { text, detail: options?.detail, choices: rest.filter((value) => typeof value === "string") };
  user.shown.push(shown);
  return user.answer(shown);
}

interface Item {
  readonly label: string;
  readonly detail?: string;
}

/** As much of the module `vscode` as the dialogues of setting up need. */
export const vscodeForUser = {
  env: { language: "en", openExternal: async () => true },
  commands: {
    executeCommand: async (...call: unknown[]) => void user.shown.push({ text: "command", choices: call.map(String) }),
  },
  Uri: { parse: (address: string) => address },
  ConfigurationTarget: { Global: 1 },
  ProgressLocation: { Notification: 15 },
  InputBoxValidationSeverity: { Warning: 2 },
  l10n: { t: (words: string, ...values: (string | number)[]) => fill(words, ...values) },
  workspace: {
    getConfiguration: () => ({
      ...vscodeWithSettings.workspace.getConfiguration(),
      async update(id: string, value: unknown) {
        user.beforeWrite(id);
        user.writes.push([id, value]);
        userSettings[id] = value;
      },
    }),
  },
  window: {
    showInformationMessage: message,
    showWarningMessage: message,
    showErrorMessage: message,
    async showQuickPick(items: readonly Item[], { title, placeHolder }: { title: string; placeHolder?: string }) {
      const labels = items.map(({ label }) => label);
      const detail = [placeHolder, ...items.map((item) => item.detail)].filter((line) => line !== undefined).join("\n");
      const picked = await message(title, { detail }, ...labels);
      return items.find(({ label }) => label === picked);
    },
    async showInputBox({ title, prompt }: { title: string; prompt: string }) {
      return message(title, { detail: prompt });
    },
    async withProgress(_options: unknown, work: (progress: unknown, token: unknown) => Promise<unknown>) {
      const listeners: (() => void)[] = [];
      const token = {
        onCancellationRequested(listener: () => void) {
          listeners.push(listener);
          return { dispose() {} };
        },
      };
      const done = work({ report() {} }, token);
      user.whileWorking(() => {
        for (const listener of listeners) listener();
      });
      return done;
    },
  },
};
