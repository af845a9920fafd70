import { createHash } from "node:crypto";
import { createCanvas, loadImage, type SKRSContext2D } from "@napi-rs/canvas";

/** A PNG of exactly this size: bands whose colours come from the prompt's hash, with the prompt written on top. */
export function drawPicture(prompt: string, width: number, height: number): Buffer {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext("2d");
  const hash = createHash("sha256").update(prompt).digest();
  const bands = 12;
  for (let index = 0; index < bands; index++) {
    const hue = Math.round(((hash[index] ?? 0) / 255) * 360);
    const light = 35 + ((hash[index + 12] ?? 0) / 255) * 30;
    context.fillStyle = `hsl(${hue}, 60%, ${light}%)`;
    context.fillRect(0, Math.floor((height * index) / bands), width, Math.ceil(height / bands) + 1);
  }
  const font = Math.round(width / 24);
  context.font = `bold ${font}px "DejaVu Sans", "Noto Sans CJK SC", "Noto Serif CJK SC", sans-serif`;
  const lines = wrap(context, prompt, width * 0.84);
  const top = Math.max(font, (height - lines.length * font * 1.4) / 2);
  // A light plate keeps the words readable on any colour.
  context.fillStyle = "rgba(255, 255, 255, 0.88)";
  context.fillRect(width * 0.05, top - font, width * 0.9, lines.length * font * 1.4 + font);
  context.fillStyle = "#111";
  for (const [index, line] of lines.entries())
    context.fillText(line, width * 0.08, top + font * 0.6 + index * font * 1.4);
  return canvas.toBuffer("image/png");
}

/** A PNG of exactly this size that the picture fills, cut where its shape is another one. */
export async function fillPicture(picture: Buffer, width: number, height: number): Promise<Buffer> {
  const image = await loadImage(picture);
  const scale = Math.max(width / image.width, height / image.height);
  const canvas = createCanvas(width, height);
  const [wide, high] = [image.width * scale, image.height * scale];
  canvas.getContext("2d").drawImage(image, (width - wide) / 2, (height - high) / 2, wide, high);
  return canvas.toBuffer("image/png");
}

/** The same picture as JPEG. */
export async function toJpeg(png: Buffer): Promise<Buffer> {
  const image = await loadImage(png);
  const canvas = createCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toBuffer("image/jpeg");
}

function wrap(context: SKRSContext2D, text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.match(/[\u3000-\u9fff\uff00-\uffef]|\S+?(?=[\u3000-\u9fff])|\S+|\s+/g) ?? []) {
    if (context.measureText(line + word).width > width && line !== "") {
      lines.push(line.trim());
      line = "";
    }
    line += word.replace(/\s+/g, " ");
  }
  return [...lines, line.trim()].filter((each) => each !== "").slice(0, 12);
}
