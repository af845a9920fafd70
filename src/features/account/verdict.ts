import * as vscode from "vscode";
import { builtInCatalog } from "../../api/models/catalog.ts";
import { officialEndpoint, platforms } from "../../api/platforms.ts";
import { commands } from "../../contributions.ts";
import {
  freeChatModel,
  hasFunds,
  hasNothing,
  services,
  type AcceptedKey,
  type KeyFinding,
  type Service,
} from "../../core/keyFinding.ts";
import { keyWords, policyWords } from "../../core/keyWords.ts";
import { joined } from "../../core/problemWords.ts";
import { isRetry } from "../../core/problems.ts";
import type { Problems } from "../../core/services.ts";
import { t } from "../../host/l10n.ts";
import { confirm, notify, type Button } from "../../host/notify.ts";
import type { PolicyNote } from "./policy.ts";
import { agreeToPayAsYouGo, platformInForce, switchPlatform } from "./switchPlatform.ts";

export interface VerdictDeps {
  readonly problems: Problems;
  readonly policy: PolicyNote;
}

/**
 * Says what was found about a key, with a button for each thing that would be different from now. What has to be told once
 * about plans goes with it. `also` = a sentence to add. Resolves when the message is gone.
 */
export function tellVerdict(found: AcceptedKey, { policy }: VerdictDeps, also?: string): Promise<void> {
  const { plan, payAsYouGo } = services[found.service];
  const { platform } = platformInForce();
  const drawsPlan = found.plan.state === "active" && platform === plan;
  const policyDue = drawsPlan && policy.isDue(found.service);
  const verdict = keyWords(found, vscode.env.language, t);
  const sentences = [verdict, also ?? "", policyDue ? policyWords(t) : ""].filter(Boolean);

  const buttons: Button[] = [];
  if (found.plan.state === "active" && !drawsPlan) {
    buttons.push({ label: t("Use Coding Plan"), run: () => switchPlatform(plan) });
  }
  // The note on plans says what pay-as-you-go costs; elsewhere it is asked.
  if (policyDue) buttons.push(gotIt(), usePayAsYouGo(found.service));
  else if (mayPayAsYouGo(found) && platform !== payAsYouGo) {
    buttons.push({ label: t("Use pay-as-you-go"), run: () => agreeToPayAsYouGo(found.service, verdict) });
  }
  if (hasNothing(found)) buttons.push(...waysToPay(found.service));
  // VS Code cuts a message without buttons after its first line.
  if (buttons.length === 0) buttons.push(showUsage);
  const good = found.plan.state !== "unknown" && !hasNothing(found) && !policyDue && also === undefined;
  return notify(good ? "information" : "warning", joined(vscode.env, ...sentences), buttons);
}

/** An account without a plan may have money that could not be read. */
const mayPayAsYouGo = (found: AcceptedKey): boolean =>
  hasFunds(found) || (found.plan.state !== "active" && found.plan.state !== "unknown" && !hasNothing(found));

/** The note on plans by itself, at the first request on one. */
export function tellPolicy(service: Service): Promise<void> {
  return notify("warning", policyWords(t), [gotIt(), usePayAsYouGo(service)]);
}

/** Why a service did not say anything about a key, and what helps. */
export function wordsWhy(
  { service, error }: Extract<KeyFinding, { outcome: "unchecked" }>,
  { problems }: VerdictDeps,
): { readonly reason: string; readonly buttons: readonly Button[] } {
  const problem = problems.describe(error, officialEndpoint(services[service].plan));
  const actions = (problem?.actions ?? []).flatMap((action) =>
    isRetry(action) || action === "set-key" || action === "choose-model" || action === "check-key" ? [] : [action],
  );
  return {
    reason: problem?.text ?? t("The check was cancelled."),
    buttons: actions.map((action) => ({ label: problems.actionLabel(action), run: () => problems.run(action) })),
  };
}

const usePayAsYouGo = (service: Service): Button => ({
  label: t("Use pay-as-you-go"),
  run: () => switchPlatform(services[service].payAsYouGo),
});

const gotIt = (): Button => ({ label: t("Got it"), run: () => undefined });

const showUsage: Button = {
  label: t("Show usage"),
  run: () => vscode.commands.executeCommand(commands.showUsage),
};

const openPage = (address: string) => vscode.env.openExternal(vscode.Uri.parse(address, true));

function waysToPay(service: Service): Button[] {
  const { payAsYouGo } = services[service];
  const { pages } = platforms[payAsYouGo];
  const free = freeChatModel(builtInCatalog.models, payAsYouGo);
  return [
    ...(free === undefined ? [] : [{ label: t("Use a free model"), run: () => agreeToFreeModel(service, free) }]),
    { label: t("Recharge"), run: () => openPage(pages.billing) },
    { label: t("Show plan"), run: () => openPage(pages.plan) },
  ];
}

/** Only the chat is free: the endpoint to which it goes bills what else is asked of it, which has to be said before. */
async function agreeToFreeModel(service: Service, model: string): Promise<void> {
  const { host, payAsYouGo } = services[service];
  const agreed = await confirm(
    t("Chat with {0}, which is free?", model),
    t(
      "From now on requests go to the general endpoint of {0}. Chat and edits use {1} at no cost; other features, such as OCR, images and reading pictures, use other models and are billed by use to your balance there.",
      host,
      model,
    ),
    t("Use a free model"),
  );
  if (agreed) await switchPlatform(payAsYouGo, model);
}
