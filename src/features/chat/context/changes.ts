import { shortened } from "../../../core/contextLimits.ts";
import { gitRepositories, hasGit, tellNoRepository, type GitRepository } from "../../../host/git.ts";
import { t } from "../../../host/l10n.ts";
import { notify } from "../../../host/notify.ts";
import { fileName } from "../../../host/pickFile.ts";
import { pickOne } from "../../../host/quickPick.ts";
import { attachmentOf, type Content, type DraftItem } from "./draftItem.ts";
import { allowedPatch, createdFiles } from "./gitText.ts";
import type { Offer, Source } from "./source.ts";

/** What has changed since the last commit, staged or not, as a patch. */
export function changesSource(): Source {
  return {
    icon: "diff",
    label: t("Git changes…"),
    isThere: hasGit,
    prefix: "changes:",
    async find(words) {
      const offers = offersOf(await gitRepositories());
      return offers.filter(({ label }) => label.toLowerCase().includes(words.toLowerCase()));
    },
    async read() {
      const repositories = await gitRepositories();
      if (repositories.length === 0) {
        void tellNoRepository();
        return [];
      }
      const offers = offersOf(repositories);
      if (offers.length === 0) void notify("information", t("There are no changes since the last commit."));
      const entries = offers.map((each) => ({ ...each, value: each }));
      const chosen = offers.length > 1 ? await pickOne(entries, t("Choose changes to attach")) : offers[0];
      return chosen ? chosen.read() : [];
    },
  };
}

/** How many messages show how commits are written here. */
const mostExamples = 10;

/**
 * What the next commit would hold: what is staged, else all changes; and how the latest messages read, which a new one should
 * follow. Empty when there is nothing, which the user has then been told, or on Escape.
 */
export async function commitItems(): Promise<readonly DraftItem[]> {
  const repositories = await gitRepositories();
  if (repositories.length === 0) {
    void tellNoRepository();
    return [];
  }
  const changed = repositories.filter((repository) => offersOf([repository]).length > 0);
  if (changed.length === 0) void notify("information", t("There are no changes since the last commit."));
  const entries = changed.map((value) => ({ icon: "repo", label: fileName(value.root), value }));
  const repository = changed.length > 1 ? await pickOne(entries, t("Choose changes to attach")) : changed[0];
  if (!repository) return [];
  const changes = await offersOf([repository]).at(-1)?.read();
  return changes === undefined || changes.length === 0 ? [] : [...changes, ...(await examples(repository))];
}

async function examples({ root, commits }: GitRepository): Promise<readonly DraftItem[]> {
  const subjects = (await commits(mostExamples)).map(({ message }) => message.split("\n", 1)[0]?.slice(0, 200) ?? "");
  if (subjects.length === 0) return [];
  const label = t("Recent commits");
  const content = { kind: "commit", label, detail: label, language: "", text: subjects.join("\n") } as const;
  return [{ key: () => `log:${root.toString()}`, attachment: attachmentOf(content) }];
}

function offersOf(repositories: readonly GitRepository[]): readonly (Offer & { readonly description: string })[] {
  return repositories.flatMap((repository) => {
    const { workingTree, staged } = repository.counts();
    const of = repositories.length > 1 ? ` · ${fileName(repository.root)}` : "";
    return [
      ...(workingTree > 0 ? [offer(repository, "workingTree", `${t("Changes not staged")}${of}`, workingTree)] : []),
      ...(staged > 0 ? [offer(repository, "staged", `${t("Staged changes")}${of}`, staged)] : []),
    ];
  });
}

function offer(repository: GitRepository, which: "workingTree" | "staged", label: string, count: number) {
  const detail = count === 1 ? t("1 file") : t("{0} files", count);
  const read = async (): Promise<Content> => {
    const { patch, created } = await repository.changes(which);
    const { text, lines } = shortened(`${await allowedPatch(repository, patch)}${await createdFiles(created)}`);
    const cut = lines ? [t("the first {0} of {1} lines", lines.kept, lines.of)] : [];
    const words = [label, detail, ...cut].join(" · ");
    return { kind: "diff", label, detail: words, language: "diff", text, repository: repository.root.toString() };
  };
  return { icon: "diff", label, detail, description: detail, read: () => item(repository, which, read) };
}

async function item(
  { root }: GitRepository,
  which: "workingTree" | "staged",
  read: () => Promise<Content>,
): Promise<readonly DraftItem[]> {
  const content = await read();
  if (content.text.trim() !== "") {
    return [{ key: () => `diff:${which}:${root.toString()}`, attachment: attachmentOf(content), reread: read }];
  }
  void notify("information", t("There are no changes since the last commit."));
  return [];
}
