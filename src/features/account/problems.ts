import * as vscode from "vscode";
import { platforms } from "../../api/platforms.ts";
import { commands, extensionId } from "../../contributions.ts";
import { describeNotes } from "../../core/answerNotes.ts";
import { serviceOf, services } from "../../core/keyFinding.ts";
import { describeEnding, describeProblem, isRetry } from "../../core/problems.ts";
import type { ProblemAction, Problems, RetryAction } from "../../core/services.ts";
import { readSetting } from "../../host/config.ts";
import { t } from "../../host/l10n.ts";
import type { Log } from "../../host/log.ts";
import { notify } from "../../host/notify.ts";
import { endpointInForce } from "./endpoint.ts";
import { platformName } from "./platformNames.ts";
import { switchPlatform } from "./switchPlatform.ts";

type Page = keyof (typeof platforms)["zai"]["pages"];

async function openPage(page: Page): Promise<void> {
  const platform = readSetting("glm.platform");
  if (platform === "custom") {
    await vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${extensionId} glm.custom`);
    return;
  }
  await vscode.env.openExternal(vscode.Uri.parse(platforms[platform].pages[page], true));
}

async function useCodingPlan(): Promise<void> {
  const service = serviceOf(readSetting("glm.platform"));
  if (service !== undefined) await switchPlatform(services[service].plan);
}

const effects: Readonly<Record<Exclude<ProblemAction, RetryAction>, () => Thenable<unknown>>> = {
  "set-key": () => vscode.commands.executeCommand(commands.setApiKey),
  "get-key": () => openPage("keys"),
  "check-key": () => vscode.commands.executeCommand(commands.checkKey),
  "choose-platform": () => vscode.commands.executeCommand(commands.selectPlatform),
  "use-coding-plan": useCodingPlan,
  recharge: () => openPage("billing"),
  renew: () => openPage("plan"),
  "open-console": () => openPage("console"),
  contact: () => openPage("support"),
  "open-status": () => openPage("errors"),
  "show-usage": () => vscode.commands.executeCommand(commands.showUsage),
  "update-extension": () => vscode.commands.executeCommand("extension.open", extensionId),
  "new-chat": () => vscode.commands.executeCommand(commands.chatNew),
  "choose-model": () => vscode.commands.executeCommand(commands.selectModel),
  "change-model": () => vscode.commands.executeCommand(commands.selectModel),
  "use-commit-message": () => vscode.commands.executeCommand(commands.useCommitMessage),
  "network-settings": () => vscode.commands.executeCommand("workbench.action.openSettings", "http.proxy"),
  limits: () => vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${extensionId} glm.network`),
  "set-up-server": () => vscode.commands.executeCommand(commands.selectPlatform, "custom"),
  "custom-settings": () =>
    vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${extensionId} glm.custom`),
  diagnose: () => vscode.commands.executeCommand(commands.diagnose),
  "show-log": () => vscode.commands.executeCommand(commands.showLog),
};

function actionLabel(action: ProblemAction): string {
  switch (action) {
    case "set-key":
      return t("Set API key");
    case "get-key":
      return t("Get a key");
    case "check-key":
      return t("Check platforms");
    case "choose-platform":
      return t("Choose platform");
    case "use-coding-plan":
      return t("Use Coding Plan");
    case "recharge":
      return t("Recharge");
    case "renew":
      return t("Show plan");
    case "choose-model":
      return t("Choose model");
    case "change-model":
      return t("Change");
    case "use-commit-message":
      return t("Use in Source Control");
    case "network-settings":
      return t("Network settings");
    case "limits":
      return t("Change limits");
    case "set-up-server":
      return t("Set up server");
    case "custom-settings":
      return t("Server settings");
    case "open-console":
      return t("Open console");
    case "contact":
      return t("Contact support");
    case "show-usage":
      return t("Show usage");
    case "open-status":
      return t("About error codes");
    case "update-extension":
      return t("Update extension");
    case "new-chat":
      return t("New chat");
    case "diagnose":
      return t("Diagnose");
    case "show-log":
      return t("Show log");
    case "retry":
      return t("Retry");
    case "retry-less-thinking":
      return t("Retry with less thinking");
  }
}

/** Stack frames only: the message of an unexpected error may quote a prompt or a file. */
function frames(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  return stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .join("\n");
}

export function createProblems(log: Log): Problems {
  const problems: Problems = {
    actionLabel,
    describeEnding: (reason, hasText, canThinkLess) => describeEnding(reason, hasText, t, canThinkLess),
    describeNotes: (notes, ending) => describeNotes(notes, ending, vscode.env.language, t),
    run: async (action) => effects[action](),
    describe(error, sentTo) {
      // A server that is being set up is not in force yet.
      const platform = sentTo?.platform === "custom" ? sentTo.platform : readSetting("glm.platform");
      const endpoint = endpointInForce();
      const problem = describeProblem(
        error,
        {
          platform,
          ...(sentTo && { sentTo: sentTo.platform }),
          nameOf: (id) => platformName(id, t),
          host: endpoint ? new URL(endpoint.baseUrl).host : t("the server"),
          language: vscode.env.language,
        },
        t,
      );
      if (problem)
        log.error([problem.details, problem.details.includes("internal") ? frames(error) : ""].join("\n").trim());
      return problem;
    },
    async show(error, retry, sentTo) {
      const problem = problems.describe(error, sentTo);
      if (!problem) return;
      const buttons = problem.actions.flatMap((action) => {
        // A notification belongs to no conversation.
        if (action === "new-chat" || action === "use-commit-message") return [];
        if (!isRetry(action)) return [{ label: actionLabel(action), run: () => problems.run(action) }];
        return retry ? [{ label: actionLabel(action), run: retry }] : [];
      });
      await notify("error", problem.text, buttons);
    },
  };
  return problems;
}
