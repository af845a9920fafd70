import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCustomServer, type FakeOptions, type FakeServer } from "../fakes/customServers.ts";
import { answerInput, ask, clickToast, dismissToasts, finished, toast } from "./support/actions.ts";
import { settled } from "./support/editor.ts";
import { openVSCode, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

type Kind = Parameters<typeof startCustomServer>[0];

const hostOf = (server: FakeServer) => new URL(server.baseUrl).host;

describe.each(["en", "zh-cn"] as const)("a server of one's own (%s)", (locale) => {
  const say = wordsOf(locale);
  const model = "glm-4.7-flash";
  const servers: FakeServer[] = [];
  let session: VSCodeSession;

  const serve = async (kind: Kind, options?: FakeOptions) => {
    const server = await startCustomServer(kind, options);
    servers.push(server);
    return server;
  };
  const setting = (id: string) => session.host("return vscode.workspace.getConfiguration().get(args)", id);
  const box = () => session.page.locator(".quick-input-widget");
  const titled = (title: string) => box().locator(".quick-input-title", { hasText: title }).waitFor();
  /** Opens the list of addresses. */
  const start = async () => {
    await session.palette(say.command("selectPlatform"));
    await titled(say("Choose a platform"));
    await answerInput(session, say("Custom server"));
    await titled(say("Address of your server"));
  };
  const reason = (text: string) => box().locator(".quick-input-message", { hasText: text });

  beforeAll(async () => {
    session = await openVSCode({ locale });
  });
  afterAll(async () => {
    await session.close();
    for (const server of servers) await server.close();
  });

  it("that is not there keeps its address for correction, and nothing changes", async () => {
    const closed = await startCustomServer("ollama");
    await closed.close();
    await start();
    await box().getByText("http://localhost:11434/v1").waitFor();
    await settled(box());
    await session.screenshot("custom-addresses");
    await answerInput(session, closed.baseUrl);
    await reason(say("Nothing answers at {0}. Start the server, or correct its address.", hostOf(closed))).waitFor();
    expect(await box().locator("input").first().inputValue()).toBe(closed.baseUrl);
    await settled(box());
    await session.screenshot("custom-nothing-there");
    expect([await setting("glm.platform"), await setting("glm.custom.baseUrl")]).toEqual(["zai-coding", ""]);
  });

  it("is found one level deeper, tried and named with what to change there", async () => {
    const ollama = await serve("ollama", { models: [{ id: "llama3:8b" }, { id: `${model}:latest`, context: 4096 }] });
    await answerInput(session, ollama.origin);
    await reason(say("There is no API at {0}, but at this address. Press Enter to use it.", ollama.origin)).waitFor();
    await settled(box());
    await session.screenshot("custom-deeper");
    await session.page.keyboard.press("Enter");
    const words = say(
      "{0} answers at {1} with {2} models; {3} was tried and works.",
      "Ollama 0.12.3",
      hostOf(ollama),
      2,
      `${model}:latest`,
    );
    await toast(session, words).waitFor();
    await settled(toast(session, words));
    await session.screenshot("custom-ollama");
    expect([await setting("glm.platform"), await setting("glm.custom.baseUrl")]).toEqual(["custom", ollama.baseUrl]);
    expect([await setting("glm.custom.reasoning"), await setting("glm.model.chat")]).toEqual([
      "reasoning_effort",
      `${model}:latest`,
    ]);
    await clickToast(session, words, say("Details"));
    await session.page.locator(".editor-instance .view-line", { hasText: "OLLAMA_CONTEXT_LENGTH=64000" }).waitFor();
    await session.screenshot("custom-details");
    await session.command("workbench.action.revertAndCloseActiveEditor");
    expect(await finished(await ask(session, "Are you mine?"))).toContain("You said: Are you mine?");
    await session.screenshot("custom-first-answer");
  });

  // The rest of the way looks the same in both languages.
  if (locale !== "en") return;

  it("that wants a key gets the one that was given for it, and no other server does", async () => {
    const vllm = await serve("vllm", { key: "sk-mine", models: [{ id: "mine", weights: "zai-org/GLM-4.7" }] });
    await start();
    await answerInput(session, vllm.baseUrl);
    await titled(say("API key for {0}", say("Custom server")));
    await answerInput(session, "sk-mine");
    const words = say(
      "{0} answers at {1} with one model, {2}, which was tried and works.",
      "vLLM 0.11.2",
      hostOf(vllm),
      "mine",
    );
    await settled(toast(session, words));
    await session.screenshot("custom-key");
    expect(vllm.received.at(-1)?.headers.authorization).toBe("Bearer sk-mine");
    const others = servers.filter((server) => server !== vllm).flatMap(({ received }) => received);
    expect(others.length).toBeGreaterThan(0);
    expect(others.flatMap(({ headers }) => headers.authorization ?? [])).toEqual([]);
    await dismissToasts(session);
  });

  it("without a model list can be used with a model id that is typed", async () => {
    const server = await serve("no-list", { thinking: "tags" });
    await start();
    await answerInput(session, server.baseUrl);
    const question = say("{0} answers, but has no model list at this address.", hostOf(server));
    await clickToast(session, question, say("Enter model id"));
    await titled(say("Model id"));
    await answerInput(session, "house-7b");
    const words = say(
      "{0} answers at {1}. It has no model list; {2} was tried and works.",
      say("An OpenAI-compatible server"),
      hostOf(server),
      "house-7b",
    );
    await toast(session, words).waitFor();
    await dismissToasts(session);
    expect(await finished(await ask(session, "And you?"))).toContain("You said: And you?");
    expect(server.chats().at(-1)?.model).toBe("house-7b");
  });

  it("that knows nothing but plain OpenAI answers, too", async () => {
    await start();
    await answerInput(session, `${session.simulator.url}/v1`);
    const url = new URL(session.simulator.url);
    const name = say("An OpenAI-compatible server");
    const words = say(
      "{0} answers at {1} with {2} models; {3} was tried and works.",
      name,
      url.host,
      3,
      "glm-5.3-flash",
    );
    await toast(session, words).waitFor();
    await session.screenshot("custom-plain");
    expect(await setting("glm.model.chat")).toBe("auto");
    expect(await finished(await ask(session, "What is a closure?"))).toContain("closure");
  });

  it("stays in force when one gives up on another", async () => {
    const before = await setting("glm.custom.baseUrl");
    await start();
    await session.page.keyboard.press("Escape");
    await box().waitFor({ state: "hidden" });
    await start();
    await answerInput(session, "http://gpu.example/v1");
    await reason(say("Base URL of an OpenAI-compatible server, for example http://localhost:11434/v1")).waitFor();
    expect(await box().locator("input").first().inputValue()).toBe("http://gpu.example/v1");
    await session.page.keyboard.press("Enter");
    await reason(say("Enter an https address. Plain http is accepted for this machine only.")).waitFor();
    await session.page.keyboard.press("Escape");
    await box().waitFor({ state: "hidden" });
    expect([await setting("glm.platform"), await setting("glm.custom.baseUrl")]).toEqual(["custom", before]);
    expect(session.proxy.connections.map(({ host }) => host).filter((host) => host.includes("gpu"))).toEqual([]);
  });
});
