import { html, nothing, type TemplateResult } from "lit/html.js";
import type { ToHost } from "../../../protocol/messages.ts";
import type { ComposerView } from "../../../protocol/panelParts.ts";
import { fill, type Strings } from "../../../protocol/strings.ts";
import { iconClass, type IconName } from "../icons.ts";

/** Messages that go when the running answer has ended, each of which can still be changed or taken back. */
export function queueList(
  queue: ComposerView["queue"],
  strings: Strings,
  act: (message: ToHost) => void,
): TemplateResult | typeof nothing {
  if (queue === undefined || queue.messages.length === 0) return nothing;
  const button = (icon: IconName, name: string, message: ToHost) =>
    html`<button type="button" class="icon-button" title=${name} aria-label=${name} @click=${() => act(message)}>
      <i class=${iconClass(icon)} aria-hidden="true"></i>
    </button>`;
  return html`<section class="queue" aria-label=${strings.queue}>
    ${
      queue.paused
        ? html`<div class="queue-paused">
            <p class="composer-warning">
              <i class=${iconClass("debug-pause")} aria-hidden="true"></i>${strings.queuePaused}
            </p>
            <div class="buttons">
              <button type="button" class="secondary" @click=${() => act({ type: "resume-queue" })}>
                ${strings.queueSend}
              </button>
            </div>
          </div>`
        : nothing
    }
    <ol>
      ${queue.messages.map(
        ({ id, text, extras }, index) =>
          html`<li>
            <i class=${iconClass("history")} aria-hidden="true"></i>
            <span class="queue-text" dir="auto" title=${text}>${text === "" ? strings.pictures : text}</span>
            ${extras > 0 ? extrasOf(fill(strings.queueExtras, extras), extras) : nothing}
            ${button("edit", fill(strings.queueEdit, index + 1), { type: "edit-queued", messageId: id })}
            ${button("close", fill(strings.queueRemove, index + 1), { type: "unqueue", messageId: id })}
          </li>`,
      )}
    </ol>
  </section>`;
}

/** A clip and a number, as the text needs the room; in words to the ear and the pointer. */
function extrasOf(words: string, count: number): TemplateResult {
  return html`<span class="queue-extras" title=${words}>
    <i class=${iconClass("attach")} aria-hidden="true"></i><span aria-hidden="true">${count}</span>
    <span class="visually-hidden">${words}</span>
  </span>`;
}
