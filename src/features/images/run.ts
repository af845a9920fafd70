import * as vscode from "vscode";
import type { GeneratedImage, ImageRequest } from "../../api/media/images.ts";
import { ApiError } from "../../api/errors.ts";
import type { RequestOptions } from "../../api/client.ts";
import type { Connection } from "../../core/services.ts";
import { countdown } from "../../core/waiting.ts";
import { chosenModel } from "../../host/config.ts";
import { t } from "../../host/l10n.ts";
import { withProgress } from "../../host/progress.ts";
import { askForImage } from "./ask.ts";
import type { Draft, ImagesDeps } from "./index.ts";
import { placeFor, type Place } from "./link.ts";
import { presentImage } from "./present.ts";
import { saveImage } from "./save.ts";

interface Run extends ImagesDeps {
  readonly draft: Draft;
  /** Where the link belongs: where the user was when asking, not where they are when the picture comes. */
  readonly place: Place | undefined;
}

export async function runImages(deps: ImagesDeps, draft: Draft): Promise<void> {
  await askAndGenerate({ ...deps, draft, place: placeFor(vscode.window.activeTextEditor) }, chosenModel("image"));
}

/** `settled`: the model that need not be asked for. */
async function askAndGenerate(run: Run, settled: string | undefined): Promise<void> {
  const connection = await run.connections.open("images");
  if (!connection) return;
  const request = await askForImage(connection.client.endpoint.platform, run.draft, run.memory, settled);
  // Answering took as long as the user liked: the key may be another one by now.
  const current = request && (await run.connections.open("images"));
  if (current) await generateAndSave(run, current, request);
}

/** `taskId`: the picture is being drawn already, and paid for. */
async function generateAndSave(
  run: Run,
  connection: Connection,
  request: ImageRequest,
  taskId?: string,
): Promise<void> {
  const outcome = await generate(connection, request, taskId);
  if (outcome === "cancelled") return;
  if ("error" in outcome) {
    const again = () => retry(run, request, outcome.error);
    return run.problems.show(outcome.error, again, connection.client.endpoint);
  }
  // The prompt has become a picture; one typed meanwhile is left alone.
  if (run.draft.prompt.trim() === request.prompt) run.draft.prompt = "";
  const saved = await saveImage(outcome.image, request.prompt, run.place, run.log);
  if (saved) await presentImage(saved, request.prompt, run.place, run.log);
}

type Outcome = "cancelled" | { readonly image: GeneratedImage } | { readonly error: unknown };

function generate({ client }: Connection, request: ImageRequest, taskId: string | undefined): Thenable<Outcome> {
  return withProgress(t("Generating image"), async (task): Promise<Outcome> => {
    const waiting = t("Waiting for {0}", new URL(client.endpoint.baseUrl).host);
    task.report(waiting);
    try {
      const options: RequestOptions = {
        signal: task.signal,
        onWait: (event) => task.report(countdown(event, waiting, t)),
      };
      const { generate: draw, collect } = client.images;
      return { image: await (taskId === undefined ? draw(request, options) : collect(taskId, options)) };
    } catch (error) {
      return task.signal.aborted ? "cancelled" : { error };
    }
  });
}

/** Errors that the same request would meet again. */
const needsAnotherRequest: ReadonlySet<string> = new Set([
  "content-blocked",
  "result-failed",
  "bad-request",
  "model-unknown",
  "result-gone",
]);

/** Goes on waiting for a picture that was ordered, or sends the same again where that can help; otherwise asks again with everything filled in. */
async function retry(run: Run, request: ImageRequest, error: unknown): Promise<void> {
  if (run.draft.prompt.trim() === "") run.draft.prompt = request.prompt;
  if (error instanceof ApiError && needsAnotherRequest.has(error.code)) {
    return askAndGenerate(run, error.code === "model-unknown" ? undefined : chosenModel("image"));
  }
  const connection = await run.connections.open("images");
  const taskId = error instanceof ApiError ? error.details.taskId : undefined;
  if (connection) await generateAndSave(run, connection, request, taskId);
}
