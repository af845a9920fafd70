import { lastEditor } from "../../host/editors.ts";
import { commitItems } from "./context/changes.ts";
import { fileProblems } from "./context/problems.ts";
import { selected } from "./context/selection.ts";
import type { DraftContext } from "./draftContext.ts";
import type { CommandContext } from "./slash.ts";

/** Attaches to a view's next question what a command is about, so that it shows before anything is sent. */
export function commandContext(context: DraftContext): CommandContext {
  const attached = () => context.view().attachments;
  /** Where the newest attachment is from, without what else its tooltip says; undefined when there is no new one. */
  const placeOfNew = async (attach: () => Promise<void>): Promise<string | undefined> => {
    const before = attached();
    await attach();
    const added = attached().findLast((each) => !before.includes(each) && !before.some(({ id }) => id === each.id));
    return added?.detail.split(" · ", 1)[0];
  };
  const attachSelection = async () => (selected() ? placeOfNew(() => context.addSelection()) : undefined);
  const attachFile = async () => {
    const document = lastEditor()?.document;
    return document && context.offers ? placeOfNew(() => context.addUris([document.uri])) : undefined;
  };
  return {
    attached,
    attachSelection,
    attachFile,
    attachCode: async () => ((await attachSelection()) ?? (await attachFile())) !== undefined,
    async attachProblems() {
      context.addItems(await fileProblems());
    },
    async attachChanges() {
      const items = await commitItems();
      context.addItems(items);
      return items.length > 0;
    },
  };
}
