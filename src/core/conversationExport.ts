import { fence } from "./chatPrompt.ts";
import type { AnswerTurn, Conversation, StoredPicture, Turn, UserTurn } from "./conversation.ts";
import { exportFormat, exportVersion } from "./conversationImport.ts";
import { markdownText } from "./markdown.ts";
import type { Attachment, Translate } from "./services.ts";

/** Takes keys and tokens out of a text. */
export type Clean = (text: string) => string;

/** Everything of a conversation, to be read again by `readExport`. @param pictures base64 by id. */
export function exportJson(conversation: Conversation, pictures: ReadonlyMap<string, string>, clean: Clean): string {
  const { title, createdAt, workplace, turns } = conversation;
  const words = { title, createdAt, workplace: workplace && { name: workplace.name }, turns };
  // Keys are taken out of each text by itself: a picture may look like one. Where a repository lies is nobody's business.
  const cleaned: unknown = JSON.parse(JSON.stringify(words), (key, value: unknown) => {
    if (key === "repository") return undefined;
    return typeof value === "string" ? clean(value) : value;
  });
  const whole = Object.assign(
    { format: exportFormat, version: exportVersion },
    cleaned,
    pictures.size === 0 ? {} : { pictures: Object.fromEntries(pictures) },
  );
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}

export interface MarkdownOptions {
  readonly withThinking: boolean;
  /** Label of a model. */
  model(id: string): string;
  /** Where the picture lies, relative to the document; undefined when its bytes are lost. */
  pictureFile(picture: StoredPicture): string | undefined;
  readonly clean: Clean;
}

/** A conversation to be read. What was typed and answered is Markdown already and stays as it is. */
export function exportMarkdown({ title, turns }: Conversation, options: MarkdownOptions, t: Translate): string {
  const sections = [
    `# ${markdownText(title === "" ? t("New chat") : title)}`,
    ...turns.map((turn) => sectionOf(turn, options, t)),
  ];
  return options.clean(`${sections.join("\n\n")}\n`);
}

function sectionOf(turn: Turn, options: MarkdownOptions, t: Translate): string {
  switch (turn.role) {
    case "user":
      return questionSection(turn, options, t);
    case "assistant":
      return answerSection(turn, options, t);
    case "notice":
      return turn.kind === "compacted"
        ? `> ${t("Earlier messages were summarised, so that the conversation fits the model.")}`
        : `> ${t("Earlier messages are no longer sent: the conversation is too long for the model.")}`;
  }
}

function questionSection(
  { text, attachments, pictures = [] }: UserTurn,
  options: MarkdownOptions,
  t: Translate,
): string {
  return [
    `## ${t("You")}`,
    ...(text === "" ? [] : [text]),
    ...attachments.map(attachmentBlock),
    ...pictures.flatMap((picture) => pictureLine(picture, options)),
  ].join("\n\n");
}

function answerSection(turn: AnswerTurn, options: MarkdownOptions, t: Translate): string {
  const { text, thinking, problem, sources = [], pictures = [] } = turn;
  const thoughts = options.withThinking && thinking !== "" ? [folded(t("Thinking"), "", thinking)] : [];
  const list = sources.map(({ title, href }, index) => `${index + 1}. ${markdownText(title)} <${encodeURI(href)}>`);
  return [
    `## ${markdownText(options.model(turn.model))}`,
    ...thoughts,
    ...(text === "" ? [] : [text]),
    ...pictures.flatMap((picture) => pictureLine(picture, options)),
    ...(list.length === 0 ? [] : [list.join("\n")]),
    ...(problem === undefined ? [] : [`> ${markdownText(problem.text)}`]),
  ].join("\n\n");
}

function attachmentBlock({ label, detail, language, text }: Attachment): string {
  return folded(detail === "" ? label : detail, language, text);
}

/** A block that opens on a click where Markdown is shown, with text that cannot leave it. */
function folded(summary: string, language: string, text: string): string {
  const marks = fence(text);
  const tag = language.replace(/[^\w+#-]/g, "");
  return `<details>\n<summary>${markdownText(summary)}</summary>\n\n${marks}${tag}\n${text}\n${marks}\n\n</details>`;
}

function pictureLine(picture: StoredPicture, options: MarkdownOptions): string[] {
  const file = options.pictureFile(picture);
  return file === undefined ? [] : [`![${markdownText(picture.name)}](<${file}>)`];
}
