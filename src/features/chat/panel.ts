import * as vscode from "vscode";
import { commands, contextKeys } from "../../contributions.ts";
import { bothHosts } from "../../core/keyWords.ts";
import type { Attachment, ChatEntry } from "../../core/services.ts";
import { starters } from "../../core/starters.ts";
import { setContext } from "../../host/commands.ts";
import { isSet } from "../../host/config.ts";
import { lastEditor, openLink, openMarkdown } from "../../host/editors.ts";
import { keysInEnvironment } from "../../host/environment.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { fileName } from "../../host/pickFile.ts";
import { isRestricted, manageTrust } from "../../host/trust.ts";
import type { ToHost, ToView } from "../../protocol/messages.ts";
import type { ComposerView, SetupView } from "../../protocol/panelParts.ts";
import { englishStrings } from "../../protocol/strings.ts";
import { answerAsk, type AskDeps } from "./asks.ts";
import { handleCode } from "./codeBlocks.ts";
import { budgetOf, keepChoice, modelParts } from "./composerModel.ts";
import type { PanelDeps } from "./deps.ts";
import { DraftContext } from "./draftContext.ts";
import { DraftPictures } from "./draftPictures.ts";
import { LeftDrafts } from "./leftDrafts.ts";
import { showPicture, type PicturePlaces } from "./pictures.ts";
import { askFromComposer, handleQuestion, type QuestionDesk } from "./questions.ts";
import { keepsOut, tellReadOnly } from "./readOnly.ts";
import type { ChatSession } from "./session.ts";
import type { Sessions, Watcher } from "./sessions.ts";
import type { SlashCommands } from "./slash.ts";
import { useCommitMessage } from "./slashCommit.ts";
import { slashCommandsOf } from "./slashOfPanel.ts";

/** Turns that a view gets at once, and with each step back. */
const latestTurns = 30;
const moreTurns = 60;

/** Where a panel shows its conversation: in the side bar or in an editor tab. */
export interface ChatPlace extends Watcher {
  /** Brings it to the front. */
  focus(): PromiseLike<unknown>;
  /** Told which conversation the panel shows. */
  shows(session: ChatSession): void;
  openHistory(): Promise<void>;
  /** Told that the user has chosen how the questions of this window are asked, which every view shows. */
  choiceMade(): void;
  /** Told what is typed but not sent. */
  drafted(text: string): void;
}

/** Ties a conversation to one view, of the side bar or of an editor tab: answers its messages and keeps it up to date. */
export class ChatPanel implements ChatEntry {
  readonly #deps: PanelDeps;
  readonly #sessions: Sessions;
  readonly #context: DraftContext;
  readonly #pictures: DraftPictures;
  readonly #drafts: LeftDrafts;
  readonly #place: ChatPlace;
  readonly #slash: SlashCommands;
  readonly #asks = new Map<number, AbortController>();
  #session: Promise<ChatSession>;
  /** Turns of the conversation before those that the view has. */
  #earlier = 0;
  #listens = 0;
  #unlisten: (() => void) | undefined;
  #post: ((message: ToView) => void) | undefined;
  /** Typed text that the view has to get back and is not known to have yet. */
  #givenDraft = "";

  constructor(deps: PanelDeps, sessions: Sessions, session: Promise<ChatSession>, place: ChatPlace) {
    this.#deps = deps;
    this.#sessions = sessions;
    this.#place = place;
    const changed = () => void this.refreshComposer();
    this.#pictures = new DraftPictures(deps, changed);
    this.#context = new DraftContext(deps, this.#pictures, changed);
    this.#drafts = new LeftDrafts(this.#context, this.#pictures);
    this.#session = this.#listenTo(session);
    this.#slash = slashCommandsOf(
      {
        context: this.#context,
        pictures: this.#pictures,
        keepFile: async (id, bytes) => sessions.store.writePicture((await this.#session).conversationId, id, bytes),
        startNew: () => this.startNew(),
        send: async (text, kept) => {
          this.#post?.({ type: "draft-sent", text: kept });
          await handleQuestion({ type: "send", text }, this.#desk(await this.#session));
        },
        sendAsText: async (text) => {
          this.#post?.({ type: "draft-sent", text });
          await askFromComposer(text, {}, this.#desk(await this.#session));
        },
      },
      deps,
    );
  }

  /** Starts or stops feeding a view. A view that was hidden has lost everything and asks with `ready`. */
  connect(post: ((message: ToView) => void) | undefined): void {
    this.#post = post;
    this.#context.follow(post !== undefined);
    if (!post) for (const asked of this.#asks.values()) asked.abort();
  }

  /** The view is gone for good. */
  dispose(): void {
    this.connect(undefined);
    this.#listens++;
    this.#unlisten?.();
  }

  /** The conversation that is shown. */
  session(): Promise<ChatSession> {
    return this.#session;
  }

  /** Brings the view to the front. */
  focus(): PromiseLike<unknown> {
    return this.#place.focus();
  }

  /** Puts a text where questions are typed, as soon as the view is there: a hidden one loses what it is sent. */
  giveDraft(text: string): void {
    if (text !== "") this.#givenDraft = text;
    this.#post?.({ type: "draft", text });
  }

  async ask(question: string, attachments: readonly Attachment[]): Promise<void> {
    await this.focus();
    const session = await this.#changeable();
    if (!session) return;
    const prepared = await this.#context.prepared(attachments);
    if (prepared) await session.ask(question, { attachments: prepared });
  }

  /** Lets a command attach something, and shows it where the question is typed. */
  async attach(work: (context: DraftContext) => Promise<void>): Promise<void> {
    await work(this.#context);
    await this.focus();
    this.#post?.({ type: "draft", text: "" });
  }

  /** Begins another conversation; an answer that is on its way goes on in the background. */
  async startNew(): Promise<void> {
    await this.show(this.#sessions.startNew());
    await this.focus();
    this.#post?.({ type: "draft", text: "" });
  }

  /** Shows another conversation in this view. */
  async show(session: Promise<ChatSession>): Promise<void> {
    this.#session = this.#listenTo(session);
    await this.#postSnapshot();
  }

  async suggestTitle(): Promise<void> {
    const { suggestTitle } = await import("./suggestTitle.ts");
    const session = await this.#changeable();
    if (session) await suggestTitle(session, this.#deps);
  }

  async useCommitMessage(): Promise<void> {
    await useCommitMessage(await this.#session);
  }

  async openLastAnswer(): Promise<void> {
    const text = (await this.#session).lastAnswer;
    if (text === undefined) await notify("information", t("There is no answer yet. Ask a question in the chat first."));
    else await openMarkdown(text);
  }

  /** The platform, key or model changed. */
  async refresh(): Promise<void> {
    if (!this.#post) return;
    this.#post({ type: "setup", setup: await this.#setup() });
    await this.refreshComposer();
  }

  async receive(message: ToHost): Promise<void> {
    const text = "text" in message ? message.text : "";
    const session = await (keepsOut(message) ? this.#changeable(text) : this.#session);
    if (!session) return;
    switch (message.type) {
      case "ready":
        await this.#postSnapshot();
        if (this.#givenDraft !== "") this.giveDraft(this.#givenDraft);
        return;
      case "drafted":
        if (message.text.includes(this.#givenDraft)) this.#givenDraft = "";
        return this.#place.drafted(message.text);
      case "send":
      case "ask-about-file":
      case "edit":
      case "retry":
      case "regenerate":
      case "continue":
      case "problem-action":
      case "unqueue":
      case "edit-queued":
      case "resume-queue":
        return handleQuestion(message, this.#desk(session));
      case "stop":
        return session.stop();
      case "more-turns":
        return this.#postEarlier(session, message.before);

      case "new-chat":
        return this.startNew();
      case "open-history":
        return this.#place.openHistory();
      case "rename":
        return session.rename(message.title);
      case "branch":
        return this.#branch(session, message.turnId);

      case "pick-model":
        await vscode.commands.executeCommand(commands.selectModel);
        return;
      case "set-effort":
      case "set-web":
        await keepChoice(message, this.#deps);
        return this.#place.choiceMade();
      case "pick-context":
      case "attach":
      case "attach-offer":
      case "attach-uris":
      case "remove-attachment":
        return this.#context.handle(message);
      case "attach-picture":
      case "remove-picture":
        return this.#pictures.handle(message);

      case "copy":
        return vscode.env.clipboard.writeText(message.text);
      case "insert":
      case "apply-code":
      case "new-file":
      case "run-in-terminal":
      case "preview-markdown":
      case "open-place":
        return handleCode(message, session, this.#deps);
      case "open-link":
        return openLink(message.href);
      case "open-picture":
      case "save-picture":
        return showPicture(message, this.#picturePlaces(session), this.#deps);

      case "focus-editor":
        await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
        return;
      case "set-key":
      case "import-key":
      case "get-key":
      case "get-started":
      case "set-up-server":
      case "choose-platform":
      case "manage-trust":
        return this.#setUp(message.type);

      case "ask":
        return this.#answer(message.askId, message.ask, {
          context: this.#context,
          slash: this.#slash,
          pictures: this.#picturePlaces(session),
        });
      case "cancel-ask":
        this.#asks.get(message.askId)?.abort();
    }
  }

  /**
   * The conversation, when something may be added to it; otherwise the user is told why not. @param text What was typed: it
   * comes back to where it was, and goes along to a copy.
   */
  async #changeable(text = ""): Promise<ChatSession | undefined> {
    const shown = await this.#session;
    const session = await this.#sessions.changeable(shown);
    if (session === shown) return session;
    if (session) {
      await this.show(Promise.resolve(session));
      return session;
    }
    if (text !== "") this.giveDraft(text);
    const copy = () => this.#branch(shown, shown.views().at(-1)?.id ?? "", text);
    await tellReadOnly(this.#sessions.readOnly(shown), copy, this.#deps);
    return undefined;
  }

  #desk(session: ChatSession): QuestionDesk {
    return {
      deps: this.#deps,
      session,
      context: this.#context,
      pictures: this.#pictures,
      slash: this.#slash,
      store: this.#sessions.store,
      language: vscode.env.language,
      post: (message) => (message.type === "draft" ? this.giveDraft(message.text) : this.#post?.(message)),
    };
  }

  #picturePlaces(session: ChatSession): PicturePlaces {
    return { session, draft: this.#pictures, store: this.#sessions.store };
  }

  async #answer(askId: number, ask: Extract<ToHost, { type: "ask" }>["ask"], deps: AskDeps): Promise<void> {
    const controller = new AbortController();
    this.#asks.set(askId, controller);
    try {
      const response = await answerAsk(ask, deps, controller.signal);
      if (!controller.signal.aborted) this.#post?.({ type: "response", askId, ...response });
    } catch (error) {
      // Else the view would wait for as long as it has patience.
      this.#post?.({ type: "response", askId, error: "" });
      throw error;
    } finally {
      this.#asks.delete(askId);
    }
  }

  async #setUp(
    type: "set-key" | "import-key" | "get-key" | "get-started" | "set-up-server" | "choose-platform" | "manage-trust",
  ): Promise<void> {
    const { problems } = this.#deps;
    switch (type) {
      case "set-key":
        await problems.run(type);
        return this.#focusWhenReady();
      case "import-key":
        await vscode.commands.executeCommand(commands.importApiKey);
        return this.#focusWhenReady();
      case "get-key":
      case "set-up-server":
      case "choose-platform":
        await problems.run(type);
        return;
      case "get-started":
        await vscode.commands.executeCommand(commands.openWalkthrough);
        return;
      case "manage-trust":
        return manageTrust();
    }
  }

  /** With a key one can ask: the caret goes where the question is typed. */
  async #focusWhenReady(): Promise<void> {
    if (await this.#deps.connections.missing()) return;
    await this.focus();
    this.#post?.({ type: "draft", text: "" });
  }

  async #listenTo(coming: Promise<ChatSession>): Promise<ChatSession> {
    const turn = ++this.#listens;
    const session = await coming;
    // Another conversation was asked for in the meantime.
    if (turn !== this.#listens) return session;
    this.#drafts.turnTo(session.conversationId);
    const before = this.#unlisten;
    const unwatch = this.#sessions.watch(session, { isVisible: () => this.#place.isVisible() });
    const unlisten = session.listen({
      post: (message) => this.#post?.(message),
      resync: () => void this.#postSnapshot(this.#earlier),
      changed: () => {
        // The walkthrough ticks its step once there is an answer.
        if (!session.busy && session.lastAnswer !== undefined) setContext(contextKeys.hasAnswer, true);
        void this.refreshComposer();
      },
    });
    this.#unlisten = () => {
      unlisten();
      unwatch();
    };
    // Comes last: it may be the same conversation, which must not be closed in between.
    before?.();
    this.#place.shows(session);
    return session;
  }

  async #branch(session: ChatSession, turnId: string, text = ""): Promise<void> {
    const branched = await this.#sessions.branch(session, turnId);
    if (!branched) return;
    await this.show(Promise.resolve(branched));
    await this.focus();
    this.giveDraft(text);
  }

  /** @param known turns before those that the view has had so far. */
  async #postSnapshot(known = Infinity): Promise<void> {
    if (!this.#place.isVisible()) return;
    const session = await this.#session;
    const [composer, setup] = await Promise.all([this.#composer(), this.#setup()]);
    // Another one was shown meanwhile, with a snapshot of its own.
    if ((await this.#session) !== session) return;
    const turns = session.views();
    this.#earlier = Math.min(known, Math.max(0, turns.length - latestTurns));
    this.#post?.({
      type: "snapshot",
      conversationId: session.conversationId,
      title: session.title,
      turns: turns.slice(this.#earlier),
      earlier: this.#earlier,
      composer,
      setup,
      strings: Object.fromEntries(Object.entries(englishStrings).map(([key, english]) => [key, t(english)])),
      language: vscode.env.language,
    });
  }

  /** Counted from what the view has, which keeps earlier turns when it is sent the latest ones anew. */
  #postEarlier(session: ChatSession, before: string): void {
    const turns = session.views();
    const end = turns.findIndex(({ id }) => id === before);
    // Of another conversation, or removed: the view is told of both, and asks anew.
    if (end === -1) return;
    const earlier = Math.max(0, end - moreTurns);
    this.#earlier = Math.min(this.#earlier, earlier);
    const { conversationId } = session;
    this.#post?.({ type: "turns-before", conversationId, before, turns: turns.slice(earlier, end), earlier });
  }

  /** Brings the composer of the view up to date. */
  async refreshComposer(): Promise<void> {
    // A hidden view is gone, and asks for everything when it is shown again.
    if (!this.#place.isVisible()) return;
    this.#post?.({ type: "composer", composer: await this.#composer() });
  }

  async #composer(): Promise<ComposerView> {
    const session = await this.#session;
    const { view, room } = await modelParts(this.#deps);
    const draft = { ...this.#context.view(), ...this.#pictures.view() };
    return {
      ...view,
      ...draft,
      busy: session.busy,
      queue: session.queue,
      budget: room && budgetOf(session, draft, room),
      starters: session.isEmpty ? this.#starters() : undefined,
    };
  }

  /** Undefined while no file is open that they could be about. */
  #starters(): string[] | undefined {
    const document = this.#context.offers ? lastEditor()?.document : undefined;
    return document && starters({ name: fileName(document.uri), languageId: document.languageId }, t);
  }

  async #setup(): Promise<SetupView> {
    const endpoint = this.#deps.connections.endpoint();
    const official = endpoint !== undefined && endpoint.platform !== "custom";
    const hasKey = (await this.#deps.connections.missing()) === undefined;
    return {
      hasKey,
      host: official ? bothHosts(vscode.env.language) : endpoint ? new URL(endpoint.baseUrl).host : "",
      keyVariables: hasKey || !official ? [] : [...keysInEnvironment().keys()],
      wasSetUp: !hasKey && official && isSet("glm.platform"),
      platform: this.#deps.connections.platformName(),
      restricted: isRestricted(),
    };
  }
}
