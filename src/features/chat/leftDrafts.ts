import type { DraftItem } from "./context/draftItem.ts";
import type { DraftPicture } from "./draftPictures.ts";

/** Drafts that are kept. Older ones are forgotten, which their text, a few characters, is only much later. */
const mostDrafts = 20;
/** Of the pictures of all of them. */
const mostBytes = 100_000_000;

/** Holds one kind of what goes with the next question. */
interface Holder<Item> {
  /** Gives out what it holds and takes this in its place. */
  exchange(items: readonly Item[]): readonly Item[];
}

interface LeftDraft {
  readonly items: readonly DraftItem[];
  readonly pictures: readonly DraftPicture[];
}

/**
 * What was attached in one view to questions of the conversations that it has left: it is there again when they are, like the
 * text, which the view itself keeps. In memory only, as it may be large.
 */
export class LeftDrafts {
  readonly #context: Holder<DraftItem>;
  readonly #pictures: Holder<DraftPicture>;
  readonly #left = new Map<string, LeftDraft>();
  #shown: string | undefined;

  constructor(context: Holder<DraftItem>, pictures: Holder<DraftPicture>) {
    this.#context = context;
    this.#pictures = pictures;
  }

  /** The view turns to this conversation. What was attached before the first one was there belongs to that. */
  turnTo(conversationId: string): void {
    const before = this.#shown;
    this.#shown = conversationId;
    if (before === undefined || before === conversationId) return;
    const found = this.#left.get(conversationId);
    this.#left.delete(conversationId);
    const items = this.#context.exchange(found?.items ?? []);
    const pictures = this.#pictures.exchange(found?.pictures ?? []);
    if (items.length === 0 && pictures.length === 0) return;
    this.#left.set(before, { items, pictures });
    for (const id of this.#left.keys()) {
      if (id === before || (this.#left.size <= mostDrafts && this.#bytes() <= mostBytes)) return;
      this.#left.delete(id);
    }
  }

  #bytes(): number {
    const pictures = [...this.#left.values()].flatMap((draft) => draft.pictures);
    return pictures.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
}
