import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Catalog } from "../../api/models/catalog.ts";
import { commands, contextKeys, focusChatCommand } from "../../contributions.ts";
import { bothHosts } from "../../core/keyWords.ts";
import type { Attachment, ChatEntry, Connections, Problems } from "../../core/services.ts";
import { setContext } from "../../host/commands.ts";
import { chosenModel, isSet, readSetting } from "../../host/config.ts";
import { activeDocument, insertAtCursor, lastEditor, openLink, openMarkdown } from "../../host/editors.ts";
import { keysInEnvironment } from "../../host/environment.ts";
import { t } from "../../host/l10n.ts";
import type { Log } from "../../host/log.ts";
import { notify } from "../../host/notify.ts";
import { isRestricted, manageTrust, tellRestricted, waitsForTrust } from "../../host/trust.ts";
import type { ComposerView, SetupView, ToHost, ToView } from "../../protocol/messages.ts";
import { englishStrings } from "../../protocol/strings.ts";
import { ChatSession } from "./session.ts";
import { ConversationStore } from "./store.ts";

export interface PanelDeps {
  readonly connections: Connections;
  readonly problems: Problems;
  readonly log: Log;
  /** Where this workspace's conversations are kept. */
  readonly folder: string;
}

/** Ties the conversation to the view: answers its messages and keeps it up to date while it is showing. */
export class ChatPanel implements ChatEntry {
  readonly #deps: PanelDeps;
  readonly #session: Promise<ChatSession>;
  #attachments: readonly Attachment[] = [];
  #catalog: Catalog | undefined;
  #post: ((message: ToView) => void) | undefined;

  constructor(deps: PanelDeps) {
    this.#deps = deps;
    this.#session = this.#load();
  }

  /** Starts or stops feeding a view. A view that was hidden has lost everything and asks with `ready`. */
  connect(post: ((message: ToView) => void) | undefined): void {
    this.#post = post;
  }

  async ask(question: string, attachments: readonly Attachment[]): Promise<void> {
    await vscode.commands.executeCommand(focusChatCommand);
    const session = await this.#session;
    if (session.busy) {
      // The running answer is not thrown away: the question waits in the composer.
      this.#attachments = [...this.#attachments, ...attachments];
      await this.#postComposer();
      this.#post?.({ type: "draft", text: question });
      return;
    }
    await session.ask(question, attachments);
  }

  async startNew(): Promise<void> {
    this.#attachments = [];
    await (await this.#session).startNew();
    await this.#postSnapshot();
    await vscode.commands.executeCommand(focusChatCommand);
    this.#post?.({ type: "draft", text: "" });
  }

  async suggestTitle(): Promise<void> {
    const { suggestTitle } = await import("./suggestTitle.ts");
    await suggestTitle(await this.#session, this.#deps);
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
    await this.#postComposer();
  }

  async receive(message: ToHost): Promise<void> {
    const session = await this.#session;
    switch (message.type) {
      case "ready":
        return this.#postSnapshot();
      case "send": {
        const question = message.text.trim();
        if (question === "" || session.busy) return;
        const attachments = this.#attachments;
        this.#attachments = [];
        await this.#postComposer();
        return session.ask(question, attachments);
      }
      case "ask-about-file": {
        const file = activeDocument();
        if (session.busy) return;
        if (file) return session.ask(message.text, [{ id: randomUUID(), kind: "file", ...file }]);
        await notify("information", t("Open a file first. It goes with your question."));
        return;
      }
      case "stop":
        return session.stop();
      case "new-chat":
        return this.startNew();
      case "pick-model":
        await vscode.commands.executeCommand(commands.selectModel);
        return;
      case "set-key":
        await this.#deps.problems.run("set-key");
        return this.#focusWhenReady();
      case "import-key":
        await vscode.commands.executeCommand(commands.importApiKey);
        return this.#focusWhenReady();
      case "get-key":
        await this.#deps.problems.run("get-key");
        return;
      case "get-started":
        await vscode.commands.executeCommand(commands.openWalkthrough);
        return;
      case "set-up-server":
        await this.#deps.problems.run("set-up-server");
        return;
      case "choose-platform":
        await this.#deps.problems.run("choose-platform");
        return;
      case "manage-trust":
        return manageTrust();
      case "retry":
        return session.retry(message.turnId);
      case "problem-action":
        return this.#runAction(session, message.turnId, message.action);
      case "copy":
        return vscode.env.clipboard.writeText(message.text);
      case "insert":
        return this.#insert(message.text);
      case "open-link":
        return openLink(message.href);
      case "remove-attachment":
        this.#attachments = this.#attachments.filter(({ id }) => id !== message.id);
        return this.#postComposer();
    }
  }

  async #insert(text: string): Promise<void> {
    const editor = lastEditor();
    if (editor && (await waitsForTrust(editor.document.uri))) {
      await tellRestricted(
        t("This folder is in Restricted Mode, so nothing was inserted. Trust the folder, then insert again."),
      );
    } else if (!editor || !(await insertAtCursor(editor, text))) {
      await notify("information", t("Open a file and place the cursor where the code should go, then try again."));
    }
  }

  /** With a key one can ask: the caret goes where the question is typed. */
  async #focusWhenReady(): Promise<void> {
    if (await this.#deps.connections.missing()) return;
    await vscode.commands.executeCommand(focusChatCommand);
    this.#post?.({ type: "draft", text: "" });
  }

  /** Buttons that remove the cause carry on with the question by themselves. */
  async #runAction(session: ChatSession, turnId: string, action: string): Promise<void> {
    if (action === "retry") return session.retry(turnId);
    const known = session.actionsOf(turnId).find((candidate) => candidate === action);
    if (known === undefined || known === "retry") return;
    const before = JSON.stringify([this.#deps.connections.endpoint(), readSetting("glm.model.chat")]);
    const result = await this.#deps.problems.run(known);
    const changed = before !== JSON.stringify([this.#deps.connections.endpoint(), readSetting("glm.model.chat")]);
    const settled = known === "set-key" ? result === true && !(await this.#deps.connections.missing()) : changed;
    if (settled) await session.retry(turnId);
    return;
  }

  async #load(): Promise<ChatSession> {
    const { connections, problems, log, folder } = this.#deps;
    const store = new ConversationStore(folder, (error) => {
      log.error(
        `conversation not saved: ${error instanceof Error && "code" in error ? String(error.code) : "unknown"}`,
      );
      void notify("warning", t("The conversation cannot be saved to disk. It is kept until this window closes."));
    });
    return new ChatSession(
      {
        connections,
        problems,
        store,
        language: vscode.env.language,
        modelLabel: (id) => this.#catalog?.modelInfo(id).label ?? id,
        post: (message) => this.#post?.(message),
        resync: () => void this.#postSnapshot(),
        onBusyChanged: (busy) => {
          setContext(contextKeys.busy, busy);
          if (!busy) void this.#noteAnswer();
          void this.#postComposer();
        },
      },
      await store.openCurrent(),
    );
  }

  /** The walkthrough ticks its step once there is an answer. */
  async #noteAnswer(): Promise<void> {
    if ((await this.#session).lastAnswer !== undefined) setContext(contextKeys.hasAnswer, true);
  }

  async #postSnapshot(): Promise<void> {
    const session = await this.#session;
    const [composer, setup] = await Promise.all([this.#composer(), this.#setup()]);
    this.#post?.({
      type: "snapshot",
      conversationId: session.conversationId,
      title: session.title,
      turns: session.views(),
      composer,
      setup,
      strings: Object.fromEntries(Object.entries(englishStrings).map(([key, english]) => [key, t(english)])),
      language: vscode.env.language,
    });
  }

  async #postComposer(): Promise<void> {
    this.#post?.({ type: "composer", composer: await this.#composer() });
  }

  async #composer(): Promise<ComposerView> {
    this.#catalog = await this.#deps.connections.catalog();
    const endpoint = this.#deps.connections.endpoint();
    const id = chosenModel("chat") ?? (endpoint && this.#catalog.defaultModel(endpoint, "chat"));
    return {
      attachments: this.#attachments.map(({ id: attachmentId, kind, label, detail }) => ({
        id: attachmentId,
        kind,
        label,
        detail,
      })),
      model: id ? this.#catalog.modelInfo(id).label : t("Automatic"),
      busy: (await this.#session).busy,
    };
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
