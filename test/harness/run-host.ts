import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { build } from "esbuild";
import { type Desktop, findDesktop } from "./desktop.ts";
import type { HostFlavour } from "./host-install.ts";
import type { HostResults } from "./host-results.ts";
import { cacheDir, projectRoot } from "./paths.ts";
import { type Output, run } from "./process.ts";
import { noProof, type SuiteResult } from "./results.ts";
import { copySampleProject } from "./workspace.ts";

const say = (text: string): void => console.log(`[host] ${text}`);

let bundled: Promise<void> | undefined;

/**
 * Runs `test/host/*.test.ts` inside a real VS Code: a desktop one where it can be had, else the npm-hosted server.
 * @param flavour `oldest` takes the lowest version that the extension promises to run on.
 * @param output `capture` prints what VS Code said only when it has ended, for two runs side by side.
 */
export async function runHostSuite(flavour: HostFlavour, output: Output): Promise<SuiteResult> {
  const name = flavour === "oldest" ? "host (oldest VS Code)" : "host";
  bundled ??= bundleTests();
  await bundled;
  const desktop = await findDesktop(flavour);
  if (typeof desktop === "string") say(`no desktop VS Code: ${desktop}. Using the npm-hosted one.`);
  else {
    const result = await runIn(name, flavour, output, desktop);
    if (result) return result;
    say("the desktop VS Code ran no test here (its output is above). Using the npm-hosted one.");
  }
  return (await runIn(name, flavour, output)) ?? noProof(name, "VS Code ended without a result file: no test was run.");
}

/** One run in one VS Code. Undefined when it left no proof that tests were run. */
async function runIn(
  name: string,
  flavour: HostFlavour,
  output: Output,
  desktop?: Desktop,
): Promise<SuiteResult | undefined> {
  const started = Date.now();
  const resultFile = join(cacheDir("results"), `host-${flavour}.json`);
  rmSync(resultFile, { force: true });
  const workspace = copySampleProject();
  const cli = join(projectRoot, "node_modules", "@vscode", "test-cli", "out", "bin.mjs");
  const config = join(projectRoot, ".vscode-test.mjs");
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    // The shim starts through its #! line: the first node on PATH must be the one that runs us.
    PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"] ?? ""}`,
    GLM_HOST_EXECUTABLE: desktop?.executable ?? join(projectRoot, "test", "harness", "vscode-shim.ts"),
    GLM_HOST_FLAVOUR: flavour,
    GLM_HOST_RESULTS: resultFile,
    GLM_HOST_LOG: join(cacheDir("results"), `host-${flavour}.log`),
    GLM_HOST_WORKSPACE: workspace,
  };
  const [command, ...args] = [...(desktop?.launcher ?? []), process.execPath, cli, "--config", config];
  try {
    const { code, output: said } = await run(command, args, { cwd: projectRoot, env, output, timeout: 600_000 });
    if (said !== "") console.log(said);
    if (!existsSync(resultFile)) return undefined;
    const results = JSON.parse(readFileSync(resultFile, "utf8")) as HostResults;
    say(`${results.passed} passed, ${results.failed} failed in VS Code ${results.vscodeVersion}`);
    if (results.passed === 0 && results.failed === 0) return undefined;
    // A non-zero end without a failed test is a failure of its own (an unhandled error, a crash at the end).
    const failed = results.failed === 0 && code !== 0 ? 1 : results.failed;
    const failures = results.failed === 0 && code !== 0 ? [`VS Code ended with code ${code}`] : results.failures;
    return { name, passed: results.passed, failed, failures, milliseconds: Date.now() - started };
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

/** VS Code loads tests with `require`, without type stripping: one CommonJS bundle per test file. */
async function bundleTests(): Promise<void> {
  const outdir = cacheDir("host-tests");
  for (const old of readdirSync(outdir)) rmSync(join(outdir, old), { recursive: true, force: true });
  const source = join(projectRoot, "test", "host");
  const tests = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".test.ts"));
  const entries = tests.map((file) => ({
    in: join(source, file),
    out: file.replaceAll(/[\\/]/g, ".").replace(/\.ts$/, ""),
  }));
  const reporter = join(projectRoot, "test", "harness", "in-host-reporter.ts");
  await build({
    entryPoints: [...entries, { in: reporter, out: "reporter" }],
    outdir,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    // As in esbuild.options.mjs.
    mainFields: ["module", "main"],
    external: ["vscode"],
    sourcemap: "inline",
    // Mocha takes what `require` gives as the reporter, not its `default`.
    footer: { js: "if (module.exports.default) module.exports = module.exports.default;" },
    logLevel: "warning",
  });
  say(`bundled ${tests.map((file) => basename(file)).join(", ")}`);
}
