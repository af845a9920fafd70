import { html, nothing, type TemplateResult } from "lit/html.js";
import type { ComposerView } from "../../protocol/panelParts.ts";
import type { AttachmentView } from "../../protocol/turns.ts";
import { fill, type Strings } from "../../protocol/strings.ts";
import { formatCount } from "./format.ts";
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

interface Words {
  readonly strings: Strings;
  /** BCP 47 tag for numbers. */
  readonly language: string;
}

/** Attachments of a message that was sent. */
export function chips(attachments: readonly AttachmentView[], words: Words): TemplateResult | typeof nothing {
  if (attachments.length === 0) return nothing;
  return html`<ul class="chips" aria-label=${words.strings.attachments}>
    ${attachments.map(
      (attachment) =>
        html`<li class="chip" title=${attachment.detail}>
          ${content(attachment, words)}${
            attachment.warning === undefined
              ? nothing
              : html`<i
                  class=${iconClass("warning")}
                  role="img"
                  title=${attachment.warning}
                  aria-label=${attachment.warning}
                ></i>`
          }
        </li>`,
    )}
  </ul>`;
}

/** What will go with the next message and, dashed, what could; what needs a second look is said below in words. */
export function draftChips(
  { attachments, offer }: ComposerView,
  words: Words,
  act: { remove(id: string): void; addOffer(): void },
): TemplateResult | typeof nothing {
  if (attachments.length === 0 && offer === undefined) return nothing;
  const { strings } = words;
  return html`<ul class="chips" aria-label=${strings.attachments}>
      ${attachments.map((attachment) => {
        const { id, label, detail, warning } = attachment;
        const name = fill(strings.removeAttachment, label);
        const warningId = warning === undefined ? nothing : `warning-${id}`;
        return html`<li class=${warning === undefined ? "chip" : "chip warned"} title=${detail}>
          ${warning === undefined ? nothing : html`<i class=${iconClass("warning")} aria-hidden="true"></i>`}
          ${content(attachment, words)}
          <button
            type="button"
            class="icon-button chip-remove"
            title=${name}
            aria-label=${name}
            aria-describedby=${warningId}
            @click=${() => act.remove(id)}
          >
            <i class=${iconClass("close")} aria-hidden="true"></i>
          </button>
        </li>`;
      })}
      ${
        offer === undefined
          ? nothing
          : html`<li>
              <button
                type="button"
                class="chip offer"
                title=${`${fill(strings.attachOffer, offer.label)}\n${offer.detail}`}
                aria-label=${fill(strings.attachOffer, offer.label)}
                @click=${() => act.addOffer()}
              >
                <i class=${iconClass("add")} aria-hidden="true"></i><span class="chip-label">${offer.label}</span>
              </button>
            </li>`
      }
    </ul>
    ${attachments.map(({ id, warning }) =>
      warning === undefined
        ? nothing
        : html`<p class="composer-warning" id=${`warning-${id}`} dir="auto">
            <i class=${iconClass("warning")} aria-hidden="true"></i>${warning}
          </p>`,
    )}`;
}

function content({ kind, label, tokens }: AttachmentView, { strings, language }: Words): TemplateResult {
  return html`<i class=${iconClass(icons[kind])} aria-hidden="true"></i><span class="chip-label">${label}</span>${
      tokens === undefined ? nothing : tokenCount(formatCount(tokens, language), strings)
    }`;
}

/** The bare number to the eye, as there is little room; with its unit to the ear and the pointer. */
function tokenCount(count: string, strings: Strings): TemplateResult {
  const words = fill(strings.tokens, count);
  return html`<span class="chip-tokens" title=${words}
    ><span aria-hidden="true">${count}</span><span class="visually-hidden">${words}</span></span
  >`;
}
