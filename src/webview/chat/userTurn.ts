import { render } from "lit/html.js";
import type { UserTurnView } from "../../protocol/turns.ts";
import { chips } from "./chips.ts";
import type { ViewContext } from "./context.ts";
import { createCopyButton } from "./copyButton.ts";
import { createIconButton } from "./icons.ts";
import { Thumbnails } from "./thumbnails.ts";
import { createTurnFrame, forgetLayout, type TurnElement } from "./turn.ts";
import { TurnEditor } from "./turnEditor.ts";

/** The user's message, as typed: nobody's Markdown is interpreted that nobody asked for. It can be changed in its place. */
export class UserTurn implements TurnElement<UserTurnView> {
  readonly element: HTMLElement;
  readonly #text = document.createElement("div");
  readonly #attachments = document.createElement("div");
  readonly #actions = document.createElement("div");
  readonly #copy: HTMLButtonElement;
  readonly #thumbnails: Thumbnails;
  readonly #context: ViewContext;
  #turn: UserTurnView;
  #editor: TurnEditor | undefined;

  constructor(turn: UserTurnView, context: ViewContext) {
    this.#context = context;
    this.#turn = turn;
    const { element, heading } = createTurnFrame(turn.id, "user");
    this.element = element;
    element.setAttribute("aria-label", context.strings.turnYou);
    heading.textContent = context.strings.you;
    this.#text.className = "user-text";
    this.#text.dir = "auto";
    this.#thumbnails = new Thumbnails({
      requests: context.requests,
      strings: () => context.strings,
      open: (pictureId) => context.post({ type: "open-picture", pictureId }),
    });
    this.#copy = createCopyButton(context.strings.copyMessage, () => this.#turn.text, context);
    this.#buildActions();
    element.append(this.#actions, this.#text, this.#thumbnails.element, this.#attachments);
    this.update(turn);
    const changed = context.memory.place(context.conversationId).edits[turn.id];
    if (changed !== undefined) this.#edit(changed, () => element.focus());
  }

  update(turn: UserTurnView): void {
    this.#turn = turn;
    if (this.#text.textContent !== turn.text) this.#text.textContent = turn.text;
    // A message may be nothing but pictures.
    this.#copy.hidden = turn.text === "";
    this.#thumbnails.update(turn.pictures ?? []);
    render(chips(turn.attachments, this.#context), this.#attachments);
  }

  setNear(near: boolean): void {
    if (!near) forgetLayout(this.#actions);
  }

  dispose(): void {
    this.#thumbnails.dispose();
  }

  #buildActions(): void {
    const { strings } = this.#context;
    const edit = createIconButton("edit", strings.editMessage, () => this.#startEditing());
    edit.classList.add("edit-button");
    this.#actions.className = "turn-actions";
    this.#actions.append(
      this.#copy,
      edit,
      createIconButton("repo-forked", strings.branch, () =>
        this.#context.post({ type: "branch", turnId: this.#turn.id }),
      ),
    );
  }

  /** Up in the empty box asks for this, too, while the editor is open already. */
  #startEditing(): void {
    const before = document.activeElement;
    if (this.#editor === undefined) {
      this.#edit(this.#turn.text, () => {
        if (!(before instanceof HTMLElement)) return;
        // The turn's buttons are there again only when the turn has the focus.
        if (this.element.contains(before)) this.element.focus();
        before.focus();
      });
    }
    this.#editor?.focus();
  }

  #edit(text: string, closed: () => void): void {
    const { strings, language, memory, conversationId } = this.#context;
    const { id: turnId } = this.#turn;
    const close = () => {
      editor.element.remove();
      this.#editor = undefined;
      this.#text.hidden = false;
      this.#actions.hidden = false;
      memory.changeEdit(conversationId, turnId, undefined);
      closed();
    };
    const editor = new TurnEditor(text, {
      strings,
      language,
      changed: (changed) => memory.changeEdit(conversationId, turnId, changed),
      say: (words) => this.#context.say(words),
      send: (changed) => {
        close();
        this.#context.post({ type: "edit", turnId, text: changed });
      },
      cancel: close,
    });
    this.#editor = editor;
    this.#text.hidden = true;
    this.#actions.hidden = true;
    this.#text.after(editor.element);
  }
}
