import type { CDPSession, Frame, FrameLocator, Locator } from "playwright-core";
import { openVSCode, type OpenOptions, type VSCodeSession } from "../e2e/support/vscode.ts";
import { startServer } from "./serverProcess.ts";

/** The packaged extension in a real VS Code, with a server of our own as the service, and what one measures there. */
export interface HostedPanel {
  readonly session: VSCodeSession;
  /** What the panel shows, when there is no editor tab of ours beside it. */
  readonly view: FrameLocator;
  /** Shows the panel and waits until one can type. */
  open(): Promise<Locator>;
  /** The page of the panel that is open. */
  frame(): Promise<Frame>;
  /** Asks for an answer of so many characters, and waits for its end. A rate of 0 is as fast as possible. */
  answer(length: number, tokensPerSecond: number): Promise<void>;
  /** Bytes in use after garbage collection: the panel's page and the extension host. */
  heap(): Promise<{ readonly page: number; readonly host: number }>;
  close(): Promise<void>;
}

/** The text field with its words, where one can type: part of the page, before the script has come. */
export const usableComposer = 'textarea[placeholder]:not([placeholder=""])';

export const ourExtension = "glm-sidekick.glm-sidekick";

/**
 * Selector of the frame of an extension that has just one webview open. Nothing else in its address is sure: once a view was
 * hidden, VS Code does not say any more what it is for.
 */
export function webviewOf(extension: string): string {
  return `iframe.webview.ready[src*="extensionId=${extension}&"]`;
}

export async function openHostedPanel(options: OpenOptions = {}): Promise<HostedPanel> {
  const server = await startServer("answerServer.ts");
  try {
    const session = await openVSCode({
      webviewsApart: true,
      ...options,
      settings: {
        "glm.platform": "custom",
        "glm.custom.baseUrl": `${server.origin}/v1`,
        "glm.model.chat": "bench-model",
        ...options.settings,
      },
    });
    return new Panel(session, () => server.stop());
  } catch (error) {
    await server.stop();
    throw error;
  }
}

class Panel implements HostedPanel {
  readonly session: VSCodeSession;
  readonly view: FrameLocator;
  readonly #stopServer: () => Promise<void>;
  #devtools: { readonly frame: Frame; readonly connection: CDPSession } | undefined;

  constructor(session: VSCodeSession, stopServer: () => Promise<void>) {
    this.session = session;
    this.view = session.page.frameLocator(webviewOf(ourExtension)).frameLocator("iframe#active-frame");
    this.#stopServer = stopServer;
  }

  async open(): Promise<Locator> {
    await this.session.startCommand("glm.chat.focus");
    const composer = this.view.locator(usableComposer);
    await composer.waitFor();
    // Comes with the first words of the host.
    await this.view.locator(".send-button").waitFor();
    return composer;
  }

  async frame(): Promise<Frame> {
    const body = await this.view.locator("body").elementHandle();
    const frame = await body?.ownerFrame();
    if (!frame) throw new Error("the panel is not open");
    return frame;
  }

  async answer(length: number, tokensPerSecond: number): Promise<void> {
    const composer = await this.open();
    const answers = this.view.locator("article.answer");
    const before = await answers.count();
    await composer.fill(`${length} characters at ${tokensPerSecond} tokens/s`);
    await composer.press("Enter");
    await answers.nth(before).waitFor();
    await this.view.locator(".panel:not(.busy)").waitFor({ timeout: 120_000 });
  }

  async heap(): Promise<{ page: number; host: number }> {
    const connection = await this.#connection();
    // Twice: what the first leaves behind for finalisers is only then free.
    for (let round = 0; round < 2; round++) await connection.send("HeapProfiler.collectGarbage");
    const { usedSize, embedderHeapUsedSize = 0 } = (await connection.send("Runtime.getHeapUsage")) as {
      usedSize: number;
      embedderHeapUsedSize?: number;
    };
    const host = await this.session.host<number>(
      `require("node:v8").setFlagsFromString("--expose-gc");
       const collect = require("node:vm").runInNewContext("gc");
       for (let round = 0; round < 3; round++) { collect(); await new Promise((done) => setTimeout(done, 50)); }
       const { heapUsed, external } = process.memoryUsage();
       return heapUsed + external;`,
    );
    return { page: usedSize + embedderHeapUsedSize, host };
  }

  async close(): Promise<void> {
    await this.session.close();
    await this.#stopServer();
  }

  async #connection(): Promise<CDPSession> {
    const frame = await this.frame();
    if (this.#devtools?.frame === frame) return this.#devtools.connection;
    const connection = await this.#connect(frame);
    this.#devtools = { frame, connection };
    return connection;
  }

  /** A frame that shares the process of the one around it has no connection of its own: it is a part of that one's. */
  async #connect(frame: Frame): Promise<CDPSession> {
    const { context, page } = this.session;
    const around = frame.parentFrame();
    return context.newCDPSession(frame).catch(() => (around ? this.#connect(around) : context.newCDPSession(page)));
  }
}
