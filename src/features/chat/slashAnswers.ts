import { imageModelsOn } from "../../api/media/imageCatalog.ts";
import { ApiError } from "../../api/errors.ts";
import type { Endpoint } from "../../api/platforms.ts";
import type { AnswerTurn, UserTurn } from "../../core/conversation.ts";
import { factsOf } from "../../core/filesKind.ts";
import { checkForOcr } from "../../core/filesOcr.ts";
import { markdownText } from "../../core/markdown.ts";
import type { Connections, NamedFile, Ocr, Problems, Translate } from "../../core/services.ts";
import { commandIn } from "../../core/slashCommands.ts";
import { titleOf } from "../../core/conversationTitle.ts";
import { contentId } from "./contentId.ts";
import { NotPossible, type CommandAnswers, type Producer, type Production } from "./preparation.ts";

interface Files {
  readPicture(conversationId: string, id: string): Promise<Uint8Array | undefined>;
  writePicture(conversationId: string, id: string, bytes: Uint8Array): Promise<void>;
}

export interface SlashAnswersDeps {
  readonly connections: Pick<Connections, "open">;
  readonly problems: Pick<Problems, "describe">;
  readonly ocr: Pick<Ocr, "open">;
  readonly files: Files;
  /** Id of the model that the user chose for pictures. */
  chosenImageModel(): string | undefined;
  readonly t: Translate;
}

/**
 * Answers that no chat model gives: `/image` draws, `/ocr` reads. All that they need is in the question as it is kept, so that a
 * retry works after a restart, too.
 */
export class SlashAnswers implements CommandAnswers {
  readonly #deps: SlashAnswersDeps;
  /** Pictures that were ordered but did not arrive, by question: they are paid for, and waiting for them again is free. */
  readonly #ordered = new Map<string, string>();

  constructor(deps: SlashAnswersDeps) {
    this.#deps = deps;
  }

  producerOf(question: UserTurn): Producer | undefined {
    // A prompt is for a chat model, whatever the command is called.
    if (question.prompt !== undefined) return undefined;
    switch (commandIn(question.text)?.name) {
      case "image":
        return (production) => this.#draw(production);
      case "ocr":
        return (production) => this.#read(production);
      default:
        return undefined;
    }
  }

  noteOf({ text, prompt, attachments }: UserTurn): AnswerTurn["note"] {
    if (prompt === undefined || commandIn(text)?.name !== "commit") return undefined;
    const { t } = this.#deps;
    const changes = attachments.find(({ kind }) => kind === "diff");
    return changes && { text: t("Describes: {0}", changes.label), actions: ["use-commit-message"] };
  }

  async #draw({ question, conversationId, run, options }: Production): Promise<void> {
    const { connections, files, t } = this.#deps;
    const connection = await connections.open("images");
    if (!connection) return run.close("stopped");
    const { client } = connection;
    const model = this.#deps.chosenImageModel() ?? imageModelsOn(client.endpoint.platform)[0]?.id ?? "";
    run.asks(model, undefined);
    run.step(t("Generating image"));
    const prompt = commandIn(question.text)?.argument ?? "";
    const ordered = this.#ordered.get(question.id);
    try {
      const image = await (ordered === undefined
        ? client.images.generate({ model, prompt }, options)
        : client.images.collect(ordered, options));
      this.#ordered.delete(question.id);
      const { kind, width, height } = factsOf(image.bytes);
      const mime = kind === "png" || kind === "webp" ? (`image/${kind}` as const) : "image/jpeg";
      const id = contentId(image.bytes);
      await files.writePicture(conversationId, id, image.bytes);
      run.pictures([{ id, name: titleOf(prompt), mime, width, height }]);
      run.close("done");
    } catch (error) {
      const taskId = error instanceof ApiError ? error.details.taskId : undefined;
      if (taskId === undefined) this.#ordered.delete(question.id);
      else this.#ordered.set(question.id, taskId);
      throw this.#placed(error, client.endpoint);
    }
  }

  async #read({ question, conversationId, run, options }: Production): Promise<void> {
    const { ocr, t } = this.#deps;
    const files = await this.#filesOf(question, conversationId);
    const reader = await ocr.open(files.every(({ type }) => type !== "pdf"));
    if (!reader) return run.close("stopped");
    let anyRead = false;
    try {
      for (const [index, file] of files.entries()) {
        run.step(
          files.length === 1 ? t("Reading {0}", file.name) : t("{0} of {1}: {2}", index + 1, files.length, file.name),
        );
        const reading = await reader.read(file, file.name, options);
        options.signal?.throwIfAborted();
        if ("problem" in reading && files.length === 1) throw notPossible(reading.problem);
        if ("markdown" in reading && !anyRead) run.asks(reading.model, undefined);
        anyRead ||= "markdown" in reading;
        const text = "problem" in reading ? `> ${markdownText(reading.problem)}` : reading.markdown.trim();
        const heading = files.length === 1 ? "" : `## ${markdownText(file.name)}\n\n`;
        const nothing = t("No text was found in this file.");
        run.take({ type: "text-delta", text: `${index === 0 ? "" : "\n\n"}${heading}${text === "" ? nothing : text}` });
      }
    } catch (error) {
      throw this.#placed(error, reader.endpoint);
    }
    run.close("done");
  }

  /** The files that go with the question, the pictures first. */
  async #filesOf({ pictures = [], attachments }: UserTurn, conversationId: string): Promise<readonly NamedFile[]> {
    const { files, t } = this.#deps;
    const named = [
      ...pictures.map(({ id, name }) => ({ id, name })),
      ...attachments.map(({ id, label }) => ({ id, name: label })),
    ];
    const found: NamedFile[] = [];
    for (const { id, name } of named) {
      const bytes = await files.readPicture(conversationId, id);
      const checked = bytes && checkForOcr(bytes);
      if (checked && "type" in checked) found.push({ bytes, type: checked.type, name });
    }
    if (found.length === 0) throw notPossible(t("The files of this question are no longer there. Attach them again."));
    return found;
  }

  /** The words for an error of a request that may have gone elsewhere than the chat does. */
  #placed(error: unknown, endpoint: Endpoint): unknown {
    const problem = error instanceof NotPossible ? undefined : this.#deps.problems.describe(error, endpoint);
    return problem ? new NotPossible(problem) : error;
  }
}

function notPossible(text: string): NotPossible {
  return new NotPossible({ text, details: "", actions: [] });
}
