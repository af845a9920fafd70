import * as vscode from "vscode";
import { catalogDate } from "../../api/models/catalog.ts";
import { modelPrices } from "../../api/models/prices.ts";
import { schemes } from "../../contributions.ts";
import { reportFrom, usageReport } from "../../core/usageReport.ts";
import type { Disposables } from "../../host/disposables.ts";
import { t } from "../../host/l10n.ts";
import type { UsageDeps } from "./index.ts";
import { keptDays } from "./ledger.ts";
import type { Monitor } from "./monitor.ts";

export interface UsageDocument {
  /** Opens it in VS Code's own preview at once; the account's figures of now follow when the service tells them. */
  show(): Promise<void>;
  markdown(): Promise<string>;
}

/** The read-only document about usage, kept up to date while it is open. */
export function createUsageDocument(
  { connections, folder }: UsageDeps,
  monitor: Monitor,
  changed: vscode.EventEmitter<vscode.Uri>,
  owner: Disposables,
): UsageDocument {
  // Its name is what the tab shows.
  const name = `${t("GLM usage")}.md`;
  const uri = vscode.Uri.from({ scheme: schemes.usage, path: `/${name}` });

  async function refresh(): Promise<void> {
    const isOpen = vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString());
    if (isOpen) changed.fire(uri);
    // VS Code lets go of a document that only a preview shows, and such a preview hears of no change.
    else if (hasPreview(name)) await vscode.commands.executeCommand("markdown.preview.refresh");
  }

  owner.add(monitor.onDidChange(refresh));
  return {
    async show() {
      const news = monitor.askNow();
      await vscode.commands.executeCommand("markdown.showPreview", uri);
      // What came while it opened may have been too early for the preview and too late for its text.
      void news.then(refresh);
    },
    async markdown() {
      const now = Date.now();
      const [catalog, uses] = await Promise.all([connections.catalog(), monitor.usesSince(reportFrom(now))]);
      return usageReport(
        {
          ...monitor.account(),
          platform: connections.endpoint()?.platform ?? "custom",
          nameOf: connections.platformName,
          asks: monitor.asks(),
          uses,
          pricesOf: (model) => modelPrices(catalog, model),
          pricesOfDay: catalogDate,
          folder,
          keptDays,
          now,
          language: vscode.env.language,
        },
        t,
      );
    },
  };
}

function hasPreview(name: string): boolean {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .some(({ input, label }) => input instanceof vscode.TabInputWebview && label.endsWith(name));
}
