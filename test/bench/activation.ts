import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createDriver } from "../e2e/support/driver.ts";
import { launchChromium } from "../harness/chromium.ts";
import { cacheDir, projectRoot } from "../harness/paths.ts";
import { runOrThrow } from "../harness/process.ts";
import { startHost } from "../harness/vscode-host.ts";
import { freshVsix, packageDriver } from "../harness/vsix.ts";
import { copySampleProject } from "../harness/workspace.ts";
import { median, type Metrics } from "./metrics.ts";

const runs = 5;
const ours = "glm-sidekick.glm-sidekick";
const empty = "glm-sidekick-bench.empty";

/** What VS Code itself notes of one activation, in ms. */
interface Activation {
  readonly loadCode: number;
  readonly callActivate: number;
}

/**
 * Time to load and activate the packaged extension, beside an extension that does nothing, in the same host and on the same
 * event (the first text document). Read from VS Code's own start-up report; median of 5 fresh starts.
 */
export async function activationMetrics(): Promise<Metrics> {
  const vsix = [await packageEmpty(), await freshVsix(), await packageDriver()];
  const samples: { ours: Activation; empty: Activation }[] = [];
  // The first start fills the caches of disk and browser and is thrown away.
  for (let run = 0; run <= runs; run++) {
    const sample = await measureOnce(vsix);
    if (run > 0) samples.push(sample);
  }
  const total = ({ loadCode, callActivate }: Activation) => loadCode + callActivate;
  const mine = median(samples.map((sample) => total(sample.ours)));
  const theirs = median(samples.map((sample) => total(sample.empty)));
  return {
    "activation.vsEmpty": mine / theirs,
    "activation.oursMs": mine,
    "activation.emptyMs": theirs,
    "activation.oursCallMs": median(samples.map((sample) => sample.ours.callActivate)),
  };
}

async function packageEmpty(): Promise<string> {
  const source = cacheDir("bench", "empty-extension");
  const manifest = {
    name: "empty",
    publisher: "glm-sidekick-bench",
    version: "0.0.1",
    engines: { vscode: "^1.106.0" },
    main: "./extension.js",
    activationEvents: ["onLanguage"],
  };
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(source, "extension.js"), "exports.activate = () => {};\n");
  const file = join(cacheDir("bench"), "empty.vsix");
  const vsce = join(projectRoot, "node_modules", "@vscode", "vsce", "vsce");
  const flags = ["--no-dependencies", "--allow-missing-repository", "--skip-license", "--out", file];
  await runOrThrow(process.execPath, [vsce, "package", ...flags], { cwd: source });
  return file;
}

async function measureOnce(vsix: string[]): Promise<{ ours: Activation; empty: Activation }> {
  const workspace = copySampleProject();
  const driverDir = cacheDir("run", `bench-driver-${process.pid}-${Date.now().toString(36)}`);
  const driver = createDriver(driverDir);
  const server = await startHost({ vsix, env: driver.env });
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.goto(`${server.url}/?folder=${encodeURIComponent(workspace)}`);
    await driver.host(
      `await vscode.window.showTextDocument(vscode.Uri.file(args.file));
       while (!args.ids.every((id) => vscode.extensions.getExtension(id)?.isActive)) await new Promise((done) => setTimeout(done, 50));`,
      { file: join(workspace, "src", "price.ts"), ids: [ours, empty] },
    );
    await driver.host("await vscode.commands.executeCommand('perfview.show')");
    const report = await driver.host<string>(
      `for (;;) {
         const report = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "perf")?.getText() ?? "";
         if (args.every((id) => report.includes(id))) return report;
         await new Promise((done) => setTimeout(done, 50));
       }`,
      [ours, empty],
    );
    return { ours: readRow(report, ours), empty: readRow(report, empty) };
  } finally {
    await browser.close();
    await server.stop();
    rmSync(workspace, { recursive: true, force: true });
    rmSync(driverDir, { recursive: true, force: true });
  }
}

/** A row of the report's table: `| Extension | Eager | Load Code | Call Activate | Finish Activate | … |`. */
function readRow(report: string, id: string): Activation {
  const rows = report.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const head = rows.find((cells) => cells.includes("Load Code")) ?? [];
  const row = rows.find((cells) => cells.includes(id) && cells.length === head.length);
  const cell = (name: string) => Number(row?.[head.indexOf(name)]);
  const activation = { loadCode: cell("Load Code"), callActivate: cell("Call Activate") };
  if (Number.isNaN(activation.loadCode + activation.callActivate)) throw new Error(`no activation times of ${id}`);
  return activation;
}
