import type { ConversationContent } from "../../core/conversationCopy.ts";
import { branchOf, copyTitle } from "../../core/conversationCopy.ts";
import type { Conversation, Turn } from "../../core/conversation.ts";
import { ChatSession, type SessionDeps } from "./session.ts";
import type { ConversationStore, OpenConversation, ReadOnly } from "./store.ts";
import type { Deleted } from "./storeTrash.ts";

/** A view that may show a conversation. */
export interface Watcher {
  /** Whether the user can see it now. */
  isVisible(): boolean;
}

export interface SessionsListener {
  /** An answer has begun or ended, in some conversation. */
  busyChanged(): void;
  /** An answer has ended and no view that can be seen shows it. */
  endedUnseen(session: ChatSession): void;
  /** What came after an edited question is a conversation of its own now. */
  tailKept(copy: { readonly id: string; readonly title: string }): void;
}

interface Entry extends OpenConversation {
  readonly session: ChatSession;
  readonly watchers: Set<Watcher>;
  busy: boolean;
}

/**
 * Conversations that a view shows or that are being answered: one session each, however many views show it. Those that
 * nobody shows are dropped when nothing goes on in them.
 */
export class Sessions {
  readonly #deps: SessionDeps;
  /** Where the conversations and their pictures are kept. */
  readonly store: ConversationStore;
  readonly #listener: SessionsListener;
  readonly #open = new Map<string, Entry>();
  readonly #entries = new WeakMap<ChatSession, Entry>();
  #current: Promise<ChatSession> | undefined;

  constructor(deps: SessionDeps, store: ConversationStore, listener: SessionsListener) {
    this.#deps = deps;
    this.store = store;
    this.#listener = listener;
  }

  /** The conversation of the side bar. */
  current(): Promise<ChatSession> {
    return (this.#current ??= this.store.openCurrent().then((opened) => this.#sessionOf(opened)));
  }

  /** An empty conversation. What is being answered goes on. */
  async startNew(): Promise<ChatSession> {
    return this.#sessionOf(this.store.startNew());
  }

  /** Makes a conversation that of the side bar, also for the next time that this workspace is opened. */
  async makeCurrent(session: ChatSession): Promise<void> {
    this.#current = Promise.resolve(session);
    await this.store.setCurrent(session.conversationId);
  }

  /** Undefined when there is no such conversation. */
  async open(id: string): Promise<ChatSession | undefined> {
    const known = this.#known(id);
    if (known) return known.session;
    const opened = await this.store.open(id);
    if (opened) return this.#sessionOf(opened);
    if (!this.#open.has(id)) this.store.leave(id);
    return undefined;
  }

  /**
   * The conversation to be changed in place of this one: the same, unless another window had that open, which may have closed
   * it by now. Undefined where nothing may be added to it.
   */
  async changeable(session: ChatSession): Promise<ChatSession | undefined> {
    if (this.readOnly(session) !== "elsewhere") return this.readOnly(session) === undefined ? session : undefined;
    const again = await this.open(session.conversationId);
    return again && this.readOnly(again) === undefined ? again : undefined;
  }

  async create(content: ConversationContent, pictures: ReadonlyMap<string, Uint8Array>): Promise<ChatSession> {
    return this.#sessionOf(await this.store.create(content, pictures));
  }

  /** A new conversation that begins as this one does up to and with a turn. Undefined when there is no such turn. */
  async branch(session: ChatSession, turnId: string): Promise<ChatSession | undefined> {
    const turns = branchOf(this.conversation(session), turnId);
    return turns && this.#sessionOf(await this.#copy(session, turns));
  }

  /**
   * Keeps what a conversation is now as another one, before turns of it are taken away: what came after a question that is
   * asked in other words is of no use without what came before.
   */
  async keepTail(session: ChatSession): Promise<void> {
    const { conversation } = await this.#copy(session, this.conversation(session).turns);
    this.#listener.tailKept(conversation);
  }

  conversation(session: ChatSession): Conversation {
    return this.#entryOf(session).conversation;
  }

  /** Why nothing may be added to a conversation. */
  readOnly(session: ChatSession): ReadOnly | undefined {
    return this.#entryOf(session).readOnly;
  }

  /** Conversations in which an answer is on its way. */
  busyIds(): ReadonlySet<string> {
    return new Set([...this.#open].filter(([, { session }]) => session.busy).map(([id]) => id));
  }

  /** Keeps a conversation open for a view, until the returned function is called. */
  watch(session: ChatSession, watcher: Watcher): () => void {
    const entry = this.#entryOf(session);
    // It may have been dropped while the view was on its way to it.
    if (!this.#open.has(session.conversationId)) this.#keep(entry);
    entry.watchers.add(watcher);
    return () => {
      entry.watchers.delete(watcher);
      void this.#dropIfIdle(entry);
    };
  }

  async rename(id: string, title: string): Promise<boolean> {
    const entry = this.#known(id);
    if (!entry) {
      const isNoted = await this.store.note(id, { type: "title", title });
      // Of another window: only shown here.
      if (isNoted) this.#open.get(id)?.session.rename(title);
      return isNoted;
    }
    entry.session.rename(title);
    await entry.log.flush();
    return true;
  }

  async pin(id: string, pinned: boolean): Promise<boolean> {
    const entry = this.#known(id);
    if (!entry) return this.store.note(id, { type: "pinned", pinned });
    entry.conversation.pinned = pinned;
    entry.log.append({ type: "pinned", pinned });
    await entry.log.flush();
    return true;
  }

  /** Stops what is on its way and moves the conversation to the trash. Views that show it have to show another one. */
  async delete(id: string): Promise<Deleted> {
    const entry = this.#open.get(id);
    this.#open.delete(id);
    try {
      await entry?.session.close();
      const deleted = await this.store.delete(id);
      this.store.leave(id);
      return deleted;
    } catch (error) {
      if (entry) this.#open.set(id, entry);
      throw error;
    }
  }

  /** Has all that came until now put on disk, and nothing after it: another window may have the conversations next. */
  async close(): Promise<void> {
    const flushed = [...this.#open.values()].map(({ session }) => session.flush());
    this.store.close();
    await Promise.all(flushed);
  }

  async #copy({ title, conversationId }: ChatSession, turns: readonly Turn[]): Promise<OpenConversation> {
    const taken = new Set((await this.store.list()).map((each) => each.title));
    return this.store.create({ title: copyTitle(title, taken), turns }, { from: conversationId });
  }

  #sessionOf(opened: OpenConversation): ChatSession {
    const known = this.#known(opened.conversation.id);
    if (known) return known.session;
    const session = new ChatSession(this.#deps, opened.conversation, opened.log);
    const entry: Entry = { ...opened, session, watchers: new Set(), busy: false };
    this.#keep(entry);
    this.#entries.set(session, entry);
    session.listen({ post: () => undefined, resync: () => undefined, changed: () => this.#changed(entry) });
    return session;
  }

  #keep(entry: Entry): void {
    const { id } = entry.conversation;
    this.#open.set(id, entry);
    if (entry.readOnly === undefined) this.store.hold(id);
  }

  /** What is open, unless it can only be read here: that is read anew whenever somebody asks for it. */
  #known(id: string): Entry | undefined {
    const entry = this.#open.get(id);
    return entry?.readOnly === undefined ? entry : undefined;
  }

  #entryOf(session: ChatSession): Entry {
    const entry = this.#entries.get(session);
    if (!entry) throw new Error("a session that was made elsewhere");
    return entry;
  }

  #changed(entry: Entry): void {
    const { session, watchers } = entry;
    if (session.busy === entry.busy) return;
    entry.busy = session.busy;
    this.#listener.busyChanged();
    if (session.busy || this.#open.get(session.conversationId) !== entry) return;
    if (![...watchers].some((watcher) => watcher.isVisible())) this.#listener.endedUnseen(session);
    void this.#dropIfIdle(entry);
  }

  /** Not before all of it is on disk: who comes back meanwhile would read a part, and a full disk never has the rest. */
  async #dropIfIdle(entry: Entry): Promise<void> {
    if (!this.#isIdle(entry)) return;
    await entry.log.flush();
    if (!this.#isIdle(entry) || !entry.log.isWritten) return;
    this.#open.delete(entry.conversation.id);
    if (entry.readOnly === undefined) this.store.leave(entry.conversation.id);
  }

  #isIdle(entry: Entry): boolean {
    const { conversation, session, watchers } = entry;
    return watchers.size === 0 && !session.busy && this.#open.get(conversation.id) === entry;
  }
}
