import { mkdtemp, rm, symlink, copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Worker } from "tesseract.js";
import { findPictures, isInside } from "./picture-regions.ts";

/** A rectangle in pixels: left, top, right, bottom. */
export type Box = readonly [number, number, number, number];

/** A word or line of text and where it stands. */
interface Piece {
  readonly text: string;
  readonly box: Box;
}

/** A recognised line with its words; `paragraph` numbers the paragraph it belongs to. */
export interface Line extends Piece {
  readonly words: readonly Piece[];
  readonly paragraph: number;
}

/** A recognised page. Boxes are pixels of the picture that was given. */
export interface Page {
  readonly width: number;
  readonly height: number;
  readonly lines: readonly Line[];
  readonly text: string;
  /** What was recognised: the picture as it was given. */
  readonly picture: Buffer;
  /** Where there are pictures on the page. */
  readonly pictures: readonly Box[];
}

/** Reads text from pictures, English and Chinese. The engine starts with the first picture and stays until `close`. */
export class Recogniser {
  #worker: Promise<Worker> | undefined;
  #folder: string | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  /** Recognises a PNG or JPEG. @throws Error when the picture cannot be decoded. */
  read(picture: Buffer): Promise<Page> {
    // One at a time: the engine is single-threaded and the machine has other things to do.
    const result = this.#queue.then(() => this.#read(picture));
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #read(picture: Buffer): Promise<Page> {
    const { createCanvas, loadImage } = await import("@napi-rs/canvas");
    const image = await loadImage(picture);
    const { width, height } = image;
    // The engine complains about pictures that could not hold a letter.
    if (width < 8 || height < 8) return { width, height, lines: [], text: "", picture, pictures: [] };
    // Text on screens is smaller than the engine likes; doubled it reads far better.
    const scale = width * height <= 2_000_000 ? 2 : 1;
    const canvas = createCanvas(width * scale, height * scale);
    const context = canvas.getContext("2d");
    context.fillStyle = "white";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
    if (isDark(pixels.data)) {
      for (let at = 0; at < pixels.data.length; at++) if (at % 4 !== 3) pixels.data[at] = 255 - (pixels.data[at] ?? 0);
      context.putImageData(pixels, 0, 0);
    }
    const worker = await (this.#worker ??= this.#start());
    const { data } = await worker.recognize(canvas.toBuffer("image/png"), {}, { blocks: true, text: true });
    const lines: Line[] = [];
    const sure: Box[] = [];
    let paragraph = 0;
    for (const block of data.blocks ?? []) {
      for (const each of block.paragraphs) {
        paragraph++;
        for (const line of each.lines) {
          const words = line.words.map((word) => ({ text: word.text, box: shrink(word.bbox, scale) }));
          const text = tidy(line.text);
          const box = shrink(line.bbox, scale);
          if (text !== "") lines.push({ text, box, words, paragraph });
          if (line.confidence > 60 && /[\p{L}\p{N}]{2}/u.test(text)) sure.push(box);
        }
      }
    }
    const plain = createCanvas(width, height).getContext("2d");
    plain.drawImage(image, 0, 0);
    const pictures = findPictures(plain.getImageData(0, 0, width, height), sure);
    // What the engine believes to read in a picture is no text.
    const text = lines.filter(({ box }) => !pictures.some((each) => isInside(box, each)));
    return { width, height, lines: text, text: text.map((line) => line.text).join("\n"), picture, pictures };
  }

  async #start(): Promise<Worker> {
    const { createWorker } = await import("tesseract.js");
    // The engine looks for all languages in one folder, npm installs each in its own.
    const folder = await mkdtemp(path.join(tmpdir(), "zai-server-ocr-"));
    this.#folder = folder;
    for (const language of ["eng", "chi_sim"]) {
      const home = path.dirname(fileURLToPath(import.meta.resolve(`@tesseract.js-data/${language}/package.json`)));
      const file = `${language}.traineddata.gz`;
      const source = path.join(home, "4.0.0_best_int", file);
      // Windows allows links only to administrators.
      await symlink(source, path.join(folder, file)).catch(() => copyFile(source, path.join(folder, file)));
    }
    return createWorker("eng+chi_sim", 1, { langPath: folder, cacheMethod: "none", gzip: true });
  }

  /** Stops the engine and removes its folder. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    if (worker !== undefined) await (await worker).terminate();
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }
}

function isDark(data: Uint8ClampedArray): boolean {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < data.length; at += 404) {
    sum += data[at] ?? 0;
    count++;
  }
  return sum / count < 100;
}

function shrink({ x0, y0, x1, y1 }: { x0: number; y0: number; x1: number; y1: number }, scale: number): Box {
  return [Math.round(x0 / scale), Math.round(y0 / scale), Math.round(x1 / scale), Math.round(y1 / scale)];
}

/** The engine separates Chinese words by spaces that nobody wrote. */
function tidy(text: string): string {
  return text.replace(/(?<=[\u3000-\u9fff\uff00-\uffef])[ \t]+(?=[\u3000-\u9fff\uff00-\uffef])/g, "").trim();
}
