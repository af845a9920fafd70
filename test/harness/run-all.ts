// `npm test` runs everything; with arguments only the named suites. The last line is always `N passed, N failed`.
//   node test/harness/run-all.ts [check|package|unit|webview|host|e2e …] [--oldest] [arguments for vitest]
import { copyFileSync } from "node:fs";
import { basename, join } from "node:path";
import { cacheDir, projectRoot, sweepOldRuns, vsixPath } from "./paths.ts";
import { npmCommand, run } from "./process.ts";
import { noProof, type SuiteResult } from "./results.ts";
import { runHostSuite } from "./run-host.ts";
import { runVitestSuite } from "./run-vitest.ts";
import { freshVsix } from "./vsix.ts";

/** In the order of a whole run: the cheapest refusals first. */
const suiteNames = ["check", "package", "unit", "webview", "host", "host --oldest", "e2e"] as const;
type SuiteName = (typeof suiteNames)[number];

const given = process.argv.slice(2);
const oldest = given.includes("--oldest");
const isSuite = (text: string): text is SuiteName => suiteNames.some((name) => name === text);
const named = given.filter(isSuite);
/** Whatever is neither a suite nor ours goes to vitest: a filter, `-t name`, `--reporter=verbose` … */
const extra = given.filter((text) => text !== "--oldest" && !isSuite(text));

const suites: Record<SuiteName, () => Promise<SuiteResult>> = {
  check: () => runScript("check"),
  package: () => runScript("package"),
  unit: () => runVitestSuite("unit", extra),
  webview: () => runVitestSuite("webview", extra),
  host: () => runHostSuite(oldest ? "oldest" : "latest"),
  "host --oldest": () => runHostSuite("oldest"),
  e2e: async () => {
    // One frozen copy for the whole run: a build that somebody starts meanwhile must not mix two versions.
    const frozen = join(cacheDir("e2e"), basename(vsixPath()));
    copyFileSync(await freshVsix(), frozen);
    process.env["GLM_TEST_VSIX"] = frozen;
    return runVitestSuite("e2e", extra);
  },
};

/** One of package.json's scripts, as a suite of one test. */
async function runScript(script: string): Promise<SuiteResult> {
  const started = Date.now();
  const npm = npmCommand();
  const { code } = await run(npm.command, [...npm.prefix, "run", "--silent", script], {
    cwd: projectRoot,
    output: "inherit",
  });
  const milliseconds = Date.now() - started;
  if (code !== 0) return noProof(script, `npm run ${script} ended with code ${code}`, milliseconds);
  return { name: script, passed: 1, failed: 0, failures: [], milliseconds };
}

/** A suite that throws (no browser, no host …) is a failed suite; the others still run. */
async function runSuite(name: SuiteName): Promise<SuiteResult> {
  console.log(`\n── ${name} ──`);
  const started = Date.now();
  try {
    return await suites[name]();
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
const results: SuiteResult[] = [];
const chosen = named.length > 0 ? named : suiteNames;
for (const name of chosen) results.push(await runSuite(name));
summarise(results);
