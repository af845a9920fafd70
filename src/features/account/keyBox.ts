import * as vscode from "vscode";
import { keyProblem, normaliseKey } from "../../api/keys.ts";
import { officialEndpoint } from "../../api/platforms.ts";
import { services, type Service } from "../../core/keyFinding.ts";
import { keysInEnvironment } from "../../host/environment.ts";
import { t } from "../../host/l10n.ts";

/** A key that the user typed, or the wish to take it from the environment. Undefined when the user gave up. */
export type GivenKey = { readonly key: string } | "from-environment" | undefined;

/** Asks for a key of an official platform in one box, which says what will be sent where. */
export function askForOfficialKey(order: readonly Service[]): Promise<GivenKey> {
  const [first = "", second = ""] = order.map((service) => services[service].host);
  const box = vscode.window.createInputBox();
  box.title = t("API key for Z.AI or BigModel");
  box.prompt = t(
    "To find out what it can use, the key is sent to {0} and, only if that refuses it or cannot be reached, to {1}; these checks cost no money.",
    first,
    second,
  );
  box.placeholder = "id.secret";
  box.password = true;
  box.ignoreFocusOut = true;
  const variables = [...keysInEnvironment().keys()];
  if (variables.length > 0) {
    const tooltip =
      variables.length === 1
        ? t("Use {0} from the environment", variables[0] ?? "")
        : t("Use a key from the environment");
    box.buttons = [{ iconPath: new vscode.ThemeIcon("terminal"), tooltip }];
  }
  return new Promise((resolve) => {
    const settle = (given: GivenKey) => {
      resolve(given);
      box.dispose();
    };
    box.onDidChangeValue((value) => {
      box.validationMessage = value.trim() === "" ? undefined : problemWith(value);
    });
    box.onDidAccept(() => {
      const key = normaliseKey(box.value);
      if (problemOf(key) === "shape") box.validationMessage = problemWith(box.value);
      else settle({ key });
    });
    box.onDidTriggerButton(() => settle("from-environment"));
    // Also comes after an answer, when the promise is settled already.
    box.onDidHide(() => settle(undefined));
    box.show();
  });
}

/** Both services have keys of one form. */
function problemOf(key: string) {
  return keyProblem(key, officialEndpoint("zai"));
}

function problemWith(value: string): string | vscode.InputBoxValidationMessage | undefined {
  switch (problemOf(normaliseKey(value))) {
    case undefined:
      return undefined;
    case "shape":
      return t("A key of this service has two parts joined by one dot: id.secret");
    case "unusual":
      return {
        message: t("This does not look like a usual key of this service. Press Enter to try it anyway."),
        severity: vscode.InputBoxValidationSeverity.Warning,
      };
  }
}
