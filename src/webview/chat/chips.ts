import { html, nothing, type TemplateResult } from "lit/html.js";
import type { AttachmentView } from "../../protocol/turns.ts";
import { fill, type Strings } from "../../protocol/strings.ts";
import { iconClass, type IconName } from "./icons.ts";

const icons: Readonly<Record<AttachmentView["kind"], IconName>> = {
  selection: "list-selection",
  symbol: "symbol-method",
  problem: "warning",
  file: "file",
  folder: "folder",
  terminal: "terminal",
  diff: "diff",
  commit: "git-commit",
  page: "globe",
  search: "search",
};

/** Attachments as chips; removable when `remove` is given. */
export function chips(
  attachments: readonly AttachmentView[],
  strings: Strings,
  remove?: (id: string) => void,
): TemplateResult | typeof nothing {
  if (attachments.length === 0) return nothing;
  return html`<ul class="chips" aria-label=${strings.attachments}>
    ${attachments.map(
      ({ id, kind, label, detail }) =>
        html`<li class="chip" title=${detail}>
          <i class=${iconClass(icons[kind])} aria-hidden="true"></i><span class="chip-label">${label}</span>${
            remove === undefined
              ? nothing
              : html`<button
                  type="button"
                  class="icon-button chip-remove"
                  title=${fill(strings.removeAttachment, label)}
                  aria-label=${fill(strings.removeAttachment, label)}
                  @click=${() => remove(id)}
                >
                  <i class=${iconClass("close")} aria-hidden="true"></i>
                </button>`
          }
        </li>`,
    )}
  </ul>`;
}
