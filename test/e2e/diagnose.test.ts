import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { planKey } from "../zai-server/accounts.ts";
import { clickToast, giveKey, toast } from "./support/actions.ts";
import { cleanUp, progressToast, settled } from "./support/editor.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

describe.each(["en", "zh-cn"] as const)("a diagnosis of the connection (%s)", (locale) => {
  const say = wordsOf(locale);
  let session: VSCodeSession;
  const set = (name: string, value: unknown) =>
    session.host(
      "await vscode.workspace.getConfiguration().update(args.name, args.value, vscode.ConfigurationTarget.Global)",
      { name, value },
    );
  const setting = (name: string) => session.host(`return vscode.workspace.getConfiguration().get(args)`, name);

  /** Runs the command and waits for its document; returns the text without the escapes of Markdown. */
  async function diagnose(): Promise<string> {
    const heading = `# ${say("GLM connection diagnosis")}`;
    let text = "";
    const read = async () => {
      text = await session.host<string>("return vscode.window.activeTextEditor?.document.getText() ?? ''");
      return text;
    };
    // The host hears of a closed editor a little later than the page shows it.
    await until(async () => (await read()) === "", "the document of the test before to be gone");
    await session.startCommand("glm.diagnose");
    await until(async () => (await read()).startsWith(heading), "the document of the diagnosis");
    await progressToast(session, say("Diagnosing the connection")).waitFor({ state: "detached" });
    expect(text).not.toMatch(/\{\d\}|undefined/);
    expect(text).not.toContain(planKey);
    return text.replaceAll(/\\([!-/:-@[-`{-~])/g, "$1");
  }

  beforeAll(async () => {
    // The private authority is only where the system keeps its own.
    session = await openVSCode({ locale, env: { NODE_EXTRA_CA_CERTS: "" } });
    await giveKey(session, planKey);
  });
  afterAll(() => session.close());
  afterEach(async () => {
    session.proxy.setOnline(true);
    await cleanUp(session);
  });

  it("of a healthy plan finds no problem, says what is in force, and uses one token", async () => {
    session.simulator.reset();
    const text = await diagnose();
    expect(text).toContain(`**${say("No problem was found.")}**`);
    for (const name of ["Proxy", "Key", "Model list", "Clock", "Short chat", "Quota"])
      expect(text).toContain(`- ${say("{0}: ok.", say(name))}`);
    expect(text).toContain(say("{0} from {1} leads to {2}.", session.proxy.url, "http.proxy", "api.z.ai"));
    expect(text).toContain(say("This is not the service's own issuer: your network inspects TLS."));
    expect(text).toContain("https://api.z.ai/api/coding/paas/v4");
    const chats = session.simulator.requests.filter(({ path }) => path.endsWith("/chat/completions"));
    expect(chats.map(({ body }) => body)).toMatchObject([
      { model: "glm-5-turbo", thinking: { type: "disabled" }, max_tokens: 1 },
    ]);
    expect(text).toContain("glm-5-turbo");
    await settled(toast(session, say("No problem was found.")));
    await session.screenshot("diagnose-well");
  });

  it("of a key that the service does not know says which choice there is", async () => {
    session.simulator.setScenario({ name: "1002", match: "/models" });
    const text = await diagnose();
    expect(text).toContain(`**${say("1 problem: {0}.", say("Model list"))}**`);
    expect(text).toContain("(HTTP 401, 1002)");
    const advice = say("Set the key of this platform, or choose the platform that the key belongs to.");
    expect(text).toContain(say("Next step: {0}", advice));
    await settled(toast(session, advice));
    await toast(session, advice)
      .getByRole("button", { name: say("Set API key"), exact: true })
      .waitFor();
    await session.screenshot("diagnose-other-platform");
  });

  it("of a network that is down names where it ends, and asks for nothing more", async () => {
    session.simulator.reset();
    session.proxy.setOnline(false);
    const text = await diagnose();
    expect(text).toContain(`**${say("{0}: problem.", say("Proxy"))}**`);
    expect(text).toContain(say("Start the proxy or correct {0}. Without a proxy, leave it empty.", "http.proxy"));
    expect(text).toContain(`- ${say("{0}: skipped.", say("Short chat"))}`);
    expect(session.simulator.requests).toEqual([]);
    await settled(toast(session, "http.proxy"));
    await session.screenshot("diagnose-down");
  });

  it("of a certificate that only the system knows names its issuer and the setting that is off", async () => {
    await set("glm.network.transport", "undici");
    await set("http.systemCertificates", false);
    const text = await diagnose();
    const advice = say("The system's certificates know its issuer: turn http.systemCertificates on.");
    expect(text).toContain("GLM Sidekick tests");
    expect(text).toContain(say("It is not trusted ({0}).", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"));
    expect(text).toContain(advice);
    await settled(toast(session, ".systemCertificates"));
    await session.screenshot("diagnose-certificate");
    await set("http.systemCertificates", true);
    await set("glm.network.transport", undefined);
  });

  it("recommends the transport that gets there, and one click takes it", async () => {
    await set("glm.network.transport", "undici");
    await set("http.proxy", "socks5://127.0.0.1:9");
    // VS Code's own network finds the way by the environment's proxy only after a restart; what it makes of this is its own
    // business. The recommendation is about ours, which cannot go there at all.
    const text = await diagnose();
    const advice = say("Set glm.network.transport to “{0}”.", "host");
    expect(text).toContain(say("Next step: {0}", advice));
    await clickToast(session, advice, say("Use host"));
    await until(async () => (await setting("glm.network.transport")) === "host", "the setting");
    await set("http.proxy", session.proxy.url);
  });
});
