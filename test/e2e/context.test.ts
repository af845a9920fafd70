import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { paygKey } from "../zai-server/accounts.ts";
import { answerInput, dismissToasts, finished, giveKey, openChat, toast } from "./support/actions.ts";
import { fileIn, openFile, pickFromMenu, replaceIn } from "./support/editor.ts";
import { copySampleProject, openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

const say = wordsOf("en");
const secret = `ghp_${"aB3dE5gH7jK9mN1pQ2sT4vW6xY8zA0bC".slice(0, 32)}Zz19`;

describe("context of a question", () => {
  let session: VSCodeSession;
  let workspace = "";
  const panel = () => session.chatFrame().locator("body");
  const chips = () => panel().locator(".composer li.chip");
  const chip = (text: string) => chips().filter({ hasText: text });
  const dialog = () => session.page.locator(".monaco-dialog-box");
  const rows = () => session.page.locator(".quick-input-list .monaco-list-row");
  const sent = () =>
    JSON.stringify(session.simulator.requests.findLast(({ path }) => path.endsWith("/chat/completions"))?.body);
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", workspace, "-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args]);

  beforeAll(async () => {
    workspace = copySampleProject();
    write(".gitignore", "dist/\n");
    write("dist/bundle.js", "const bundled = 1;\n");
    write(".glmignore", "private/\n");
    write("private/salaries.md", "nobody may read this\n");
    write("config/.env", "GREETING=hello\n");
    write("config/deploy.ts", `export const token = "${secret}";\n`);
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--message", "Begin the shop\n\nWith prices.");
    session = await openVSCode({ workspace, viewport: { width: 1480, height: 800 } });
    // Beside the Explorer, from which things are dragged into it, and not in its place.
    await session.startCommand("workbench.action.moveFocusedView", "glm.chat");
    await rows().filter({ hasText: "New Secondary Side Bar Entry" }).click();
    await giveKey(session, paygKey);
    await openChat(session);
  }, 120_000);
  afterAll(async () => {
    await session.close();
    rmSync(workspace, { recursive: true, force: true });
  });
  beforeEach(async () => {
    session.simulator.reset();
    // What a test that failed has left open.
    await session.page.keyboard.press("Escape");
    await session.command("glm.chat.new");
    await panel().locator("article.turn").first().waitFor({ state: "detached" });
    await dismissToasts(session);
  });

  function write(name: string, text: string): void {
    mkdirSync(dirname(join(workspace, name)), { recursive: true });
    writeFileSync(join(workspace, name), text);
  }

  const clip = async (entry: string) => {
    await panel()
      .getByRole("button", { name: say("Attach context"), exact: true })
      .click();
    await rows().filter({ hasText: entry }).first().click();
  };
  const submit = async (question: string): Promise<Locator> => {
    const composer = await openChat(session);
    await composer.fill(question);
    await composer.press("Enter");
    return composer;
  };
  /** Asks in the empty chat that a test begins with. Returns what was sent, as JSON. */
  const ask = async (question: string): Promise<string> => {
    await submit(question);
    await finished(panel().locator("article.answer"));
    return sent();
  };

  it("takes files from the paper clip, with their tokens, as they are when the question is sent", async () => {
    await clip(say("Files…"));
    await rows().filter({ hasText: "stock.ts" }).first().waitFor();
    expect(await rows().filter({ hasText: "salaries" }).count()).toBe(0);
    expect(await rows().filter({ hasText: "bundle.js" }).count()).toBe(0);
    await session.screenshot("context-files");
    await session.page.locator(".quick-input-widget input").first().fill("price.ts");
    await rows().filter({ hasText: "price.ts" }).first().click();
    await session.page.keyboard.press("Enter");
    await chip("price.ts").waitFor();
    await session.screenshot("context-chip");
    await replaceIn(session, fileIn(session, "src/price.ts"), "Sum of all items", "Sum of really all items");
    expect(await ask("What is wrong?")).toContain("Sum of really all items");
    expect(await panel().locator("article.user .chip").innerText()).toContain("price.ts");
  });

  it("adds a selection by its key and keeps to it while the code above changes", async () => {
    const path = fileIn(session, "src/price.ts");
    await openFile(session, path, { lines: [8, 10] });
    expect(await keysOfOthers(session, "ctrl+k g")).toEqual([]);
    await session.page.keyboard.press("Control+K");
    await session.page.keyboard.press("g");
    await chip("price.ts:8–10").waitFor();
    await replaceIn(session, path, "export interface Item {", "// new\n// lines\nexport interface Item {");
    await chip("price.ts:10–12").waitFor();
    const body = await ask("Explain");
    expect(body).toContain("let sum = 0;");
    expect(body).not.toContain("return sum;");
  });

  it("warns of a likely secret, asks once before it is sent, and sends the rest without it", async () => {
    await openFile(session, fileIn(session, "config/deploy.ts"));
    await session.command("glm.addFile");
    await openFile(session, fileIn(session, "src/price.ts"));
    await session.command("glm.addFile");
    await chip("deploy.ts").waitFor();
    await session.screenshot("context-warning");
    const composer = await submit("Deploy it");
    await dialog()
      .getByText(say("Line {0} seems to hold {1}. Nothing is taken out before it is sent.", 1, say("an access token")))
      .waitFor();
    await session.screenshot("context-secret-question");
    await session.page.keyboard.press("Escape");
    await until(async () => (await composer.inputValue()) === "Deploy it", "the question to be back");
    expect(session.simulator.requests).toEqual([]);
    await openChat(session);
    await composer.press("Enter");
    await dialog()
      .getByRole("button", { name: say("Remove and send"), exact: true })
      .click();
    await finished(panel().locator("article.answer"));
    expect(sent()).toContain("export function total");
    expect(sent()).not.toContain(secret);
  });

  it("sends nothing that .glmignore names, and says that git ignores a file that was chosen all the same", async () => {
    await openFile(session, fileIn(session, "private/salaries.md"));
    await session.command("glm.addFile");
    await toast(session, say("{0} is named by .glmignore, so it is never attached.", "salaries.md")).waitFor();
    await dismissToasts(session);
    await session.startCommand("glm.explain");
    await toast(session, say("{0} is named by .glmignore, so it is never attached.", "salaries.md")).waitFor();
    expect(await chips().count()).toBe(0);
    expect(session.simulator.requests).toEqual([]);
    await openFile(session, fileIn(session, "dist/bundle.js"));
    await session.command("glm.addFile");
    await toast(
      session,
      say("{0} is ignored by git. It was attached, as you chose it yourself.", "bundle.js"),
    ).waitFor();
    await chip("bundle.js").waitFor();
  });

  it("asks before Explain and Fix send what is in a file that is known to hold secrets by its name", async () => {
    await openFile(session, fileIn(session, "config/.env"), { lines: [1, 1] });
    for (const command of ["glm.explain", "glm.fix"]) {
      await session.startCommand(command);
      await dialog()
        .getByText(
          say(
            "A file of this name usually holds {0}. Nothing is taken out before it is sent.",
            say("passwords or keys"),
          ),
        )
        .waitFor();
      await session.page.keyboard.press("Escape");
      await dialog().waitFor({ state: "detached" });
    }
    expect(session.simulator.requests).toEqual([]);
  });

  it("takes a folder as a tree with the files that are chosen", async () => {
    await clip(say("Folder…"));
    await rows().filter({ hasText: "src" }).first().click();
    await rows().filter({ hasText: "greet.js" }).first().click();
    await session.page.keyboard.press("Enter");
    await chip("src/").waitFor();
    await chip("greet.js").waitFor();
    const body = await ask("What is here?");
    expect(body).toContain("orders.py");
    expect(body).not.toContain("orders.append");
  });

  it("takes changes and commits from git, without what .glmignore names", async () => {
    write("src/stock.ts", "export const stock = 42;\n");
    write("private/salaries.md", "twice as much\n");
    await clip(say("Git changes…"));
    await chip(say("Changes not staged")).waitFor();
    await clip(say("Commit…"));
    await rows().filter({ hasText: "Begin the shop" }).first().click();
    await until(async () => (await chips().count()) === 2, "the commit");
    await submit("Review");
    // The first commit holds the token of another test.
    await dialog()
      .getByRole("button", { name: say("Send anyway"), exact: true })
      .click();
    await finished(panel().locator("article.answer"));
    const body = sent();
    expect(body).toContain("+export const stock = 42;");
    expect(body).toContain(secret);
    expect(body).toContain("With prices.");
    expect(body).toContain("export function total");
    expect(body).not.toContain("nobody may read");
    expect(body).not.toContain("twice as much");
  });

  it("takes problems, a symbol and what a terminal printed", async () => {
    await openFile(session, fileIn(session, "src/price.ts"));
    await session.host(
      `const problems = vscode.languages.createDiagnosticCollection("test")
       const uri = vscode.Uri.file(args)
       problems.set(uri, [new vscode.Diagnostic(new vscode.Range(8, 2, 8, 10), "the last item is left out", 0)])`,
      fileIn(session, "src/price.ts"),
    );
    await clip(say("Problems…"));
    await rows()
      .filter({ hasText: say("All problems") })
      .first()
      .click();
    await chip(say("All problems")).waitFor();
    await clip(say("Symbol…"));
    await rows().filter({ hasText: "discounted" }).first().click();
    await chip("discounted").waitFor();
    await session.host(
      `const terminal = vscode.window.createTerminal({ name: "work" })
       terminal.show()
       const shell = terminal.shellIntegration ?? (await new Promise((resolve) => {
         vscode.window.onDidChangeTerminalShellIntegration((event) => resolve(event.shellIntegration))
       }))
       const ended = new Promise((resolve) => vscode.window.onDidEndTerminalShellExecution(resolve))
       // VS Code at times misses the output of what is over at once.
       shell.executeCommand("sleep 0.3; echo forty-$((40 + 2)); false")
       await ended`,
    );
    await clip(say("Terminal output"));
    await chip("sleep 0.3").waitFor();
    await session.screenshot("context-many");
    const body = await ask("Why?");
    expect(body).toContain("src/price.ts:9:3 error: the last item is left out");
    expect(body).toContain("cents - cents * percent");
    expect(body).not.toContain("let sum");
    expect(body).toContain("forty-42");
  });

  it("reads a page and searches the web through the service", async () => {
    await clip(say("Web page…"));
    await answerInput(session, "docs.glm-simulator.test/typescript/narrowing");
    await until(async () => (await chips().count()) === 1, "the page");
    await clip(say("Web search…"));
    await answerInput(session, "retry with back-off");
    await chip("retry with back-off").waitFor();
    const paths = session.simulator.requests.map(({ path }) => path);
    expect(paths.some((path) => path.endsWith("/reader"))).toBe(true);
    expect(paths.some((path) => path.endsWith("/web_search"))).toBe(true);
    const body = await ask("Sum up");
    expect(body).toContain("(page)");
    expect(body).toContain("(search)");
  });

  it("adds from the menus of the Explorer and of a tab", async () => {
    await session.command("workbench.view.explorer");
    await openFile(session, fileIn(session, "src/orders.py"));
    await pickFromMenu(session, inExplorer("orders.py"), say.command("addFile").replace("GLM: ", ""));
    await chip("orders.py").waitFor();
    await openFile(session, fileIn(session, "src/greet.js"));
    await pickFromMenu(session, tab("greet.js"), say.command("addFile").replace("GLM: ", ""));
    await chip("greet.js").waitFor();
  });

  it("offers files, symbols and sources behind @, and attaches what is chosen", async () => {
    const composer = await openChat(session);
    await composer.pressSequentially("Look at @sto");
    const list = panel().getByRole("listbox");
    await list.getByRole("option").filter({ hasText: "stock.ts" }).waitFor();
    await session.screenshot("context-suggestions");
    await session.page.keyboard.press("Enter");
    await chip("stock.ts").waitFor();
    await composer.pressSequentially("@sala");
    await panel().getByRole("status").getByText(say("Nothing found")).waitFor();
    await composer.fill("");
    await composer.pressSequentially("@sym");
    await list
      .getByRole("option")
      .filter({ hasText: say("Symbol…") })
      .waitFor();
    await session.page.keyboard.press("Enter");
    expect(await composer.inputValue()).toContain("@symbol:");
  });

  it("offers the open file, and takes what is dragged here with Shift", async () => {
    await openFile(session, fileIn(session, "src/price.ts"));
    await panel()
      .getByRole("button", { name: say("Attach {0}", "price.ts"), exact: true })
      .click();
    await chip("price.ts").waitFor();
    await openFile(session, fileIn(session, "src/greet.js"));
    await session.command("workbench.view.explorer");
    for (const [thing, name] of [
      [tab("greet.js"), "greet.js"],
      [inExplorer("orders.py"), "orders.py"],
    ] as const) {
      await dragToChat(thing);
      await chip(name).waitFor();
    }
  });

  const tab = (name: string) => session.page.locator(".tabs-container .tab", { hasText: name });
  const inExplorer = (name: string) =>
    session.page.locator(".explorer-folders-view .monaco-list-row", { hasText: name });

  /** Only with Shift does VS Code let a view have what is dropped. */
  const dragToChat = async (thing: Locator): Promise<void> => {
    const { keyboard, mouse } = session.page;
    const from = await boxOf(thing);
    const to = await boxOf(panel().locator(".composer"));
    await mouse.move(from.x + 30, from.y + 10);
    await mouse.down();
    await mouse.move(from.x + 40, from.y + 20, { steps: 4 });
    await keyboard.down("Shift");
    await mouse.move(to.x + 40, to.y + 20, { steps: 8 });
    await mouse.move(to.x + 44, to.y + 20, { steps: 4 });
    await mouse.up();
    await keyboard.up("Shift");
  };
});

/** Commands of VS Code that a key has by default. */
async function keysOfOthers(session: VSCodeSession, key: string): Promise<readonly string[]> {
  const text = await session.host<string>(
    `return (await vscode.workspace.openTextDocument(vscode.Uri.parse("vscode://defaultsettings/keybindings.json"))).getText()`,
  );
  const bindings = [...text.matchAll(/"key": "([^"]+)",\s+"command": "([^"]+)"/g)];
  expect(bindings.length).toBeGreaterThan(500);
  return bindings
    .filter(([, its, command = ""]) => its === key && !command.startsWith("glm."))
    .map(([, , its = ""]) => its);
}

async function boxOf(place: Locator) {
  const box = await place.boundingBox();
  if (!box) throw new Error("it is not visible");
  return box;
}
