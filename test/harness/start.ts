// `npm start`: the packaged extension in a real VS Code in the browser, for a person. Without a key of theirs the
// simulator plays the service, so that everything can be tried offline.
//   --real      use the real service even when ZAI_API_KEY is not set
//   --zh        Chinese display language
//   --no-open   do not open a browser
import { spawn } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import {
  bigmodelPaygKey,
  bigmodelPlanKey,
  emptyKey,
  expiredPlanKey,
  litePlanKey,
  paygKey,
  planKey,
} from "../zai-server/accounts.ts";
import { type Simulator, startSimulator } from "../zai-server/server.ts";
import { cacheDir, cacheRoot } from "./paths.ts";
import { type PlatformProxy, startPlatformProxy } from "./platform-proxy.ts";
import { commandExists } from "./process.ts";
import { startHost } from "./vscode-host.ts";
import { freshVsix } from "./vsix.ts";
import { copySampleProject, sampleProject } from "./workspace.ts";

/** One address for all runs: the browser keeps the stored key and the layout per host and port. */
const preferredPort = 38_473;

/** Keys of the simulator: which account each stands for, and what one sees with it. */
const simulatedAccounts = [
  [planKey, "Z.AI plan Pro", "chat and fixes on the plan; OCR and images have no balance to bill"],
  [litePlanKey, "Z.AI plan Lite", "the same with smaller allowances"],
  [expiredPlanKey, "Z.AI plan, ended", "the plan has ended and there is no balance: what to renew or recharge"],
  [paygKey, "Z.AI pay-as-you-go", "everything, billed to a simulated balance"],
  [emptyKey, "Z.AI, empty", "a valid key with neither plan nor balance: only free models answer"],
  [bigmodelPlanKey, "BigModel plan Pro", "as on Z.AI, at open.bigmodel.cn"],
  [bigmodelPaygKey, "BigModel balance", "everything that BigModel has, billed to a simulated balance"],
] as const;

type Service = { simulator: Simulator; proxy: PlatformProxy } | undefined;

const flags = new Set(process.argv.slice(2));
const hasOwnKey = Boolean(process.env["ZAI_API_KEY"]);
const real = hasOwnKey || flags.has("--real");
const say = (text = ""): void => console.log(text);

say("[start] building and packaging the extension …");
const vsix = await freshVsix();
say(`[start] ${vsix}`);
const service = real ? undefined : await startService();
const alone = await isFree(preferredPort);
if (!alone) say("[start] another `npm start` seems to be running: this one keeps nothing and has another address.");
const folder = alone ? freshProject() : copySampleProject();
const server = await startHost({
  vsix: [vsix],
  locale: flags.has("--zh") ? "zh-cn" : "en",
  // A folder of its own that is kept: settings, and the key of the secrets, survive a restart.
  ...(alone ? { dataDir: cacheDir("start", "server"), preferredPort } : {}),
  settings: service?.proxy.settings ?? withoutProxy(),
  env: service?.proxy.env ?? {},
  keepProxyVariables: real,
});
const address = `${server.url}/?folder=${encodeURIComponent(folder)}`;
explain(service, address);
if (!flags.has("--no-open")) await openBrowser(address);

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop());

async function startService(): Promise<NonNullable<Service>> {
  // A human pace: at the test pace an answer would be there at once.
  const simulator = await startSimulator({ paceMs: 20 });
  const proxy = await startPlatformProxy(simulator.port);
  say(`[start] simulator ready; the official host names lead to it through ${proxy.url}`);
  return { simulator, proxy };
}

/** The kept settings file may still name the proxy of an earlier simulated run: `undefined` takes a setting out. */
function withoutProxy(): Record<string, unknown> {
  return { "http.proxy": undefined, "http.proxySupport": undefined, "http.systemCertificatesNode": undefined };
}

function freshProject(): string {
  const target = join(cacheRoot, "start", "pocket-shop");
  rmSync(target, { recursive: true, force: true });
  cpSync(sampleProject, target, { recursive: true });
  return target;
}

function explain(running: Service, url: string): void {
  say();
  say(`GLM Sidekick runs in VS Code ${server.vscodeVersion} at`);
  say(`  ${url}`);
  say();
  if (running) {
    say('No ZAI_API_KEY is set, so a simulator answers. Run "GLM: Set API Key" there and paste one of its keys:');
    for (const [key, account, shows] of simulatedAccounts) {
      say(`  ${account.padEnd(20)} ${key}`);
      say(`  ${"".padEnd(20)} ${shows}`);
    }
    say("A key is looked for on both services and both ways to pay; what is found is said.");
    say("For the real service: ZAI_API_KEY=… npm start, or npm start -- --real");
  } else {
    say("The real service is used, and what you do there is billed to your key.");
    say('Run "GLM: Set API Key" in VS Code and paste your key. It goes into VS Code\'s secret storage; this script');
    say(hasOwnKey ? "saw that ZAI_API_KEY is set, but passes it to nothing and writes it nowhere." : "never sees it.");
  }
  say();
  say("Ctrl+C stops everything.");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

async function openBrowser(url: string): Promise<void> {
  const opener = process.platform === "darwin" ? "open" : "xdg-open";
  const hasScreen = process.platform !== "linux" || process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"];
  if (!hasScreen || !(await commandExists(opener))) return;
  spawn(opener, [url], { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  say("\n[start] stopping …");
  await server.stop();
  await service?.proxy.close();
  await service?.simulator.close();
  // Kept-alive connections of a browser that is still open must not hold the process.
  process.exit(0);
}
