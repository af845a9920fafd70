import { nothing, render } from "lit/html.js";
import { fill, type Strings } from "../../protocol/strings.ts";
import type { ToHost } from "../../protocol/messages.ts";
import { interceptLinks } from "../markdown/links.ts";
import { createAnnouncer, spokenChange } from "./announce.ts";
import { Clock } from "./clock.ts";
import { Composer } from "./composer/composer.ts";
import { isComposing } from "./composing.ts";
import type { ViewContext } from "./context.ts";
import { EarlierTurns } from "./earlierTurns.ts";
import type { FindBar } from "./find/findBar.ts";
import { Follower, type Anchor } from "./follow.ts";
import { Formulas } from "./formulas.ts";
import { createIcon } from "./icons.ts";
import { MarkdownLoader } from "./markdownLoader.ts";
import { leave } from "./leave.ts";
import type { Memory } from "./memory.ts";
import { NearView } from "./nearView.ts";
import { pageElement } from "./pageElement.ts";
import { keepFocus, onPageFocus } from "./pageFocus.ts";
import { RenderQueue } from "./renderQueue.ts";
import type { Requests } from "./requests.ts";
import { usesScreenReader } from "./screenReader.ts";
import type { ChatState } from "./state.ts";
import { Title } from "./title.ts";
import { trustNotice } from "./trustNotice.ts";
import { TurnList } from "./turnList.ts";
import { welcome } from "./welcome.ts";

/** Not at every key stroke. */
const toldAfterMs = 150;

interface Conversation {
  readonly id: string;
  readonly language: string;
  readonly turns: TurnList;
  readonly follower: Follower;
  readonly context: ViewContext;
  /** Where the user was when the view closed, while the turn there has not come yet. */
  awaited: Anchor | undefined;
}

/** The whole chat view: completes the frame that the page has and brings it up to date with the state. */
export class Panel {
  readonly #post: (message: ToHost) => void;
  readonly #memory: Memory;
  readonly #requests: Requests;
  readonly #clock = new Clock();
  readonly #queue = new RenderQueue();
  readonly #earlier: EarlierTurns;
  readonly #announcer = createAnnouncer();
  readonly #composer: Composer;
  readonly #main: HTMLElement;
  readonly #title: Title;
  readonly #trust = document.createElement("div");
  readonly #log: HTMLElement;
  readonly #welcome = document.createElement("div");
  readonly #latest = document.createElement("button");
  readonly #latestText = document.createElement("span");
  readonly #stage: HTMLElement;
  #conversation: Conversation | undefined;
  #find: { readonly strings: Strings; readonly bar: FindBar } | undefined;
  #state: ChatState | undefined;
  #willTellDraft = false;
  #toldDraft: string | undefined = "";

  constructor(root: HTMLElement, memory: Memory, requests: Requests, post: (message: ToHost) => void) {
    this.#main = pageElement(root, ".panel");
    this.#stage = pageElement(root, ".stage");
    this.#log = pageElement(root, ".log");
    this.#post = post;
    this.#requests = requests;
    this.#memory = memory;
    this.#title = new Title(post);
    this.#earlier = new EarlierTurns(post);
    this.#composer = new Composer(root, {
      requests,
      post,
      editLast: () => this.#editLast(),
      say: (text) => this.#announcer.say(text),
      draftChanged: (draft) => {
        const id = this.#conversation?.id;
        if (id !== undefined) memory.change(id, { draft });
        this.#tellDraft();
        // The first key stroke announces an answer: by then its Markdown can be drawn.
        this.#conversation?.context.markdown.preload();
      },
    });
    this.#build();
  }

  update(state: ChatState): void {
    keepFocus(
      () => this.#show(state),
      () => this.#composer.focus(),
    );
  }

  setDraft(text: string): void {
    this.#composer.setDraft(text);
    if (text === "") return;
    // The host waits to hear that it is here, also where it has heard of the same text before.
    this.#toldDraft = undefined;
    this.#tellDraft();
  }

  forgetDraft(text: string): void {
    this.#composer.forget(text);
  }

  #show(state: ChatState): void {
    const before = this.#state;
    this.#state = state;
    const conversation = this.#enter(state);
    // Deltas come once a frame and change none of this; setting the language again would restyle the whole page.
    if (before?.strings !== state.strings) this.#translate(state);
    if (before?.title !== state.title) this.#title.update(state.title);
    if (before?.setup !== state.setup || before.strings !== state.strings) this.#showTrust(state);
    if (before?.composer !== state.composer) this.#main.classList.toggle("busy", state.composer.busy);
    this.#composer.update(state);
    const empty = state.turns.length === 0;
    const changed = before?.setup !== state.setup || before.composer.starters !== state.composer.starters;
    if (changed || empty !== (before.turns.length === 0)) this.#showWelcome(state);
    this.#showTurns(before, state, conversation);
    if (before?.conversationId === state.conversationId) this.#reactToTurns(before, state, conversation);
    this.#queue.run();
    this.#earlier.update(state);
  }

  #showTurns(before: ChatState | undefined, { turns, earlier }: ChatState, conversation: Conversation): void {
    const { follower, awaited } = conversation;
    const show = () => conversation.turns.update(turns);
    if (before === undefined || before.earlier === earlier) show();
    else follower.hold(show);
    if (awaited === undefined) return;
    // Whoever has moved meanwhile wants to be elsewhere.
    if (!follower.following || follower.restore(awaited) || earlier === 0) conversation.awaited = undefined;
  }

  #translate({ language, strings }: ChatState): void {
    document.documentElement.lang = language;
    this.#log.setAttribute("aria-label", strings.conversation);
    this.#latestText.textContent = strings.jumpToLatest;
    this.#title.translate(strings);
  }

  #showTrust(state: ChatState): void {
    const { restricted } = state.setup;
    this.#trust.hidden = !restricted;
    render(restricted ? trustNotice(state, this.#post) : nothing, this.#trust);
  }

  #showWelcome(state: ChatState): void {
    this.#welcome.hidden = state.turns.length > 0;
    render(state.turns.length > 0 ? nothing : welcome(state, this.#post), this.#welcome);
  }

  /** Keeps the elements of the conversation that is shown; another one, or another language, starts afresh. */
  #enter(state: ChatState): Conversation {
    const current = this.#conversation;
    if (current?.id === state.conversationId && current.language === state.language) return current;
    current?.turns.dispose();
    current?.follower.dispose();
    current?.context.near.dispose();
    this.#queue.clear();
    const { strings } = state;
    const context: ViewContext = {
      strings,
      language: state.language,
      conversationId: state.conversationId,
      clock: this.#clock,
      queue: this.#queue,
      markdown: new MarkdownLoader((alt) => fill(strings.imageNotShown, alt)),
      formulas: new Formulas(this.#queue),
      near: new NearView(),
      places: new Map(),
      memory: this.#memory,
      requests: this.#requests,
      post: this.#post,
      say: (text) => this.#announcer.say(text),
    };
    const turns = new TurnList(context, this.#log);
    // Among them what was still leaving when the queue was cleared.
    for (const old of this.#log.querySelectorAll<HTMLElement>(":scope > .turns")) leave(old, this.#queue);
    this.#log.append(turns.element);
    this.#log.scrollTop = 0;
    turns.update(state.turns);
    const follower = new Follower(this.#log, turns.element, (atBottom) => this.#placeChanged(atBottom));
    this.#memory.show(state.conversationId);
    const { draft, anchor } = this.#memory.place(state.conversationId);
    const found = anchor === undefined || follower.restore(anchor);
    const awaited = found ? undefined : anchor;
    this.#conversation = { id: state.conversationId, language: state.language, turns, follower, context, awaited };
    if (current === undefined) this.#composer.resume(draft);
    else if (current.id !== state.conversationId) this.#composer.restore(draft);
    this.#tellDraft();
    return this.#conversation;
  }

  /** The host keeps it for a page that is lost. */
  #tellDraft(): void {
    if (this.#willTellDraft) return;
    this.#willTellDraft = true;
    setTimeout(() => {
      this.#willTellDraft = false;
      const text = this.#composer.draft;
      if (text !== this.#toldDraft) this.#post({ type: "drafted", text });
      this.#toldDraft = text;
    }, toldAfterMs);
  }

  #reactToTurns(before: ChatState, state: ChatState, { follower }: Conversation): void {
    if (before.turns === state.turns) return;
    const known = new Map(before.turns.map((turn) => [turn.id, turn]));
    // What comes in front of the first known one is history that has been fetched, and no news.
    const first = Math.max(
      0,
      state.turns.findIndex(({ id }) => known.has(id)),
    );
    for (const turn of state.turns.slice(first)) {
      const earlier = known.get(turn.id);
      if (earlier === turn) continue;
      // What the user has just sent is where the user wants to be.
      if (turn.role === "user") {
        if (earlier === undefined && !usesScreenReader()) follower.toBottom();
        continue;
      }
      if (turn.role === "notice") {
        if (earlier === undefined) this.#announcer.say(turn.text);
        continue;
      }
      const facts = earlier?.role === "assistant" ? earlier.facts : undefined;
      if (facts === turn.facts) continue;
      const spoken = spokenChange(facts, turn.facts, Date.now(), state.strings);
      if (spoken !== undefined) this.#announcer.say(spoken);
    }
  }

  #editLast(): boolean {
    const turns = this.#conversation?.turns.element;
    const last = [...(turns?.querySelectorAll<HTMLElement>(".edit-button") ?? [])].at(-1);
    // Below what is seen there may be a long answer: the message is brought back to where it can be read.
    last?.closest(".turn")?.scrollIntoView({ block: "nearest" });
    last?.click();
    return last !== undefined;
  }

  #placeChanged(atBottom: boolean): void {
    if (this.#latest.hidden !== atBottom) this.#latest.hidden = atBottom;
    if (this.#conversation === undefined) return;
    const { id, follower } = this.#conversation;
    const anchor = follower.anchor();
    if (anchor !== undefined) this.#memory.change(id, { anchor });
    else if (this.#memory.place(id).anchor !== undefined) this.#memory.forgetAnchor(id);
  }

  #build(): void {
    const progress = document.createElement("div");
    progress.className = "progress";
    progress.setAttribute("aria-hidden", "true");
    progress.append(document.createElement("div"));
    this.#trust.className = "trust";
    this.#log.append(this.#welcome);
    this.#log.setAttribute("role", "log");
    // A log is live by itself, and would read out every token; the announcer says what matters.
    this.#log.setAttribute("aria-live", "off");
    this.#latest.type = "button";
    this.#latest.className = "latest";
    this.#latest.hidden = true;
    this.#latest.append(createIcon("arrow-down"), this.#latestText);
    this.#latest.addEventListener("click", () => {
      this.#conversation?.follower.toBottom();
      this.#composer.focus();
    });
    this.#stage.append(this.#latest);
    this.#stage.before(progress, this.#trust, this.#title.element);
    this.#main.append(this.#composer.dropTarget, this.#announcer.element);
    interceptLinks(this.#main, (href) => this.#post({ type: "open-link", href }));
    document.addEventListener("keydown", (event) => this.#keyDown(event));
    onPageFocus(() => this.#composer.focus());
  }

  /** The find bar is read when it is asked for; it speaks the language of that moment. */
  async #openFind(): Promise<void> {
    this.#earlier.hurry();
    const strings = this.#state?.strings;
    if (strings === undefined) return;
    const { FindBar: Bar } = await import("./find/findBar.ts");
    if (this.#find?.strings !== strings) {
      this.#find?.bar.close();
      this.#find?.bar.element.remove();
      this.#find = { strings, bar: new Bar(this.#log, strings) };
      this.#stage.prepend(this.#find.bar.element);
    }
    this.#find.bar.open();
  }

  #keyDown(event: KeyboardEvent): void {
    // A menu or a list that was open has closed by this key.
    if (event.defaultPrevented) return;
    if (isFindKey(event)) {
      event.preventDefault();
      // VS Code listens behind us, and would open the search of the editor as well and take the focus there.
      event.stopPropagation();
      // A chunk that cannot be read any more, after an update, leaves the panel without it.
      this.#openFind().catch(() => undefined);
      return;
    }
    if (isComposing(event) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.key === "Escape" && !event.altKey) {
      if (this.#state?.composer.busy === true) this.#post({ type: "stop" });
      else this.#post({ type: "focus-editor" });
    } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      const step = event.key === "ArrowUp" ? -1 : 1;
      const moved = this.#conversation?.turns.moveFocus(step) ?? false;
      if (!moved && step === 1) this.#composer.focus();
    }
  }
}

function isFindKey(event: KeyboardEvent): boolean {
  const { key, metaKey, ctrlKey, altKey, shiftKey } = event;
  const mac = navigator.platform.startsWith("Mac");
  return (
    key.toLowerCase() === "f" && !altKey && !shiftKey && metaKey === mac && ctrlKey === !mac && !isComposing(event)
  );
}
