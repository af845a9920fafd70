import * as vscode from "vscode";

/** The user went back a step, or left with Escape. */
export type Answer<T> = { readonly value: T } | "back" | "left";

export interface Step {
  readonly title: string;
  readonly step: number;
  readonly of: number;
}

export interface InputStep extends Step {
  readonly value: string;
  readonly placeholder: string;
  /** Line under the box, for what has been typed so far. */
  prompt(value: string): string;
  /** Why the value cannot be taken. Undefined when it can. */
  problem(value: string): string | undefined;
  /** Told of every change, so that nothing typed is lost when the box goes away. */
  onChange?(value: string): void;
}

export interface PickStep<T> extends Step {
  readonly placeholder: string;
  readonly items: readonly PickItem<T>[];
  readonly active: T | undefined;
}

export interface PickItem<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly value: T;
}

/** A text box as one step of several. A problem shows once Enter was pressed and goes with the next change. */
export function askText(options: InputStep): Promise<Answer<string>> {
  const box = vscode.window.createInputBox();
  box.value = options.value;
  box.placeholder = options.placeholder;
  box.prompt = options.prompt(options.value);
  let refused = false;
  const showProblem = () => {
    box.validationMessage = refused ? (options.problem(box.value) ?? "") : "";
  };
  return run(box, options, (answer) => {
    box.onDidChangeValue((value) => {
      box.prompt = options.prompt(value);
      options.onChange?.(value);
      showProblem();
    });
    box.onDidAccept(() => {
      refused = options.problem(box.value) !== undefined;
      if (refused) showProblem();
      else answer({ value: box.value });
    });
  });
}

/** A list as one step of several. */
export function askChoice<T>(options: PickStep<T>): Promise<Answer<T>> {
  const list = vscode.window.createQuickPick<vscode.QuickPickItem & { value: T }>();
  const items = options.items.map((item) => ({ ...item }));
  list.items = items;
  list.placeholder = options.placeholder;
  list.matchOnDescription = true;
  list.activeItems = items.filter((item) => item.value === options.active);
  return run(list, options, (answer) => {
    list.onDidAccept(() => {
      const [item] = list.activeItems;
      if (item) answer({ value: item.value });
    });
  });
}

function run<T>(
  input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem & { value: T }>,
  { title, step, of }: Step,
  listen: (answer: (value: Answer<T>) => void) => void,
): Promise<Answer<T>> {
  return new Promise((resolve) => {
    input.title = title;
    input.step = step;
    input.totalSteps = of;
    input.ignoreFocusOut = true;
    if (step > 1) input.buttons = [vscode.QuickInputButtons.Back];
    const answer = (value: Answer<T>) => {
      resolve(value);
      input.dispose();
    };
    listen(answer);
    input.onDidTriggerButton(() => answer("back"));
    // Comes last and also after an answer, when the promise is settled already.
    input.onDidHide(() => answer("left"));
    input.show();
  });
}
