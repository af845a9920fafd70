import { createCanvas, loadImage } from "@napi-rs/canvas";
import type { Element } from "./layout.ts";
import type { Box, Page } from "./recognise.ts";

/** A PNG of the part of a page inside a box of pixels. */
export async function cropPage({ picture }: Page, box: Box): Promise<Buffer> {
  const image = await loadImage(picture);
  const [width, height] = [box[2] - box[0], box[3] - box[1]];
  const canvas = createCanvas(width, height);
  canvas.getContext("2d").drawImage(image, box[0], box[1], width, height, 0, 0, width, height);
  return canvas.toBuffer("image/png");
}

const colours = { text: "blue", table: "green", image: "red" };

/** A PNG of the page with a frame around each element. */
export async function outlinePage({ picture, width, height }: Page, elements: readonly Element[]): Promise<Buffer> {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  context.drawImage(await loadImage(picture), 0, 0, width, height);
  context.lineWidth = 3;
  for (const { label, box } of elements) {
    context.strokeStyle = colours[label];
    context.strokeRect(box[0], box[1], box[2] - box[0], box[3] - box[1]);
  }
  return canvas.toBuffer("image/png");
}
