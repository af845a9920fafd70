import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createWriteStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { copyExtensions, fewerBuiltins, installExtensions } from "./extensions.ts";
import { type FrontOptions, startFront } from "./front.ts";
import { type HostFlavour, installHost } from "./host-install.ts";
import { type Locale, writeLanguagePack } from "./language.ts";
import { cacheDir, projectRoot } from "./paths.ts";
import { addPseudoLanguage, pseudoLocale } from "./pseudo.ts";

export type HostOptions = {
  flavour?: HostFlavour;
  /** Packaged extensions to install, in this order. */
  vsix?: string[];
  /** User settings on top of the quiet ones; they win. */
  settings?: Record<string, unknown>;
  /** Settings of the remote machine: the only place from which VS Code reads `machine` scoped ones here. */
  machineSettings?: Record<string, unknown>;
  locale?: Locale;
  /** Added to the environment of the server and so of the extension host. `undefined` removes a variable. */
  env?: Record<string, string | undefined>;
  /** Passes the shell's own proxy variables on. Not wanted where a test decides what the network is. */
  keepProxyVariables?: boolean;
  /** Lets the page's URL name an extension under development. It also hides notifications, so only for in-host tests. */
  smokeTestDriver?: boolean;
  /** Leaves out built-in extensions that have nothing to do with ours, as many windows are opened. */
  fewBuiltins?: boolean;
  /** Kept after `stop` when given; otherwise a fresh folder below the cache that is removed. */
  dataDir?: string;
} & FrontOptions;

export type RunningHost = {
  /** Base address for a browser, without trailing slash. */
  url: string;
  port: number;
  /** The `--server-data-dir`. */
  dataDir: string;
  extensionsDir: string;
  vscodeVersion: string;
  /** Everything that the server has printed until now, or since it was last renewed. */
  log(): string;
  /** Forgets what any window has kept, as if the server had just been started with these user settings. */
  renew(settings: Record<string, unknown>): void;
  stop(): Promise<void>;
};

const guard = join(projectRoot, "test", "harness", "guard.ts");

/** No welcome page, no updates, no Copilot: nothing on the screen that is not ours or the editor's. */
const quietSettings: Record<string, unknown> = {
  "workbench.startupEditor": "none",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.tips.enabled": false,
  "workbench.enableExperiments": false,
  "chat.disableAIFeatures": true,
  "extensions.ignoreRecommendations": true,
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "update.mode": "none",
  "telemetry.telemetryLevel": "off",
  "security.workspace.trust.enabled": false,
  "git.openRepositoryInParentFolders": "never",
  // One TypeScript server instead of two, and none that looks for types on the Internet.
  "typescript.tsserver.useSyntaxServer": "never",
  "js/ts.tsserver.automaticTypeAcquisition.enabled": false,
};

/**
 * Installs (first time only) and starts the npm-hosted VS Code server with a small front that keeps secrets across
 * page reloads. `stop` ends exactly what was started here.
 */
export async function startHost(options: HostOptions = {}): Promise<RunningHost> {
  const host = await installHost(options.flavour ?? "latest");
  const ownDataDir = options.dataDir === undefined;
  const dataDir = options.dataDir ?? cacheDir("run", `${process.pid}-${randomBytes(4).toString("hex")}`);
  const userData = join(dataDir, "data");
  const writeAllSettings = (settings: Record<string, unknown> = {}): void => {
    writeSettings(join(userData, "User", "settings.json"), { ...quietSettings, ...settings });
    writeSettings(join(userData, "Machine", "settings.json"), { ...options.machineSettings });
  };
  writeAllSettings(options.settings);
  const locale = options.locale ?? "en";
  writeLanguagePack(userData, locale);

  const env = hostEnvironment(options);
  const vsix = options.vsix ?? [];
  if (vsix.length > 0) await (ownDataDir ? copyExtensions : installExtensions)(host, vsix, dataDir, env);

  if (locale === pseudoLocale) addPseudoLanguage(join(dataDir, "extensions"));

  const args = [
    join(host.serverRoot, "out", "server-main.js"),
    "--server-data-dir",
    dataDir,
    "--accept-server-license-terms",
    "--host=127.0.0.1",
    "--port=0",
    "--without-connection-token",
    "--telemetry-level=off",
    // Without the grace time the extension host outlives its page by three hours.
    "--reconnection-grace-time=3",
    `--locale=${locale}`,
    // Else the server asks a login shell for its variables, which takes half a second and brings a person's own keys in.
    "--force-disable-user-env",
    ...(options.fewBuiltins ? [`--builtin-extensions-dir=${fewerBuiltins(host)}`] : []),
    ...(options.smokeTestDriver ? ["--enable-smoke-test-driver"] : []),
  ];
  // A group of its own, so that terminals and extension hosts can be ended together with their server and no one else;
  // the guard does it even when we die without a word.
  const child = spawn(process.execPath, [guard, host.node, ...args], {
    cwd: host.serverRoot,
    env,
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const endGroup = (signal: NodeJS.Signals): void => killGroup(child, signal);
  const output = keepOutput(child, join(dataDir, "server.log"));
  try {
    const serverPort = await listeningPort(child, output);
    const front = await startFront(serverPort, join(dataDir, "mint-key.bin"), options);
    return {
      url: front.url,
      port: front.port,
      dataDir,
      extensionsDir: join(dataDir, "extensions"),
      vscodeVersion: host.vscodeVersion,
      log: () => output.text,
      renew: (settings) => {
        output.text = "";
        for (const name of ["User", "Machine"]) rmSync(join(userData, name), { recursive: true, force: true });
        writeAllSettings(settings);
      },
      stop: async () => {
        await front.close();
        await endChild(child, endGroup);
        if (ownDataDir) rmSync(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      },
    };
  } catch (error) {
    await endChild(child, endGroup);
    throw error;
  }
}

/** Settings that an earlier run or a person left in a kept folder survive; ours are renewed. */
function writeSettings(file: string, settings: Record<string, unknown>): void {
  mkdirSync(join(file, ".."), { recursive: true });
  let kept: Record<string, unknown> = {};
  if (existsSync(file)) {
    try {
      kept = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
    } catch {
      // A person may have written comments or broken it: then ours alone are used, and theirs are kept beside.
      writeFileSync(`${file}.unreadable`, readFileSync(file));
    }
  }
  writeFileSync(file, JSON.stringify({ ...kept, ...settings }, null, 2));
}

/** VS Code must not think that it runs inside another VS Code or npm, nor use a proxy that only our shell wants. */
function hostEnvironment(options: HostOptions): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (/^(npm_|VSCODE_|VITEST|NODE_OPTIONS$|NODE_ENV$|ZAI_API_KEY$)/i.test(name)) continue;
    if (!options.keepProxyVariables && /^(https?|all|no)_proxy$/i.test(name)) continue;
    env[name] = value;
  }
  // No extension gallery: the workbench would ask it a dozen times per start, on the Internet.
  env["EXTENSIONS_GALLERY"] = JSON.stringify({ serviceUrl: "" });
  for (const [name, value] of Object.entries(options.env ?? {})) {
    if (value === undefined) delete env[name];
    else env[name] = value;
  }
  return env;
}

function keepOutput(child: ChildProcess, file: string): { text: string } {
  const output = { text: "" };
  const log = createWriteStream(file);
  const keep = (chunk: Buffer): void => {
    output.text += chunk.toString();
    log.write(chunk);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  child.once("close", () => log.end());
  return output;
}

function listeningPort(child: ChildProcess, output: { text: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`The VS Code server ${why}\n${output.text.slice(-2000)}`));
    const timer = setTimeout(() => fail("did not start within 60 s."), 60_000);
    const look = (): void => {
      const port = /Extension host agent listening on (\d+)/.exec(output.text)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      child.stdout?.off("data", look);
      resolve(Number(port));
    };
    child.stdout?.on("data", look);
    child.once("error", (error) => {
      clearTimeout(timer);
      fail(`could not be started: ${error.message}`);
    });
    child.once("exit", (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code ?? "none"} before it listened.`);
    });
  });
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}

async function endChild(child: ChildProcess, endGroup: (signal: NodeJS.Signals) => void): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise<void>((resolve) => void child.once("exit", () => resolve()));
    endGroup("SIGTERM");
    const timer = setTimeout(() => endGroup("SIGKILL"), 3000);
    await gone;
    clearTimeout(timer);
  }
  endGroup("SIGKILL");
}
