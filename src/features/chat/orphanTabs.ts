import * as v from "valibot";
import * as vscode from "vscode";
import { editorViews } from "../../contributions.ts";
import { chatTabsKey, type Memory } from "./deps.ts";

const notes = v.object({
  /** VS Code's id of the life of this window: another one after a reload, the same after the end of its extension host. */
  window: v.string(),
  tabs: v.array(v.object({ conversationId: v.string(), title: v.string(), draft: v.string() })),
});

/** What a tab shows. */
export type TabNote = v.InferOutput<typeof notes>["tabs"][number];

/** Notes what the tabs show, for the host that comes after this one if it is killed. */
export async function noteTabs(memory: Memory, tabs: readonly TabNote[]): Promise<void> {
  await memory.set(chatTabsKey, tabs.length === 0 ? undefined : { window: vscode.env.sessionId, tabs });
}

/**
 * Tabs of a host that was killed, with what they showed. VS Code keeps their pages as they are, but nobody answers them any
 * more. To be asked before this host makes tabs of its own. After a reload there are none: VS Code brings those back itself.
 */
export function orphanTabs(memory: Memory): (TabNote & { readonly tab: vscode.Tab })[] {
  const stored = v.safeParse(notes, memory.get(chatTabsKey));
  if (!stored.success || stored.output.window !== vscode.env.sessionId) return [];
  const unclaimed = [...stored.output.tabs];
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(isChat);
  return tabs.flatMap((tab) => {
    // A name may have changed in the last moment.
    const at = Math.max(
      0,
      unclaimed.findIndex(({ title }) => title === tab.label),
    );
    return unclaimed.splice(at, 1).map((note) => ({ ...note, tab }));
  });
}

/** VS Code puts a word of its own before the type. */
function isChat({ input }: vscode.Tab): boolean {
  return input instanceof vscode.TabInputWebview && input.viewType.endsWith(editorViews.chat);
}
