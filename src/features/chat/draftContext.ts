import { randomUUID } from "node:crypto";
import { attachmentView } from "../../core/conversationView.ts";
import type { Attachment } from "../../core/services.ts";
import { activeDocument } from "../../host/editors.ts";
import type { AnswerTo } from "../../protocol/asks.ts";
import type { ToHost } from "../../protocol/messages.ts";
import type { ComposerView } from "../../protocol/panelParts.ts";
import type { ChatDeps } from "./deps.ts";

export type ContextMessage = Extract<
  ToHost,
  { type: "pick-context" | "attach" | "attach-offer" | "attach-uris" | "remove-attachment" }
>;

/** What will go with the next question of one view, and where more of it comes from. */
export class DraftContext {
  readonly #changed: () => void;
  #attachments: readonly Attachment[] = [];

  constructor(_deps: ChatDeps, changed: () => void) {
    this.#changed = changed;
  }

  add(...attachments: readonly Attachment[]): void {
    this.#attachments = [...this.#attachments, ...attachments];
    this.#changed();
  }

  /** Hands the attachments over: they belong to a question now. */
  take(): readonly Attachment[] {
    const taken = this.#attachments;
    this.clear();
    return taken;
  }

  clear(): void {
    this.#attachments = [];
    this.#changed();
  }

  /** The file in the active editor, as it is now. */
  openFile(): Attachment | undefined {
    const file = activeDocument();
    return file && { id: randomUUID(), kind: "file", ...file };
  }

  view(): Pick<ComposerView, "attachments" | "offer"> {
    return { attachments: this.#attachments.map(attachmentView) };
  }

  async handle(message: ContextMessage): Promise<void> {
    if (message.type === "remove-attachment") {
      this.#attachments = this.#attachments.filter(({ id }) => id !== message.id);
      this.#changed();
    }
  }

  async suggest(_query: string, _signal: AbortSignal): Promise<AnswerTo<"suggest-context">> {
    return { items: [] };
  }
}
