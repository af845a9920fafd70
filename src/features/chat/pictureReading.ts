import { toBase64 } from "../../api/http/base64.ts";
import { seesInlineImages } from "../../api/models/catalog.ts";
import type { StoredPicture, UserTurn } from "../../core/conversation.ts";
import type { Translate } from "../../core/services.ts";
import { describingMessages } from "../../core/visionReading.ts";
import { NotPossible, type Preparation, type QuestionPictures } from "./preparation.ts";

/** Readings that are remembered: enough for whatever is asked again within a while. */
const mostKnown = 50;

interface Reading {
  readonly model: string;
  readonly text: string;
}

interface PictureFiles {
  readPicture(conversationId: string, pictureId: string): Promise<Uint8Array | undefined>;
}

/**
 * Lets models without eyes take part in a talk about pictures: one that sees reads them first, and the answer says so. What was
 * read in a picture for a question is not paid for twice, whatever is retried soon.
 */
export class PictureReading implements QuestionPictures {
  readonly #files: PictureFiles;
  readonly #t: Translate;
  /** By picture, reader and question, the oldest first. */
  readonly #known = new Map<string, Reading>();

  constructor(files: PictureFiles, t: Translate) {
    this.#files = files;
    this.#t = t;
  }

  async prepare(question: UserTurn, preparation: Preparation): Promise<void> {
    const { connection, model, options, isLast } = preparation;
    const { pictures = [] } = question;
    const asked = connection.catalog.modelInfo(model);
    if (pictures.length === 0 || seesInlineImages(asked)) return;
    const unread = pictures.filter(({ reading }) => reading === undefined);
    let reader = pictures.findLast(({ reading }) => reading !== undefined)?.reading?.model;
    for (const [index, picture] of unread.entries()) {
      reader = await connection.modelFor("vision", options);
      const { label } = connection.catalog.modelInfo(reader);
      preparation.step(
        unread.length === 1
          ? this.#t("{0} is looking at the picture", label)
          : this.#t("{0} is looking at picture {1} of {2}", label, index + 1, unread.length),
      );
      const read = await this.#read(picture, question, reader, preparation);
      // A picture whose file is gone stays without a reading, which the model is told.
      if (read) preparation.keepReading(picture.id, read.model, read.text);
    }
    preparation.step(undefined);
    if (!isLast || reader === undefined) return;
    const seer = connection.catalog.modelInfo(reader).label;
    const sentence =
      pictures.length === 1
        ? this.#t("{0} cannot see pictures; {1} read it for this turn.", asked.label, seer)
        : this.#t("{0} cannot see pictures; {1} read them for this turn.", asked.label, seer);
    preparation.note(sentence, ["change-model"]);
  }

  async dataUri(conversationId: string, { id, mime }: StoredPicture): Promise<string | undefined> {
    const bytes = await this.#files.readPicture(conversationId, id);
    return bytes && `data:${mime};base64,${toBase64(bytes)}`;
  }

  async #read(
    picture: StoredPicture,
    question: UserTurn,
    reader: string,
    { connection, conversationId, model, options }: Preparation,
  ): Promise<Reading | undefined> {
    const { client, catalog } = connection;
    const seer = catalog.modelInfo(reader);
    if (seer.known && !seesInlineImages(seer)) throw this.#nobodySees(catalog.modelInfo(model).label);
    const key = JSON.stringify([picture.id, reader, question.text]);
    const known = this.#known.get(key);
    if (known) return known;
    const uri = await this.dataUri(conversationId, picture);
    if (uri === undefined) return undefined;
    const messages = describingMessages(uri, question.text);
    const answer = await client.complete({ model: reader, messages, effort: "low" }, options);
    if (answer.droppedImages > 0) throw this.#nobodySees(catalog.modelInfo(model).label);
    const text = answer.text.trim();
    if (text === "") throw this.#sawNothing(seer.label);
    const read = { model: answer.model || reader, text };
    this.#known.set(key, read);
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size > mostKnown) this.#known.delete(oldest);
    return read;
  }

  #nobodySees(label: string): NotPossible {
    const text = this.#t(
      "{0} cannot see pictures, and neither can the model that is to read them. Choose one that sees.",
      label,
    );
    return new NotPossible({ text, details: "", actions: ["choose-model", "retry"] });
  }

  #sawNothing(label: string): NotPossible {
    const text = this.#t("{0} said nothing about the picture. Try again, or choose a model that sees.", label);
    return new NotPossible({ text, details: "", actions: ["retry", "choose-model"] });
  }
}
