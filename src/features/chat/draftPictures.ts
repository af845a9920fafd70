import type { ToHost } from "../../protocol/messages.ts";
import type { ComposerView } from "../../protocol/panelParts.ts";
import type { ChatDeps } from "./deps.ts";

export type PictureMessage = Extract<ToHost, { type: "attach-picture" | "remove-picture" }>;

/** Pictures that will go with the next question of one view. */
export class DraftPictures {
  readonly #changed: () => void;

  constructor(_deps: ChatDeps, changed: () => void) {
    this.#changed = changed;
  }

  clear(): void {
    this.#changed();
  }

  view(): Pick<ComposerView, "pictures"> {
    return {};
  }

  async handle(_message: PictureMessage): Promise<void> {}
}
