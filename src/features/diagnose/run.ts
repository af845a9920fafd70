import os from "node:os";
import * as vscode from "vscode";
import type { Client } from "../../api/client.ts";
import { headerSecrets } from "../../api/endpointExtras.ts";
import { isLoopback, originOf, type Endpoint } from "../../api/platforms.ts";
import { hostTransport, type Transport } from "../../api/transport.ts";
import { systemAuthorities } from "../../api/transports/authorities.ts";
import { diagnosisDocument, judge } from "../../core/diagnoseDocument.ts";
import type { Surroundings } from "../../core/diagnoseFindings.ts";
import type { NextStep } from "../../core/diagnoseLine.ts";
import { joined } from "../../core/problemWords.ts";
import { isRetry } from "../../core/problems.ts";
import type { Connections, Problems } from "../../core/services.ts";
import { readHttpSettings, readSetting, writeSetting } from "../../host/config.ts";
import { openMarkdown } from "../../host/editors.ts";
import type { KeyStore } from "../../host/keyStore.ts";
import { t } from "../../host/l10n.ts";
import { notify, type Button } from "../../host/notify.ts";
import { withProgress } from "../../host/progress.ts";
import { modelToAsk } from "./ask.ts";
import { gather, usualLimits, type OpenTransport, type Step, type Subject } from "./gather.ts";
import { scrub } from "./scrub.ts";

export interface DiagnoseDeps {
  readonly connections: Connections;
  readonly problems: Problems;
  readonly keys: KeyStore;
  /** Version of the extension. */
  readonly version: string;
  /** A client that leaves by `transport`, whatever the settings say, in the queue of its key like any other. */
  clientOver(transport: Transport, endpoint: Endpoint, apiKey: string | undefined): Promise<Client>;
  /** Connections of our own with the settings of now. */
  openOwnNetwork(): Promise<OpenTransport>;
}

/** Examines the way to the service, shows what was found as a document, and offers the one thing to do first. */
export async function diagnose(deps: DiagnoseDeps): Promise<void> {
  const { connections, problems } = deps;
  const endpoint = connections.endpoint();
  if (!endpoint) {
    // Says that the address of the custom server is missing.
    await connections.open("models");
    return;
  }
  const apiKey = await deps.keys.get(originOf(endpoint));
  const subject = subjectOf(deps, endpoint, apiKey);
  const findings = await withProgress(t("Diagnosing the connection"), (task) =>
    gather(subject, (step) => task.report(stepName(step)), task.signal),
  );
  const { language } = vscode.env;
  const secrets = [apiKey, ...headerSecrets(endpoint)];
  const clean = (text: string) => scrub(text, secrets, os.homedir());
  const wording = { t, language, describe: (error: unknown) => problems.describe(error), clean };
  const diagnosis = judge(findings, wording);
  const when = new Date().toLocaleString(language, { dateStyle: "medium", timeStyle: "long" });
  await openMarkdown(diagnosisDocument(findings, diagnosis, when, wording));
  const { summary, advice, next } = diagnosis;
  const severity = advice === undefined ? "information" : "warning";
  void notify(
    severity,
    advice === undefined ? summary : joined(wording, summary, advice),
    next ? [buttonFor(next, problems)] : [],
  );
}

function subjectOf(deps: DiagnoseDeps, endpoint: Endpoint, apiKey: string | undefined): Subject {
  const http = readHttpSettings();
  return {
    about: surroundings(deps, endpoint, apiKey !== undefined, http.systemCertificates),
    endpoint,
    http: { ...http, environment: process.env },
    authorities: systemAuthorities(),
    limits: usualLimits,
    open: async (id) =>
      id === "undici" ? deps.openOwnNetwork() : { transport: hostTransport, close: () => Promise.resolve() },
    makeClient: (where, transport) => deps.clientOver(transport, where, apiKey),
    modelToAsk: (signal) => modelToAsk(deps.connections, signal),
  };
}

function surroundings(
  { connections, version }: DiagnoseDeps,
  endpoint: Endpoint,
  hasKey: boolean,
  systemCertificates: boolean,
): Surroundings {
  const url = new URL(endpoint.baseUrl);
  return {
    extension: version,
    vscode: vscode.version,
    system: `${os.platform()} ${os.release()} ${os.arch()}`,
    remote: remoteKind(vscode.env.remoteName),
    isWeb: vscode.env.uiKind === vscode.UIKind.Web,
    language: vscode.env.language,
    platform: endpoint.platform,
    platformName: connections.platformName(),
    address: endpoint.platform === "custom" ? url.origin : endpoint.baseUrl,
    host: url.host,
    isLocal: isLoopback(url.hostname),
    isSecure: url.protocol === "https:",
    transport: readSetting("glm.network.transport"),
    hasKey,
    keyRequired: endpoint.keyRequired,
    trusted: vscode.workspace.isTrusted,
    systemCertificates,
  };
}

/** A server of one's own names itself by its address, which is nobody's business; kinds of remotes are words. */
function remoteKind(name: string | undefined): string | undefined {
  return name === undefined || /^[a-z-]+$/.test(name) ? name : t("remote");
}

function stepName(step: Step): string {
  switch (step) {
    case "proxy":
      return t("Proxy");
    case "lookup":
      return t("Name lookup");
    case "connection":
      return t("Connection");
    case "certificate":
      return t("Certificate");
    case "models":
      return t("Model list");
    case "other":
      return t("Other transport");
    case "chat":
      return t("Short chat, which uses a few tokens");
    case "quota":
      return t("Quota");
  }
}

function buttonFor(next: NextStep, problems: Problems): Button {
  switch (next.kind) {
    case "action": {
      const { action } = next;
      return {
        label: problems.actionLabel(action),
        run: () => (isRetry(action) ? undefined : problems.run(action)),
      };
    }
    case "setting":
      return {
        label: t("Open settings"),
        run: () => vscode.commands.executeCommand("workbench.action.openSettings", next.setting),
      };
    case "transport":
      return {
        label: next.transport === "host" ? t("Use host") : t("Use undici"),
        run: () => writeSetting("glm.network.transport", next.transport),
      };
  }
}
