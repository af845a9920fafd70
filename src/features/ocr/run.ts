import * as vscode from "vscode";
import type { DocumentPart } from "../../core/filesDocument.ts";
import { hasOcrExtension, ocrProblemText, type OcrProblem } from "../../core/filesOcr.ts";
import type { TextReader } from "../../core/services.ts";
import { countdown } from "../../core/waiting.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { activeTabFile, fileName, filesFromMenu } from "../../host/pickFile.ts";
import { plainText } from "../../host/plainText.ts";
import { withProgress, type Task } from "../../host/progress.ts";
import type { OcrDeps } from "./index.ts";
import { chooseFiles, load, type Loaded } from "./load.ts";
import { openReader } from "./reader.ts";
import { offerStopped, showResult } from "./result.ts";

/** Files of one run in order, and what has become of those already done. */
interface Job {
  readonly files: readonly vscode.Uri[];
  readonly parts: DocumentPart[];
  /** The next file, when it has been read and found good. */
  ready: Exclude<Loaded, { problem: OcrProblem }> | undefined;
}

export async function runOcr(deps: OcrDeps, args: readonly unknown[]): Promise<void> {
  const fromMenu = filesFromMenu(args);
  if (fromMenu.length > 0) return start(deps, fromMenu);
  const open = activeTabFile();
  if (open && hasOcrExtension(open.path)) return start(deps, [open]);
  return pickAndStart(deps);
}

async function pickAndStart(deps: OcrDeps): Promise<void> {
  const files = await chooseFiles();
  if (files.length > 0) await start(deps, files);
}

async function start(deps: OcrDeps, files: readonly vscode.Uri[]): Promise<void> {
  const job: Job = { files, parts: [], ready: undefined };
  let problem: OcrProblem | undefined;
  // Bad files are told before anybody is asked for a key.
  while (!job.ready && current(job)) problem = (await step(job, deps)) ?? problem;
  if (!job.ready) return tellUnfit(deps, files, problem);
  await send(deps, job);
}

async function send(deps: OcrDeps, job: Job): Promise<void> {
  const picturesOnly = job.ready?.type !== "pdf" && !job.files.some(({ path }) => /\.pdf$/i.test(path));
  const reader = await openReader(deps, picturesOnly);
  if (!reader) return;
  const [only] = job.files;
  const title =
    job.files.length === 1 && only
      ? t("Reading {0}", plainText(fileName(only), 80))
      : t("Reading {0} files", job.files.length);
  const outcome = await withProgress(title, (task) => recogniseAll(deps, job, reader, task));
  const anyRead = job.parts.some((part) => !part.failed);
  if (outcome === "cancelled") {
    if (anyRead) await offerStopped(job.files, job.parts);
    return;
  }
  if (outcome === "done" || anyRead) await showResult(job.files, job.parts);
  if (outcome === "done") return;
  // What has been read is in its document now; a retry goes on with the rest.
  const left: Job = anyRead ? { ...job, files: job.files.slice(job.parts.length), parts: [] } : job;
  await deps.problems.show(outcome.error, () => send(deps, left), reader.endpoint);
}

type Outcome = "done" | "cancelled" | { readonly error: unknown };

async function recogniseAll(deps: OcrDeps, job: Job, reader: TextReader, task: Task): Promise<Outcome> {
  const host = new URL(reader.endpoint.baseUrl).host;
  for (let file = current(job); file; file = current(job)) {
    if (!job.ready) await step(job, deps);
    if (task.signal.aborted) return "cancelled";
    if (!job.ready) continue;
    const name = fileName(file);
    const waiting =
      job.files.length === 1
        ? t("Waiting for {0}", host)
        : t("{0} of {1}: {2}", job.parts.length + 1, job.files.length, plainText(name, 80));
    task.report(waiting);
    try {
      const reading = await reader.read(job.ready, name, {
        signal: task.signal,
        onWait: (event) => task.report(countdown(event, waiting, t)),
      });
      if (task.signal.aborted) return "cancelled";
      const failed = "problem" in reading;
      job.parts.push({ name, text: failed ? reading.problem : reading.markdown, failed });
      job.ready = undefined;
    } catch (error) {
      return task.signal.aborted ? "cancelled" : { error };
    }
  }
  return "done";
}

function current(job: Job): vscode.Uri | undefined {
  return job.files[job.parts.length];
}

/** Reads the next file: it becomes ready, or its problem takes its place in the document and is returned. */
async function step(job: Job, { log }: OcrDeps): Promise<OcrProblem | undefined> {
  const file = current(job);
  if (!file) return undefined;
  const loaded = await load(file, log);
  if (!("problem" in loaded)) {
    job.ready = loaded;
    return undefined;
  }
  const name = fileName(file);
  job.parts.push({ name, text: ocrProblemText(loaded.problem, name, t), failed: true });
  return loaded.problem;
}

async function tellUnfit(deps: OcrDeps, files: readonly vscode.Uri[], problem: OcrProblem | undefined): Promise<void> {
  const [only] = files;
  const another = { label: t("Choose another file"), run: () => pickAndStart(deps) };
  if (!only || !problem) return;
  if (files.length > 1) {
    return notify(
      "error",
      t("None of the {0} files can be read. OCR takes PNG and JPG up to 10 MB and PDF up to 50 MB.", files.length),
      [another],
    );
  }
  const asText = {
    label: t("Open as text"),
    run: () => vscode.commands.executeCommand("vscode.openWith", only, "default"),
  };
  const isText = problem.reason === "wrong-type" && (problem.kind === "text" || problem.kind === "svg");
  const showLog = { label: t("Show log"), run: () => deps.log.show() };
  const first = isText ? [asText] : problem.reason === "unreadable" ? [showLog] : [];
  await notify("error", ocrProblemText(problem, fileName(only), t), [...first, another]);
}
