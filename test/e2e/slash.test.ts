import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { imageSize } from "image-size";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { paygKey } from "../zai-server/accounts.ts";
import { drawPicture } from "../zai-server/drawing.ts";
import { clickToast, finished, giveKey, openChat, toast } from "./support/actions.ts";
import { answerFileDialog, cleanUp, fileIn, openFile } from "./support/editor.ts";
import { copySampleProject, openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

/** Commands that begin with a slash, prompt files, and pictures into and out of the chat. */
describe("slash commands and pictures", () => {
  const say = wordsOf("en");
  let session: VSCodeSession;
  let workspace: string;
  const panel = () => session.chatFrame().locator("body");
  const option = (name: string) => panel().getByRole("option").filter({ hasText: name });
  const chats = () => session.simulator.requests.filter(({ path }) => path.endsWith("/chat/completions"));
  const rows = (text: string) =>
    session.page.locator(".quick-input-list .monaco-list-row").filter({ hasText: text }).first();
  const lastSent = () => JSON.stringify(chats().at(-1)?.body);

  const submit = async (text: string): Promise<void> => {
    const composer = await openChat(session);
    await composer.fill(text);
    // The list over the composer would take the key for itself while it offers what was typed.
    if (/^\/\S+$/.test(text)) {
      await panel().locator(".suggestions").waitFor();
      await composer.press("Escape");
    }
    await composer.press("Enter");
  };
  /** Sends a text and returns the turn that answers it. */
  const send = async (text: string): Promise<Locator> => {
    const answers = panel().locator("article.answer");
    const before = await answers.count();
    await submit(text);
    await answers.nth(before).waitFor();
    return answers.nth(before);
  };

  beforeAll(async () => {
    workspace = copySampleProject();
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.com", ...args], { cwd: workspace });
    git("init", "-q");
    git("add", ".");
    git("commit", "-q", "-m", "Begin with the sample");
    writeFileSync(join(workspace, "README.md"), "# Sample\n\nNow with a second line.\n");
    mkdirSync(join(workspace, ".glm", "prompts"), { recursive: true });
    writeFileSync(
      join(workspace, ".glm", "prompts", "standup.md"),
      "---\ndescription: For the daily meeting\nargument: day\n---\nSum up {{file}} for the meeting on {{input}}.\n",
    );
    session = await openVSCode({ workspace, settings: { "glm.platform": "zai" } });
    await giveKey(session, paygKey);
  });
  afterAll(async () => {
    await session.close();
    rmSync(workspace, { recursive: true, force: true });
  });
  beforeEach(async () => {
    session.simulator.reset();
    await cleanUp(session);
  });

  it("are offered while one types, the built-in ones and those of prompt files", async () => {
    const composer = await openChat(session);
    await composer.pressSequentially("/");
    await option("/explain").waitFor();
    await option("/standup").waitFor();
    expect(await option("/standup").innerText()).toContain("For the daily meeting");
    await session.screenshot("slash-popup");
    await composer.pressSequentially("expl");
    await option("/standup").waitFor({ state: "detached" });
    await composer.press("Enter");
    expect(await composer.inputValue()).toBe("/explain ");
    await composer.fill("");
  });

  it("/explain attaches the open file visibly and sends its own words in place of the command", async () => {
    await openFile(session, fileIn(session, "src/price.ts"));
    await finished(await send("/explain the rounding"));
    const question = panel().locator("article.user").last();
    expect(await question.innerText()).toContain("/explain the rounding");
    expect(await question.innerText()).toContain("price.ts");
    expect(lastSent()).toContain("Explain the attached code to a programmer");
    expect(lastSent()).toContain("export function total");
    expect(lastSent()).not.toContain("/explain");
    await session.screenshot("slash-explain");
  });

  it.each([
    ["fix", "Find what is wrong in the attached code and mend it."],
    ["tests", "Write tests for the attached code."],
    ["doc", "Write documentation comments for the attached code."],
    ["review", "Review the attached code or changes"],
  ])("/%s attaches the open file and asks for what it says", async (name, task) => {
    await openFile(session, fileIn(session, "src/price.ts"));
    await finished(await send(`/${name} with care`));
    expect(await panel().locator("article.user").last().locator(".chip", { hasText: "price.ts" }).count()).toBe(1);
    const sent = chats().at(-1)?.body as { messages: { content: string }[] } | undefined;
    const asked = sent?.messages.at(-1)?.content ?? "";
    expect(asked).toContain(task);
    expect(asked).toContain("with care");
    expect(asked).toContain("export function total");
    expect(asked).not.toContain(`/${name}`);
  });

  it("say what was meant when one is mistyped, and the text stays until a click sends that", async () => {
    await openFile(session, fileIn(session, "src/price.ts"));
    const composer = await openChat(session);
    await composer.fill("/explian this");
    await composer.press("Enter");
    const sentence = say("There is no command /{0}. Did you mean /{1}?", "explian", "explain");
    await toast(session, sentence).waitFor();
    await until(async () => (await composer.inputValue()) === "/explian this", "the text in the composer");
    expect(session.simulator.requests).toEqual([]);
    const answers = panel().locator("article.answer");
    const before = await answers.count();
    await clickToast(session, sentence, "/explain");
    await finished(answers.nth(before));
    expect(await panel().locator("article.user").last().innerText()).toContain("/explain this");
    expect(await composer.inputValue()).toBe("");
  });

  it("/search asks the service to search the web, and the answer's marks lead to its numbered sources", async () => {
    session.simulator.setScenario({ name: "say", text: "A new release is out [1], which is faster [2]." });
    const answer = await send("/search What is new in TypeScript?");
    await finished(answer);
    expect(chats().at(-1)?.body).toMatchObject({ tools: [{ type: "web_search" }] });
    const source = answer.locator(".sources li").nth(1).locator("a");
    const mark = answer.locator(".source-mark", { hasText: "[2]" });
    expect(await mark.getAttribute("title")).toContain(await source.innerText());
    await mark.click();
    await until(
      () => source.evaluate((each) => each === document.activeElement),
      "the second source to have the focus",
    );
    await session.screenshot("slash-search");
  });

  it("/image shows the picture in the answer, and saves it where the user says", async () => {
    const answer = await send("/image a red kettle on the hob");
    const image = answer.locator("figure img");
    await image.waitFor();
    await until(() => image.evaluate((each: HTMLImageElement) => each.naturalWidth > 0), "the picture");
    expect(session.simulator.requests.map(({ path }) => path.split("/").slice(-2).join("/"))).toContain(
      "images/generations",
    );
    expect(chats()).toEqual([]);
    await answer.getByRole("heading", { name: "GLM-Image", exact: true }).waitFor();
    await session.screenshot("slash-image");
    await answer.locator("figure").hover();
    await answer.getByRole("button", { name: say("Save {0}", "a red kettle on the hob"), exact: true }).click();
    const target = fileIn(session, "kettle.png");
    await answerFileDialog(session, target, "OK");
    await toast(session, say("Image saved as {0}", "kettle.png")).waitFor();
    expect(existsSync(target) && imageSize(readFileSync(target)).type).toBe("png");
    await answer
      .getByRole("button", { name: say("Open {0} in an editor", "a red kettle on the hob"), exact: true })
      .click();
    await session.page.locator(".tab", { hasText: "a-red-kettle-on-the-hob.png" }).waitFor();
  });

  it("a prompt file is sent filled in, about the open file", async () => {
    await openFile(session, fileIn(session, "src/price.ts"));
    await finished(await send("/standup Monday"));
    expect(lastSent()).toContain("Sum up src/price.ts for the meeting on Monday.");
    expect(await panel().locator("article.user").last().innerText()).toContain("/standup Monday");
  });

  it("a pasted picture is read by a model that sees, and the answer says so", async () => {
    const composer = await openChat(session);
    await session.copyImage(drawPicture("E42", 300, 120));
    await composer.focus();
    await session.page.keyboard.press("Control+V");
    await panel().locator(".composer .thumbnail img").waitFor();
    await session.screenshot("picture-attached");
    const answer = await send("Which error is this?");
    await answer
      .getByText(say("{0} cannot see pictures; {1} read it for this turn.", "GLM-5.3", "GLM-5.3-Flash"))
      .waitFor();
    await finished(answer);
    const [reading, question] = chats().map(({ body }) => body as { model: string; messages: { content: unknown }[] });
    expect([reading?.model, question?.model]).toEqual(["glm-5.3-flash", "glm-5.3"]);
    expect(JSON.stringify(reading?.messages.at(-1)?.content)).toContain("data:image/png;base64,");
    expect(JSON.stringify(question?.messages.at(-1)?.content)).toContain("has read in the picture");
    await answer.getByRole("button", { name: say("Change"), exact: true }).waitFor();
    await panel().locator("article.user").last().locator(".thumbnail img").waitFor();
    await session.screenshot("picture-note");
  });

  it("/ocr reads the file that is chosen, into the answer", async () => {
    const answers = panel().locator("article.answer");
    const before = await answers.count();
    await submit("/ocr");
    await answerFileDialog(session, fileIn(session, "docs/stack-trace.png"), say("Read text"));
    await answers.nth(before).getByText("TypeError").first().waitFor();
    await answers.nth(before).getByRole("heading", { name: "GLM-OCR", exact: true }).waitFor();
    await panel().locator("article.user").last().locator(".thumbnail img").waitFor();
    expect(chats()).toEqual([]);
    await session.screenshot("slash-ocr");
  });

  it("/export saves the chat, and /clear begins another one", async () => {
    await submit("/export");
    await rows("Markdown").click();
    await answerFileDialog(session, fileIn(session, "kept.md"), "OK");
    await toast(session, say("The chat was exported to {0}.", "kept.md")).waitFor();
    expect(readFileSync(fileIn(session, "kept.md"), "utf8")).toContain("/standup Monday");
    await submit("/clear");
    await panel().locator("article.user").first().waitFor({ state: "detached" });
    await session.palette(say.command("chatHistory"));
    await rows("/explain the rounding").click();
    await panel().locator("article.user", { hasText: "/standup Monday" }).waitFor();
  });

  // The last one, since it leaves the chat: the address of a view that is shown again no longer says that it is one.
  it("/commit writes a message for the changes, which one click puts into Source Control", async () => {
    await until(
      () =>
        session.host<boolean>(
          `const git = vscode.extensions.getExtension("vscode.git")
           const api = (await git.activate()).getAPI(1)
           return api.repositories.some(({ state }) => state.workingTreeChanges.length > 0)`,
        ),
      "git to see the change",
    );
    const answer = await send("/commit");
    await finished(answer);
    expect(lastSent()).toContain("Write a commit message");
    expect(lastSent()).toContain("+Now with a second line.");
    expect(lastSent()).toContain("Begin with the sample");
    await answer.getByText(say("Describes: {0}", say("Changes not staged"))).waitFor();
    await session.screenshot("slash-commit");
    await answer.getByRole("button", { name: say("Use in Source Control"), exact: true }).click();
    await until(
      () =>
        session.host<boolean>(
          `const api = vscode.extensions.getExtension("vscode.git").exports.getAPI(1)
           return api.repositories[0].inputBox.value.trim() !== ""`,
        ),
      "the message in Source Control",
    );
  });
});
