import * as vscode from "vscode";
import { contextKeys } from "../../contributions.ts";
import { setContext } from "../../host/commands.ts";
import { Disposables } from "../../host/disposables.ts";
import {
  activeProposal,
  closeProposal,
  openProposalDiff,
  proposalOf,
  tabsOfProposal,
  type ProposalDocuments,
} from "../../host/proposals.ts";
import { nameOf, type CodeTarget } from "./target.ts";

/** One proposed fix, from the first streamed line until it is accepted, rejected or closed. */
export interface Review {
  readonly target: CodeTarget;
  readonly after: vscode.Uri;
  /** Aborted when the diff is closed while the answer still streams. */
  readonly signal: AbortSignal;
  /** Replacement of the target's lines, once complete. Absent while streaming and after a broken answer. */
  replacement?: readonly string[];
  /** Set for code of a conversation: makes the proposal anew when the document has changed. A fix is asked for again instead. */
  again?: () => Promise<void>;
  /** Shows these lines in place of the target's. */
  show(lines: readonly string[]): void;
  /** Opens the diff or brings it to the front. */
  open(): Promise<void>;
  /** Resolves when the open diff shows what was shown last. */
  settled(): Promise<void>;
  /** Name of the diff's tab; set before it opens. */
  title: string;
  readonly isOpen: boolean;
  /** Closes the diff and forgets everything. Returns the column it was in. */
  close(): Promise<vscode.ViewColumn | undefined>;
}

/** Moving a tab to another group closes and opens it; only one that stays away is closed. */
const movedTabMs = 300;

/** All fixes under review. Each has its own two documents, so that several at a time cannot mix. */
export class Reviews implements vscode.Disposable {
  readonly #documents: ProposalDocuments;
  readonly #items = new Map<string, Review>();
  /** Those whose diff has been seen, which a closed tab tells as well: it may be closed before VS Code says that it is open. */
  readonly #opened = new WeakSet<Review>();
  readonly #owned = new Disposables();

  constructor(documents: ProposalDocuments) {
    this.#documents = documents;
    const { tabGroups } = vscode.window;
    this.#owned.add(tabGroups.onDidChangeTabGroups(() => this.refresh()));
    this.#owned.add(
      tabGroups.onDidChangeTabs(({ closed }) => {
        this.refresh();
        for (const tab of closed) {
          const review = this.find(proposalOf(tab));
          if (review !== undefined) this.#opened.add(review);
        }
        if (closed.length > 0) setTimeout(() => this.#dropClosed(), movedTabMs);
      }),
    );
  }

  find(after: vscode.Uri | undefined): Review | undefined {
    return after && this.#items.get(after.toString());
  }

  /** Sets the key that shows Accept and Reject in the editor's title. */
  refresh(): void {
    setContext(contextKeys.fixReady, this.find(activeProposal())?.replacement !== undefined);
  }

  begin(target: CodeTarget): Review {
    const { document, before, lines } = target;
    const eol = document.eol === vscode.EndOfLine.CRLF ? "\r\n" : "\n";
    const name = nameOf(document);
    const left = this.#documents.create(name, before.join(eol));
    const after = this.#documents.create(name, before.join(eol));
    const controller = new AbortController();
    const documents = this.#documents;
    const items = this.#items;
    const refresh = () => this.refresh();
    const opened = this.#opened;
    const review: Review = {
      target,
      after,
      signal: controller.signal,
      get isOpen() {
        return opened.has(review);
      },
      show(shown) {
        documents.update(after, [...before.slice(0, lines.start), ...shown, ...before.slice(lines.end)].join(eol));
      },
      title: name,
      async open() {
        const { title } = review;
        await openProposalDiff({ before: left, after, title, line: lines.start, languageId: document.languageId });
        opened.add(review);
        // Cancelled while the editor was opening.
        if (!items.has(after.toString())) await closeProposal(after);
      },
      settled: () => documents.settled(after),
      async close() {
        items.delete(after.toString());
        controller.abort();
        const column = await closeProposal(after);
        documents.remove(left);
        documents.remove(after);
        refresh();
        return column;
      },
    };
    items.set(after.toString(), review);
    return review;
  }

  #dropClosed(): void {
    for (const review of this.#items.values()) {
      if (review.isOpen && tabsOfProposal(review.after).length === 0) void review.close();
    }
  }

  dispose(): void {
    this.#owned.dispose();
    for (const review of this.#items.values()) void review.close();
  }
}
