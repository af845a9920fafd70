import { writeFileSync } from "node:fs";
import { version } from "vscode";
import { type HostResults, testLineMark } from "./host-results.ts";

/**
 * Mocha reporter for tests that run inside VS Code. It prints one line per test and, at the very end, writes the
 * counts to a file: an extension host that dies without running anything is reported by VS Code as success, so only
 * that file counts as proof.
 */
export default function inHostReporter(runner: Mocha.Runner): void {
  const results: HostResults = { passed: 0, failed: 0, failures: [], vscodeVersion: version };
  runner.on("pass", (test) => {
    results.passed += 1;
    print(`ok ${test.fullTitle()} (${test.duration ?? 0} ms)`);
  });
  runner.on("fail", (test, error: Error) => {
    results.failed += 1;
    results.failures.push(`${test.fullTitle()}: ${error.stack ?? error.message}`);
    print(`FAILED ${test.fullTitle()}\n${error.stack ?? error.message}`);
  });
  runner.on("pending", (test) => print(`skipped ${test.fullTitle()}`));
  runner.once("end", () => {
    const file = process.env["GLM_HOST_RESULTS"];
    if (file) writeFileSync(file, JSON.stringify(results));
  });
}

function print(text: string): void {
  console.log(testLineMark + text);
}
