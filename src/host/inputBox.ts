import * as vscode from "vscode";

export interface LineQuestion {
  readonly prompt: string;
  readonly placeHolder?: string;
  /** Why what was typed cannot be taken; undefined when it can. */
  readonly problem: (value: string) => string | undefined;
}

/** One line of text from the user; undefined on Escape. An empty line is no reason to complain before something is typed. */
export async function askLine({ prompt, placeHolder, problem }: LineQuestion): Promise<string | undefined> {
  return vscode.window.showInputBox({
    prompt,
    ...(placeHolder === undefined ? {} : { placeHolder }),
    validateInput: (value) => (value === "" ? undefined : problem(value)),
  });
}
