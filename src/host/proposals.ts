import * as vscode from "vscode";
import { schemes } from "../contributions.ts";

/** A change usually arrives within a few milliseconds; after three seconds the review opens as it is. */
const settleMs = 50;
const settleAttempts = 60;

/** Read-only documents that show a text of ours, for one side of a diff. */
export interface ProposalDocuments extends vscode.Disposable {
  /** `name` is a file name: editors take icon and language from it. Lives until removed. */
  create(name: string, text: string): vscode.Uri;
  update(uri: vscode.Uri, text: string): void;
  /**
   * Resolves when an open document shows its latest text. VS Code drops a change that arrives while it is still opening the
   * document; without this a review could show the old text beside itself.
   */
  settled(uri: vscode.Uri): Promise<void>;
  remove(uri: vscode.Uri): void;
}

export function registerProposalDocuments(): ProposalDocuments {
  const texts = new Map<string, string>();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const registration = vscode.workspace.registerTextDocumentContentProvider(schemes.proposal, {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) => texts.get(uri.toString()),
  });
  return {
    create(name, text) {
      const uri = vscode.Uri.from({ scheme: schemes.proposal, path: `/${name}`, query: crypto.randomUUID() });
      texts.set(uri.toString(), text);
      return uri;
    },
    update(uri, text) {
      const key = uri.toString();
      if (!texts.has(key) || texts.get(key) === text) return;
      texts.set(key, text);
      changed.fire(uri);
    },
    async settled(uri) {
      const key = uri.toString();
      for (let attempt = 0; attempt < settleAttempts; attempt++) {
        const shown = vscode.workspace.textDocuments.find((document) => document.uri.toString() === key)?.getText();
        if (!texts.has(key) || shown === texts.get(key)) return;
        changed.fire(uri);
        await new Promise((resolve) => setTimeout(resolve, settleMs));
      }
    },
    remove: (uri) => void texts.delete(uri.toString()),
    dispose() {
      registration.dispose();
      changed.dispose();
      texts.clear();
    },
  };
}

export interface ProposalDiff {
  readonly before: vscode.Uri;
  readonly after: vscode.Uri;
  readonly title: string;
  /** 0-based line to show first. */
  readonly line: number;
  /** Language of the real document, which an unsaved one does not show in its name. */
  readonly languageId: string;
}

export async function openProposalDiff(diff: ProposalDiff): Promise<void> {
  for (const uri of [diff.before, diff.after]) {
    const document = await vscode.workspace.openTextDocument(uri);
    if (document.languageId !== diff.languageId) {
      await vscode.languages.setTextDocumentLanguage(document, diff.languageId);
    }
  }
  const selection = new vscode.Range(diff.line, 0, diff.line, 0);
  await vscode.commands.executeCommand("vscode.diff", diff.before, diff.after, diff.title, {
    preview: false,
    selection,
  });
}

/** Tabs whose diff has `after` on its right side. */
export function tabsOfProposal(after: vscode.Uri): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter((tab) => proposalOf(tab)?.toString() === after.toString());
}

/** Right side of a diff of ours. */
export function proposalOf(tab: vscode.Tab | undefined): vscode.Uri | undefined {
  const input = tab?.input;
  if (!(input instanceof vscode.TabInputTextDiff)) return undefined;
  return input.modified.scheme === schemes.proposal ? input.modified : undefined;
}

/** The proposal in the editor that has, or last had, the focus. */
export function activeProposal(): vscode.Uri | undefined {
  return proposalOf(vscode.window.tabGroups.activeTabGroup.activeTab);
}

/** Closes every tab that shows the proposal. Returns the column where one was. */
export async function closeProposal(after: vscode.Uri): Promise<vscode.ViewColumn | undefined> {
  const tabs = tabsOfProposal(after);
  const column = tabs[0]?.group.viewColumn;
  if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
  return column;
}
