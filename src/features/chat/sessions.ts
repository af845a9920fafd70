import { ChatSession, type SessionDeps } from "./session.ts";
import type { ConversationStore, OpenConversation } from "./store.ts";

/** Conversations that a view shows or that are being answered: one session each, however many views show it. */
export class Sessions {
  readonly #deps: SessionDeps;
  /** Where the conversations and their pictures are kept. */
  readonly store: ConversationStore;
  readonly #open = new Map<string, ChatSession>();
  #current: Promise<ChatSession> | undefined;

  constructor(deps: SessionDeps, store: ConversationStore) {
    this.#deps = deps;
    this.store = store;
  }

  /** The conversation of the side bar. */
  current(): Promise<ChatSession> {
    return (this.#current ??= this.store.openCurrent().then((opened) => this.#sessionOf(opened)));
  }

  async startNew(): Promise<ChatSession> {
    this.#current = this.store.startNew().then((opened) => this.#sessionOf(opened));
    return this.#current;
  }

  #sessionOf({ conversation, log }: OpenConversation): ChatSession {
    const known = this.#open.get(conversation.id);
    if (known) return known;
    const session = new ChatSession(this.#deps, conversation, log);
    this.#open.set(conversation.id, session);
    return session;
  }
}
