import { promptProblem } from "../../core/imageInput.ts";
import { checkPicture } from "../../core/pictureInput.ts";
import type { Attachment, Ocr, Translate } from "../../core/services.ts";
import {
  builtInCommands,
  commandIn,
  isBuiltIn,
  nearestCommand,
  wordsOfCommand,
  type BuiltInCommand,
  type TypedCommand,
} from "../../core/slashCommands.ts";
import { fillPrompt, needs } from "../../core/slashPromptFile.ts";
import { promptOf } from "../../core/slashPrompts.ts";
import type { SlashCommandView } from "../../protocol/asks.ts";
import { contentId } from "./contentId.ts";
import type { QuestionExtras } from "./session.ts";
import type { OfferedPrompt } from "./slashPromptFiles.ts";

/** What commands attach, visibly, when nothing is attached that they could be about. */
export interface CommandContext {
  /** What will go along as it is now. */
  attached(): readonly Pick<Attachment, "kind" | "label" | "detail">[];
  /** The selected code, else the open file. False when there is neither. */
  attachCode(): Promise<boolean>;
  /** The selected code; its place, or undefined when nothing is selected. */
  attachSelection(): Promise<string | undefined>;
  /** The open file; its path, or undefined when there is none. */
  attachFile(): Promise<string | undefined>;
  /** What VS Code lists under Problems for the open file, if anything. */
  attachProblems(): Promise<void>;
  /** What is staged, else all changes. False when there are none, which the user has then been told. */
  attachChanges(): Promise<boolean>;
}

/** The pictures of the composer. */
export interface CommandPictures {
  readonly isEmpty: boolean;
  add(name: string, bytes: Uint8Array): boolean;
}

export interface SlashDeps {
  readonly context: CommandContext;
  readonly pictures: CommandPictures;
  readonly prompts: {
    offered(): Promise<readonly OfferedPrompt[]>;
    waitsForTrust(name: string): Promise<boolean>;
  };
  readonly ocr: Pick<Ocr, "pick">;
  /** Keeps a file with the conversation under this id. */
  keepFile(id: string, bytes: Uint8Array): Promise<void>;
  startNew(): Promise<void>;
  exportChat(): Promise<void>;
  /** Says why a command cannot be done, with buttons that take another way. */
  tell(sentence: string, ...buttons: { readonly label: string; run(): unknown }[]): void;
  /** Says that a command comes from a folder that is not trusted. */
  tellRestricted(sentence: string): void;
  /** Sends a text in place of the one that was kept. */
  send(text: string, kept: string): unknown;
  sendAsText(text: string): unknown;
  /** Of VS Code, as a BCP 47 tag. */
  readonly language: string;
  readonly t: Translate;
}

/**
 * What a text that begins with a command comes to. `ask`: it is a question, answered as the extras say. `done`: the command has
 * done its work. `kept`: it cannot be done, the user knows why, and the text stays where it was typed.
 */
export type Outcome = { readonly ask: QuestionExtras } | "done" | "kept";

/** The commands of one view: what "/" offers, and what each does. */
export class SlashCommands {
  readonly #deps: SlashDeps;

  constructor(deps: SlashDeps) {
    this.#deps = deps;
  }

  async list(): Promise<SlashCommandView[]> {
    const { t } = this.#deps;
    const own = await this.#deps.prompts.offered();
    return [
      ...builtInCommands.map((name) => ({ name, ...wordsOfCommand(name, t) })),
      ...own.map(({ file, origin, replaces }) => ({
        name: file.name,
        description: replaces ? t("{0} (replaces your own /{1} here)", file.description, file.name) : file.description,
        ...(file.argument === undefined ? {} : { argument: file.argument }),
        origin,
      })),
    ];
  }

  /** Does what a text says. A text that is no command is a question without extras. */
  async take(text: string): Promise<Outcome> {
    const command = commandIn(text);
    if (!command) return { ask: {} };
    if (isBuiltIn(command.name)) return this.#builtIn(command.name, command.argument);
    const own = await this.#deps.prompts.offered();
    const prompt = own.find(({ file }) => file.name === command.name);
    return prompt ? this.#ownPrompt(prompt, command.argument) : this.#unknown(command, text, own);
  }

  async #builtIn(name: BuiltInCommand, argument: string): Promise<Outcome> {
    const { context, language, t } = this.#deps;
    switch (name) {
      case "explain":
      case "tests":
      case "doc":
      case "review":
      case "fix":
        if (context.attached().length === 0 && !(await context.attachCode())) {
          return this.#keep(t("Open a file, select code or attach some. /{0} is about that code.", name));
        }
        if (name === "fix" && !context.attached().some(({ kind }) => kind === "problem"))
          await context.attachProblems();
        return { ask: { prompt: promptOf(name, argument, language) } };
      case "commit":
        if (!context.attached().some(({ kind }) => kind === "diff") && !(await context.attachChanges())) return "kept";
        return { ask: { prompt: promptOf(name, argument, language) } };
      case "search":
        if (argument === "") return this.#keep(t("Write what you want to know behind /search."));
        return { ask: { prompt: promptOf(name, argument, language), web: true } };
      case "image": {
        const problem = promptProblem(argument, t);
        return problem === undefined ? { ask: {} } : this.#keep(problem);
      }
      case "ocr":
        return this.#ocr();
      case "clear":
        await this.#deps.startNew();
        return "done";
      case "export":
        await this.#deps.exportChat();
        return "done";
    }
  }

  /** The pictures of the composer, else files that the user chooses. What is no picture is kept with the conversation all the same. */
  async #ocr(): Promise<Outcome> {
    const { ocr, pictures } = this.#deps;
    if (!pictures.isEmpty) return { ask: {} };
    const files = await ocr.pick();
    if (files.length === 0) return "kept";
    const attachments: Attachment[] = [];
    for (const { name, bytes } of files) {
      if (!("problem" in checkPicture(bytes)) && pictures.add(name, bytes)) continue;
      const id = contentId(bytes);
      await this.#deps.keepFile(id, bytes);
      attachments.push({ id, kind: "file", label: name, detail: name, language: "", text: "" });
    }
    return { ask: { attachments } };
  }

  async #ownPrompt({ file }: OfferedPrompt, argument: string): Promise<Outcome> {
    const { context, t } = this.#deps;
    const wanted = needs(file.body);
    const selection = wanted.selection ? await context.attachSelection() : "";
    if (selection === undefined) return this.#keep(t("Select code in an editor first. /{0} asks about it.", file.name));
    const open = wanted.file ? await context.attachFile() : "";
    if (open === undefined) return this.#keep(t("Open a file first. /{0} asks about it.", file.name));
    const { model, effort } = file;
    return { ask: { prompt: fillPrompt(file.body, { input: argument, selection, file: open }), model, effort } };
  }

  async #unknown({ name, argument }: TypedCommand, text: string, own: readonly OfferedPrompt[]): Promise<Outcome> {
    const { prompts, t } = this.#deps;
    if (await prompts.waitsForTrust(name)) {
      this.#deps.tellRestricted(t("/{0} is a prompt file of this folder, which you do not trust yet.", name));
      return "kept";
    }
    const nearest = nearestCommand(name, [...builtInCommands, ...own.map(({ file }) => file.name)]);
    const asText = { label: t("Send as text"), run: () => this.#deps.sendAsText(text) };
    if (nearest === undefined) {
      this.#deps.tell(t("There is no command /{0}. Type / to see them all.", name), asText);
    } else {
      const meant = { label: `/${nearest}`, run: () => this.#deps.send(`/${nearest} ${argument}`, text) };
      this.#deps.tell(t("There is no command /{0}. Did you mean /{1}?", name, nearest), meant, asText);
    }
    return "kept";
  }

  #keep(sentence: string): Outcome {
    this.#deps.tell(sentence);
    return "kept";
  }
}
