import type { Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { paygKey } from "../zai-server/accounts.ts";
import { answerInput, ask, dragSideBar, finished, giveKey, openChat, retry } from "./support/actions.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";

interface SentBody {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly reasoning_effort?: string;
  readonly tools?: readonly { readonly type: string }[];
}

const button = (place: Locator, name: string) => place.getByRole("button", { name, exact: true });

/** What lies between a question and its answer, in a window that pays as it goes. */
describe("a conversation", () => {
  let session: VSCodeSession;
  const panel = () => session.chatFrame().locator("body");
  const turns = (kind: "user" | "answer" | "notice") => panel().locator(`article.${kind}`);
  const queue = () => panel().locator(".queue");
  const bodies = () =>
    session.simulator.requests
      .filter(({ path }) => path.endsWith("/chat/completions"))
      .map(({ body }) => body as SentBody);
  const openFile = (name: string) =>
    session.host("await vscode.window.showTextDocument(vscode.Uri.file(args))", `${session.workspace ?? ""}/${name}`);
  const queueUp = async (text: string) => {
    const composer = await openChat(session);
    await composer.fill(text);
    await composer.press("Enter");
    await queue().getByText(text, { exact: true }).waitFor();
  };
  const newChat = async () => {
    await session.command("glm.chat.new");
    await until(async () => (await turns("user").count()) === 0, "an empty conversation");
  };

  beforeAll(async () => {
    session = await openVSCode({
      settings: {
        "glm.platform": "zai",
        "glm.model.overrides": [{ id: "glm-4.7", context: 8192, maxOutput: 2048 }],
      },
    });
    await giveKey(session, paygKey);
    await openChat(session);
    // So that no control has to move into the menu.
    await dragSideBar(session, 560);
  });
  afterAll(() => session.close());
  beforeEach(() => session.simulator.reset());

  it("begins with questions about the file that is open", async () => {
    await openFile("src/price.ts");
    await openChat(session);
    await button(panel(), "Suggest tests for price.ts.").waitFor();
    await openFile("README.md");
    await button(panel(), "What is missing in README.md?").waitFor();
    await session.screenshot("answering-starters");
    await button(panel(), "Summarise README.md.").click();
    await finished(turns("answer").last());
    expect(JSON.stringify(bodies().at(-1))).toContain("README.md (file)");
    expect(await panel().locator(".starter").count()).toBe(0);
  });

  it("lets messages wait, be changed and taken back while an answer runs, and sends them after it", async () => {
    await newChat();
    session.simulator.setScenario({ name: "slow", value: 150, times: 1 });
    const answer = await ask(session, "A long story about sorting");
    await queueUp("And then?");
    await queueUp("Not this one");
    await session.screenshot("answering-queue");
    await button(queue(), "Remove waiting message 2").click();
    await queue().getByText("Not this one").waitFor({ state: "detached" });
    await button(queue(), "Edit waiting message 1").click();
    await queue().waitFor({ state: "detached" });
    const composer = panel().locator(".composer textarea");
    expect(await composer.inputValue()).toBe("And then?");
    await queueUp("And after that?");
    await finished(answer);
    await finished(turns("answer").nth(1));
    expect(await turns("user").last().innerText()).toContain("And after that?");
    expect(await queue().count()).toBe(0);
    expect(bodies()).toHaveLength(2);
  });

  it("stops within a moment, and then holds what waits until it is told", async () => {
    session.simulator.setScenario({ name: "1302", retryAfter: 30, times: 1 });
    await ask(session, "Are you busy?");
    await turns("answer").last().getByText("The service is busy.").waitFor();
    await queueUp("Then this");
    await button(panel(), "Stop").click();
    await button(panel(), "Send").waitFor();
    await queue().getByText("Paused. These messages wait until you send them.").waitFor();
    await session.screenshot("answering-queue-paused");
    await button(queue(), "Send now").click();
    await queue().waitFor({ state: "detached" });
    await finished(turns("answer").last());
    expect(await turns("user").last().innerText()).toContain("Then this");
  });

  it("goes on where it was cut, in the same answer", async () => {
    session.simulator.setScenario({ name: "cut", value: 12_000, times: 1 });
    const answer = await ask(session, "Show me a table, a list and code");
    await answer.getByText("The connection broke before the answer was complete.").waitFor();
    const count = await turns("answer").count();
    await session.screenshot("answering-cut");
    await button(answer, "Continue").click();
    await finished(answer);
    expect(await turns("answer").count()).toBe(count);
    expect(bodies().at(-1)?.messages.at(-2)?.role).toBe("assistant");
    expect(await answer.getByText("The connection broke").count()).toBe(0);
  });

  it("is asked in other words from the middle, and what came after that is kept", async () => {
    await newChat();
    await finished(await ask(session, "What is a stack?"));
    await finished(await ask(session, "And a queue?"));
    const first = turns("user").first();
    await first.hover();
    await button(first, "Edit message").click();
    const editor = first.locator(".turn-editor textarea");
    await editor.fill("What is a heap?");
    await session.screenshot("answering-edit");
    await editor.press("Enter");
    await until(async () => (await turns("user").count()) === 1, "the later messages to go");
    await finished(turns("answer").first());
    expect(await turns("user").innerText()).toContain("What is a heap?");
    expect(
      bodies()
        .at(-1)
        ?.messages.filter(({ role }) => role === "user"),
    ).toHaveLength(1);
    const told = session.page.locator(".notification-toast", {
      hasText: "are kept in the chat “What is a stack? (2)”",
    });
    await told.waitFor();
    await session.screenshot("answering-tail-kept");
    await session.startCommand("glm.chat.history");
    await session.page.locator(".quick-input-list .monaco-list-row", { hasText: "What is a stack? (2)" }).waitFor();
    await session.page.keyboard.press("Escape");
  });

  it("gives an answer again by another model for this once", async () => {
    const answer = turns("answer").last();
    await answer.hover();
    await button(answer, "Ask again with another model").click();
    await session.page.locator(".quick-input-list .monaco-list-row", { hasText: "glm-5-turbo" }).waitFor();
    await session.screenshot("answering-regenerate");
    await answerInput(session, "glm-5-turbo");
    const again = turns("answer").filter({ has: session.chatFrame().locator("h3", { hasText: "GLM-5-Turbo" }) });
    await finished(again);
    expect(await panel().locator(".model-button").innerText()).not.toContain("Turbo");
    expect(bodies().at(-1)?.model).toBe("glm-5-turbo");
  });

  it("thinks as much as was chosen, and less on request", async () => {
    await button(panel(), "Think: as set. Choose another effort").click();
    await panel().getByRole("menu", { name: "Thinking effort" }).waitFor();
    await session.screenshot("answering-effort");
    await panel().getByRole("menuitemradio", { name: "maximum" }).click();
    await button(panel(), "Think: maximum. Choose another effort").waitFor();
    session.simulator.setScenario({ name: "length", times: 1 });
    const answer = await ask(session, "Think hard");
    await answer.getByText("The model used its whole output allowance for thinking.").waitFor();
    expect(bodies().at(-1)?.reasoning_effort).toBe("max");
    expect(await button(answer, "Retry").count()).toBe(0);
    await session.screenshot("answering-thinking-only");
    const next = await retry(session, answer, "Retry with less thinking");
    await finished(next);
    expect(bodies().at(-1)?.reasoning_effort).toBe("low");
    await next.getByText("Thinking: low").waitFor();
  });

  it("searches the web when that is on, and shows where the answer comes from", async () => {
    await panel().locator("[data-control=web]").click();
    await panel().locator("[data-control=web][aria-pressed=true]").waitFor();
    const answer = await ask(session, "What is new in TypeScript?");
    await finished(answer);
    expect(
      bodies()
        .at(-1)
        ?.tools?.map(({ type }) => type),
    ).toEqual(["web_search"]);
    await answer.locator(".sources li").first().waitFor();
    await session.screenshot("answering-sources");
    await panel().locator("[data-control=web]").click();
    await panel().locator("[data-control=web][aria-pressed=false]").waitFor();
  });

  it("shows how full the model is, summarises when it runs over, and goes on by itself", async () => {
    await newChat();
    await session.host("await vscode.workspace.getConfiguration().update('glm.model.chat', 'glm-4.7', 1)");
    await panel().locator(".model-button", { hasText: "GLM-4.7" }).waitFor();
    for (const name of ["Alpha", "Beta"]) await finished(await ask(session, `${name}: ${"word ".repeat(1_900)}`));
    await panel().locator("meter.budget").waitFor();
    await session.screenshot("answering-budget");
    const answer = await ask(session, `Gamma: ${"word ".repeat(1_900)}`);
    await finished(answer);
    const notice = turns("notice");
    await notice.getByText("Earlier messages were summarised, so that the conversation fits the model.").waitFor();
    await notice.locator("summary").click();
    await session.screenshot("answering-compacted");
    const sent =
      bodies()
        .at(-1)
        ?.messages.map(({ content }) => content) ?? [];
    expect(sent[1]).toContain("Summary of our conversation");
    expect(sent.some((content) => content.startsWith("Alpha"))).toBe(false);
  });

  it.each([
    ["finds that it is too long", "1261"],
    ["has no room for the rest of an answer", "context-exceeded"],
  ])("is summarised, and goes on by itself, when the service %s", async (_, scenario) => {
    await newChat();
    for (const name of ["Alpha", "Beta"]) await finished(await ask(session, `${name}: ${"word ".repeat(300)}`));
    session.simulator.setScenario({ name: scenario, times: 1 });
    const answer = await ask(session, "Gamma: what was said?");
    await finished(answer);
    await turns("notice")
      .getByText("Earlier messages were summarised, so that the conversation fits the model.")
      .waitFor();
    expect(await turns("answer").count()).toBe(3);
    expect(await answer.locator(".problem").count()).toBe(0);
    expect(bodies().at(-1)?.messages[1]?.content).toContain("Summary of our conversation");
  });
});
