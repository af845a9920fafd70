import { html, nothing, render, type TemplateResult } from "lit/html.js";
import type { ToHost } from "../../../protocol/messages.ts";
import type { ComposerView } from "../../../protocol/panelParts.ts";
import { fill, type Strings } from "../../../protocol/strings.ts";
import { iconClass, type IconName } from "../icons.ts";
import type { ChatState } from "../state.ts";
import { meter, type Budget } from "./budget.ts";
import type { MenuItem } from "../menu.ts";
import { MenuOpener } from "../menuOpener.ts";

/** Between two controls, in pixels, as in the style sheet. */
const gap = 4;

/** What moves into the menu when there is no room, first to go first; the rest always stays. */
const movable = ["web", "effort", "mention"] as const;
type Movable = (typeof movable)[number];

export interface RowHooks {
  post(message: ToHost): void;
  /** Types an "@" for the user. */
  mention(): void;
  sendOrStop(event: MouseEvent): void;
}

/** The row below the text: what goes along, who answers and how, and the button that sends or stops. */
export class ComposerRow {
  readonly #element: HTMLElement;
  readonly #hooks: RowHooks;
  readonly #controls = document.createElement("div");
  readonly #end = document.createElement("div");
  #state: ChatState | undefined;
  #moved: ReadonlySet<Movable> = new Set();
  readonly #menu = new MenuOpener();
  /** What the widths depend on, to measure only when they change. */
  #measured = "";

  constructor(element: HTMLElement, hooks: RowHooks) {
    this.#element = element;
    this.#hooks = hooks;
    this.#controls.className = "composer-controls";
    this.#end.className = "composer-end";
    this.#element.append(this.#controls, this.#end);
    new ResizeObserver(() => this.#layOut()).observe(this.#element);
  }

  update(state: ChatState): void {
    this.#state = state;
    render(this.#template(state), this.#controls);
    const { model, effort, web } = state.composer;
    const measured = JSON.stringify([state.language, model, effort, web]);
    if (measured !== this.#measured) this.#layOut();
    this.#measured = measured;
  }

  /** The part that changes with each key. */
  updateEnd({ strings, language, composer }: ChatState, canSend: boolean, budget: Budget | undefined): void {
    const { busy } = composer;
    const name = busy ? strings.stop : strings.send;
    const hadMeter = this.#end.childElementCount;
    // One button that changes, so that focus stays where the hand is.
    render(
      html`${meter(budget, strings, language)}<button
          type="button"
          class="icon-button send-button"
          title=${name}
          aria-label=${name}
          aria-disabled=${String(!busy && !canSend)}
          @click=${(event: MouseEvent) => this.#hooks.sendOrStop(event)}
        >
          <i class=${iconClass(busy ? "stop-circle" : "send")} aria-hidden="true"></i>
        </button>`,
      this.#end,
    );
    if (this.#end.childElementCount !== hadMeter) this.#layOut();
  }

  #template({ strings, composer }: ChatState): TemplateResult {
    const { model, effort, web } = composer;
    const pickName = model === "" ? strings.chooseModel : fill(strings.pickModel, model);
    return html`${iconButton("attach", strings.attachContext, strings.attach, () => this.#hooks.post({ type: "pick-context" }))}
      <button
        type="button"
        class="icon-button"
        data-control="mention"
        title=${strings.mention}
        aria-label=${strings.mention}
        @click=${() => this.#hooks.mention()}
      >
        <i class=${iconClass("mention")} aria-hidden="true"></i>
      </button>
      <button
        type="button"
        class="row-button model-button"
        title=${pickName}
        aria-label=${pickName}
        @click=${() => this.#hooks.post({ type: "pick-model" })}
      >
        <span class="model-name">${model === "" ? strings.chooseModel : model}</span
        ><i class=${iconClass("chevron-down")} aria-hidden="true"></i>
      </button>
      ${effort === undefined ? nothing : this.#effortButton(effort, strings)}
      ${
        web === undefined
          ? nothing
          : html`<button
              type="button"
              class="row-button web-button"
              data-control="web"
              title=${strings.webName}
              aria-label=${`${strings.web}: ${strings.webName}`}
              aria-pressed=${String(web)}
              @click=${() => this.#hooks.post({ type: "set-web", on: !web })}
            >
              <i class=${iconClass(web ? "check" : "globe")} aria-hidden="true"></i><span>${strings.web}</span>
            </button>`
      }
      <button
        type="button"
        class="icon-button more-button"
        hidden
        title=${strings.moreOptions}
        aria-label=${strings.moreOptions}
        aria-haspopup="menu"
        aria-expanded="false"
        @click=${this.#openMore}
      >
        <i class=${iconClass("ellipsis")} aria-hidden="true"></i>
      </button>`;
  }

  #effortButton(effort: NonNullable<ComposerView["effort"]>, strings: Strings): TemplateResult {
    const chosen = effort.levels.find(({ id }) => id === effort.chosen)?.label ?? effort.chosen;
    const name = fill(strings.effortName, chosen);
    return html`<button
      type="button"
      class="row-button"
      data-control="effort"
      title=${name}
      aria-label=${name}
      aria-haspopup="menu"
      aria-expanded="false"
      @click=${(event: MouseEvent) => this.#open(event.currentTarget, strings.effortMenu, this.#effortItems())}
    >
      <span>${fill(strings.effort, chosen)}</span><i class=${iconClass("chevron-down")} aria-hidden="true"></i>
    </button>`;
  }

  #effortItems(): MenuItem[] {
    const effort = this.#state?.composer.effort;
    const group = this.#state?.strings.effortMenu ?? "";
    return (effort?.levels ?? []).map(({ id, label }) => ({
      kind: "radio",
      label,
      group,
      checked: id === effort?.chosen,
      act: () => this.#hooks.post({ type: "set-effort", level: id }),
    }));
  }

  readonly #openMore = (event: MouseEvent): void => {
    if (this.#state === undefined) return;
    const { strings, composer } = this.#state;
    const items: MenuItem[] = [];
    if (this.#moved.has("mention")) {
      items.push({ label: strings.mention, act: () => this.#hooks.mention() });
    }
    if (this.#moved.has("effort")) items.push(...this.#effortItems());
    if (this.#moved.has("web")) {
      const { web = false } = composer;
      const act = () => this.#hooks.post({ type: "set-web", on: !web });
      items.push({ kind: "check", label: strings.webName, checked: web, act });
    }
    this.#open(event.currentTarget, strings.moreOptions, items);
  };

  #open(anchor: EventTarget | null, label: string, items: readonly MenuItem[]): void {
    if (anchor instanceof HTMLElement) this.#menu.toggle(anchor, label, items);
  }

  /** Measures once with everything in place, then moves what does not fit, from right to left. */
  #layOut(): void {
    const controls = [...this.#controls.children].filter((child) => child instanceof HTMLElement);
    const more = controls.at(-1);
    if (more === undefined || this.#element.clientWidth === 0) return;
    this.#menu.close();
    this.#controls.classList.add("measured");
    const widths = new Map(controls.map((control) => [control.dataset["control"], control.offsetWidth]));
    const moreWidth = more.offsetWidth;
    let needed = controls.reduce((sum, control) => sum + control.offsetWidth + gap, 0) - moreWidth - 2 * gap;
    this.#controls.classList.remove("measured");
    const room = this.#controls.clientWidth;
    const moved = new Set<Movable>();
    for (const name of movable) {
      const width = widths.get(name);
      if (needed <= room) break;
      if (width === undefined) continue;
      if (moved.size === 0) needed += moreWidth + gap;
      needed -= width + gap;
      moved.add(name);
    }
    this.#moved = moved;
    for (const control of controls) {
      const name = movable.find((one) => one === control.dataset["control"]);
      control.hidden = control === more ? moved.size === 0 : name !== undefined && moved.has(name);
    }
  }
}

function iconButton(icon: IconName, title: string, name: string, act: () => void): TemplateResult {
  return html`<button type="button" class="icon-button" title=${title} aria-label=${name} @click=${act}>
    <i class=${iconClass(icon)} aria-hidden="true"></i>
  </button>`;
}
