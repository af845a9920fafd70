import { createCanvas } from "@napi-rs/canvas";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** An opened PDF whose pages can be turned into pictures. */
export interface OpenPdf {
  readonly pages: number;
  /** Renders a page, counted from 1, at 144 dots per inch. */
  render(page: number): Promise<Buffer>;
  /** The text that a page holds as text; pictures of words have none. */
  text(page: number): Promise<string>;
  close(): Promise<void>;
}

/** @throws Error when the bytes are no readable PDF. */
export async function openPdf(bytes: Buffer): Promise<OpenPdf> {
  const pdfjs = await import("pdfjs-dist/legacy/build/pdf.mjs");
  const home = path.dirname(fileURLToPath(import.meta.resolve("pdfjs-dist/package.json")));
  const folder = (name: string): string => `${pathToFileURL(path.join(home, name)).href}/`;
  const task = pdfjs.getDocument({
    data: new Uint8Array(bytes),
    standardFontDataUrl: fileURLToPath(folder("standard_fonts")),
    cMapUrl: fileURLToPath(folder("cmaps")),
    verbosity: 0,
  });
  const document = await task.promise;
  return {
    pages: document.numPages,
    async render(number) {
      const page = await document.getPage(number);
      const viewport = page.getViewport({ scale: 2 });
      const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
      // The library's types ask for a browser canvas; this one has the same methods.
      await page.render({ canvas: canvas as unknown as HTMLCanvasElement, viewport }).promise;
      return canvas.toBuffer("image/png");
    },
    async text(number) {
      const page = await document.getPage(number);
      const { items } = await page.getTextContent();
      return items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("");
    },
    close: () => task.destroy(),
  };
}
