import * as vscode from "vscode";
import { bestMatches } from "../../../core/contextFuzzy.ts";
import { shortened } from "../../../core/contextLimits.ts";
import { gitRepositories, hasGit, tellNoRepository, type Commit, type GitRepository } from "../../../host/git.ts";
import { t } from "../../../host/l10n.ts";
import { notify } from "../../../host/notify.ts";
import { pickOne } from "../../../host/quickPick.ts";
import { attachmentOf, type DraftItem } from "./draftItem.ts";
import { allowedPatch } from "./gitText.ts";
import type { Offer, Source } from "./source.ts";

/** How far back a list goes. */
const mostListed = 100;

/** One of the latest commits: its message and its patch. */
export function commitSource(): Source {
  return {
    icon: "git-commit",
    label: t("Commit…"),
    isThere: hasGit,
    prefix: "commit:",
    async find(words) {
      const found = (await recent()).map((entry) => ({ ...entry, name: entry.label, path: entry.detail }));
      return bestMatches(found, words, 50);
    },
    async read() {
      if ((await gitRepositories()).length === 0) {
        void tellNoRepository();
        return [];
      }
      const found = await recent();
      if (found.length === 0) {
        void notify("information", t("Nothing has been committed here yet."));
        return [];
      }
      const entries = found.map((offer) => ({ ...offer, description: offer.detail, value: offer }));
      const chosen = await pickOne(entries, t("Choose a commit to attach"));
      return chosen ? chosen.read() : [];
    },
  };
}

async function recent(): Promise<readonly (Offer & { readonly detail: string })[]> {
  const all = await Promise.all(
    (await gitRepositories()).map(async (repository) =>
      (await repository.commits(mostListed)).map((commit) => ({
        icon: "git-commit",
        label: subject(commit),
        detail: [commit.hash.slice(0, 8), commit.authorName, commit.authorDate?.toLocaleDateString(vscode.env.language)]
          .filter((part) => part !== undefined)
          .join(" · "),
        read: () => items(repository, commit),
      })),
    ),
  );
  return all.flat();
}

/** A commit never changes: it is read once. */
async function items(repository: GitRepository, commit: Commit): Promise<readonly DraftItem[]> {
  const hash = commit.hash.slice(0, 8);
  const patch = await allowedPatch(repository, await repository.patchOf(commit));
  const { text, lines } = shortened(`commit ${commit.hash}\n\n${commit.message.trim()}\n\n${patch}`);
  const cut = lines ? [t("the first {0} of {1} lines", lines.kept, lines.of)] : [];
  const detail = [`${hash} ${subject(commit)}`, ...cut].join(" · ");
  const content = { kind: "commit", label: hash, detail, language: "diff", text } as const;
  return [{ key: () => `commit:${commit.hash}`, attachment: attachmentOf(content) }];
}

function subject({ message }: Commit): string {
  return message.split("\n", 1)[0]?.slice(0, 200) ?? "";
}
