// `npm test` runs everything; with arguments only the named suites. The last line is always `N passed, N failed`.
//   node test/harness/run-all.ts [check|package|unit|webview|host|e2e …] [--oldest] [arguments for vitest]
import { copyFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { HostFlavour } from "./host-install.ts";
import { cacheDir, projectRoot, sweepOldRuns, vsixPath } from "./paths.ts";
import { prepare } from "./prepare.ts";
import { npmCommand, type Output, run } from "./process.ts";
import { noProof, type SuiteResult } from "./results.ts";
import { runHostSuite } from "./run-host.ts";
import { runVitestSuite } from "./run-vitest.ts";
import { freshVsix } from "./vsix.ts";

/**
 * In the order of a whole run: the cheapest refusals first. Those of one line run side by side, as alone they leave a
 * core idle; the others use two themselves.
 */
const groups = [["check", "package"], ["unit"], ["webview"], ["host", "host --oldest"], ["e2e"]] as const;
type SuiteName = (typeof groups)[number][number];

const given = process.argv.slice(2);
const oldest = given.includes("--oldest");
const isSuite = (text: string): text is SuiteName => groups.flat().some((name) => name === text);
const named = given.filter(isSuite);
/** Whatever is neither a suite nor ours goes to vitest: a filter, `-t name`, `--reporter=verbose` … */
const extra = given.filter((text) => text !== "--oldest" && !isSuite(text));

const chosen = groups.flat().filter((name) => named.length === 0 || named.includes(name));
const flavourOf = (name: "host" | "host --oldest"): HostFlavour => (oldest || name !== "host" ? "oldest" : "latest");

const suites: Record<SuiteName, (output: Output) => Promise<SuiteResult>> = {
  check: (output) => runScript("check", output),
  package: (output) => runScript("package", output),
  unit: () => runVitestSuite("unit", extra),
  webview: async () => {
    await prepared.browser;
    return runVitestSuite("webview", extra);
  },
  host: (output) => runHost("host", output),
  "host --oldest": (output) => runHost("host --oldest", output),
  e2e: async () => {
    await prepared.hosts;
    // One frozen copy for the whole run: a build that somebody starts meanwhile must not mix two versions.
    const frozen = join(cacheDir("e2e"), basename(vsixPath()));
    copyFileSync(await freshVsix(), frozen);
    process.env["GLM_TEST_VSIX"] = frozen;
    return runVitestSuite("e2e", extra);
  },
};

async function runHost(name: "host" | "host --oldest", output: Output): Promise<SuiteResult> {
  await prepared.hosts;
  return runHostSuite(flavourOf(name), output);
}

/** One of package.json's scripts, as a suite of one test. */
async function runScript(script: string, output: Output): Promise<SuiteResult> {
  const started = Date.now();
  const npm = npmCommand();
  const args = [...npm.prefix, "run", "--silent", script];
  const { code, output: said } = await run(npm.command, args, { cwd: projectRoot, output });
  if (said !== "") console.log(`[${script}]\n${said}`);
  const milliseconds = Date.now() - started;
  if (code !== 0) return noProof(script, `npm run ${script} ended with code ${code}`, milliseconds);
  return { name: script, passed: 1, failed: 0, failures: [], milliseconds };
}

/** A suite that throws (no browser, no host …) is a failed suite; the others still run. */
async function runSuite(name: SuiteName, output: Output): Promise<SuiteResult> {
  const started = Date.now();
  try {
    return await suites[name](output);
  } catch (error) {
    return noProof(name, error instanceof Error ? (error.stack ?? error.message) : String(error), Date.now() - started);
  }
}

function summarise(results: SuiteResult[]): void {
  console.log("\n── summary ──");
  for (const { name, failures } of results) for (const failure of failures) console.log(`FAILED [${name}] ${failure}`);
  for (const { name, passed, failed, milliseconds } of results) {
    const seconds = (milliseconds / 1000).toFixed(1);
    console.log(
      `${name.padEnd(24)} ${String(passed).padStart(5)} passed ${String(failed).padStart(4)} failed  ${seconds} s`,
    );
  }
  const sum = (pick: (result: SuiteResult) => number): number => results.reduce((total, next) => total + pick(next), 0);
  const failed = sum((result) => result.failed);
  console.log(`${sum((result) => result.passed)} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

sweepOldRuns();
const hosts = (["host", "host --oldest"] as const).filter((name) => chosen.includes(name)).map(flavourOf);
const prepared = prepare({
  browser: hosts.length > 0 || chosen.some((name) => name === "webview" || name === "e2e"),
  hosts,
  npmHosted: chosen.includes("e2e") ? ["latest"] : [],
});
const results: SuiteResult[] = [];
for (const group of groups) {
  const together = group.filter((name) => chosen.includes(name));
  if (together.length === 0) continue;
  console.log(`\n── ${together.join(", ")} ──`);
  const output = together.length > 1 ? "capture" : "inherit";
  results.push(...(await Promise.all(together.map((name) => runSuite(name, output)))));
}
summarise(results);
