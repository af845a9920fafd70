import { html, type TemplateResult } from "lit/html.js";
import { iconClass } from "./icons.ts";

/** A warning where the user writes, in words: a colour alone says nothing. */
export function warningLine(text: string): TemplateResult {
  return html`<p class="composer-warning" dir="auto">
    <i class=${iconClass("warning")} aria-hidden="true"></i>${text}
  </p>`;
}
