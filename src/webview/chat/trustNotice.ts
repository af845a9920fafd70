import { html, type TemplateResult } from "lit/html.js";
import type { ToHost } from "../../protocol/messages.ts";
import { iconClass } from "./icons.ts";
import type { ChatState } from "./state.ts";

/** What is different in a folder that the user does not trust, and the way to VS Code's page about it. */
export function trustNotice({ strings }: ChatState, post: (message: ToHost) => void): TemplateResult {
  return html`<i class=${iconClass("shield")} aria-hidden="true"></i>
    <p>
      ${strings.restricted}
      <button type="button" class="link-button" @click=${() => post({ type: "manage-trust" })}>
        ${strings.manageTrust}
      </button>
    </p>`;
}
