import * as v from "valibot";

/** Conversations whose view is remembered; older ones are forgotten, those with something that was typed last of all. */
const mostConversations = 20;
const mostDrafts = 200;
/** Typing changes this many times a second, and each write is a message to VS Code. */
const writtenEveryMs = 150;

const place = v.object({
  draft: v.string(),
  /** The turn at the top of the panel and how far it is scrolled out; absent at the bottom. */
  anchor: v.optional(v.object({ turnId: v.string(), offset: v.number() })),
  /** What the user decided about thinking blocks, by turn. */
  thinking: v.record(v.string(), v.boolean()),
  /** Sent messages that are being changed, by turn. */
  edits: v.optional(v.record(v.string(), v.string()), {}),
});
export type Place = v.InferOutput<typeof place>;

const saved = v.object({ version: v.literal(1), places: v.array(v.tuple([v.string(), place])) });

/** What is kept; the host reads `conversationId` when VS Code brings an editor tab back. */
interface Saved extends v.InferOutput<typeof saved> {
  readonly conversationId?: string;
}

/** Where the user was looking, per conversation. VS Code destroys a hidden view: without this the draft would go too. */
export class Memory {
  readonly #places: Map<string, Place>;
  readonly #write: (state: unknown) => void;
  #shown: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writtenAt = -writtenEveryMs;

  constructor(stored: unknown, write: (state: unknown) => void) {
    const result = v.safeParse(saved, stored);
    this.#places = new Map(result.success ? result.output.places : []);
    this.#write = write;
    // Hiding comes right before the end of this page.
    document.addEventListener("visibilitychange", () => this.flush());
    window.addEventListener("pagehide", () => this.flush());
  }

  /** Notes which conversation the view shows. */
  show(conversationId: string): void {
    if (this.#shown === conversationId) return;
    this.#shown = conversationId;
    this.#writeSoon();
  }

  place(conversationId: string): Place {
    return this.#places.get(conversationId) ?? { draft: "", thinking: {}, edits: {} };
  }

  change(conversationId: string, part: Partial<Place>): void {
    const next = { ...this.place(conversationId), ...part };
    this.#places.delete(conversationId);
    this.#places.set(conversationId, next);
    for (const [id, { draft, edits }] of this.#places) {
      if (this.#places.size <= mostConversations) break;
      const isTyped = draft !== "" || Object.keys(edits).length > 0;
      if (id !== conversationId && (!isTyped || this.#places.size > mostDrafts)) this.#places.delete(id);
    }
    this.#writeSoon();
  }

  /** `text` is what a sent message is being changed to; undefined when that has ended. */
  changeEdit(conversationId: string, turnId: string, text: string | undefined): void {
    const { [turnId]: _, ...others } = this.place(conversationId).edits;
    this.change(conversationId, { edits: text === undefined ? others : { ...others, [turnId]: text } });
  }

  forgetAnchor(conversationId: string): void {
    const { anchor: _, ...rest } = this.place(conversationId);
    this.#places.set(conversationId, rest);
    this.#writeSoon();
  }

  /** At once after a rest: a killed host takes the page along, and leaves it no moment to write. */
  #writeSoon(): void {
    const rest = this.#writtenAt + writtenEveryMs - performance.now();
    this.#timer ??= setTimeout(() => this.flush(), Math.max(0, rest));
  }

  flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writtenAt = performance.now();
    const shown = this.#shown === undefined ? {} : { conversationId: this.#shown };
    this.#write({ version: 1, places: [...this.#places], ...shown } satisfies Saved);
  }
}
