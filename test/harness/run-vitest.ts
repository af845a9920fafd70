import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { cacheDir, projectRoot } from "./paths.ts";
import { run } from "./process.ts";
import { noProof, type SuiteResult } from "./results.ts";

/** The part of vitest's JSON report that we count from. */
type Report = {
  numPassedTests: number;
  numFailedTests: number;
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] | null }[];
  }[];
};

/**
 * Runs one project of `test/vitest.config.ts`, and those whose names begin with its, and counts from vitest's own JSON report.
 * @param extra further arguments for vitest, for example a filter on file names.
 */
export async function runVitestSuite(project: string, extra: string[] = []): Promise<SuiteResult> {
  const started = Date.now();
  const report = join(cacheDir("results"), `${project}.json`);
  rmSync(report, { force: true });
  const args = [
    join(projectRoot, "node_modules", "vitest", "vitest.mjs"),
    "run",
    `--config=${join(projectRoot, "test", "vitest.config.ts")}`,
    `--project=${project}*`,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...extra,
  ];
  const { code } = await run(process.execPath, args, { cwd: projectRoot, output: "inherit" });
  const milliseconds = Date.now() - started;
  if (!existsSync(report)) return noProof(project, `vitest ended with code ${code} and left no report`, milliseconds);
  const result = count(JSON.parse(readFileSync(report, "utf8")) as Report);
  if (result.failed === 0 && code !== 0) {
    result.failed = 1;
    result.failures.push(`vitest ended with code ${code} although no test failed (an error outside a test; see above)`);
  }
  if (result.passed === 0 && result.failed === 0) return noProof(project, "no test was run", milliseconds);
  return { name: project, ...result, milliseconds };
}

function count(report: Report): Omit<SuiteResult, "name" | "milliseconds"> {
  const failures: string[] = [];
  for (const file of report.testResults) {
    const name = relative(projectRoot, file.name);
    const failed = file.assertionResults.filter((test) => test.status === "failed");
    for (const test of failed) failures.push(`${name}: ${test.fullName}\n${test.failureMessages?.[0] ?? ""}`.trimEnd());
    // A file that could not even be loaded, or whose hook failed, has no failed test to count: it counts as one.
    if (failed.length === 0 && file.status === "failed") failures.push(`${name}: ${file.message ?? "failed to run"}`);
  }
  return { passed: report.numPassedTests, failed: failures.length, failures };
}
