import type { MarkdownIt, StateCore } from "markdown-it";

/** `- [ ] open` and `- [x] done`: the marks become classes of the item, and a box of its own that the view gives a name. */
function markTasks({ tokens }: StateCore): void {
  for (const [index, token] of tokens.entries()) {
    if (token.type !== "inline" || tokens[index - 1]?.type !== "paragraph_open") continue;
    const item = tokens[index - 2];
    const mark = item?.type === "list_item_open" ? /^\[([ xX])\](?=\s)/.exec(token.content)?.[1] : undefined;
    if (item === undefined || mark === undefined) continue;
    token.content = token.content.slice(4);
    item.attrSet("class", mark === " " ? "task" : "task task-done");
  }
}

export function addTaskLists(md: MarkdownIt): void {
  md.core.ruler.before("inline", "task_lists", markTasks);
  md.renderer.rules["list_item_open"] = (tokens, index) => {
    const kind = tokens[index]?.attrGet("class");
    if (typeof kind !== "string") return "<li>";
    return `<li class="${kind}"><span class="task-box"></span>`;
  };
}
