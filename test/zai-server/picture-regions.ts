import type { Box } from "./recognise.ts";

/** Pixels as a canvas gives them: red, green, blue, alpha per pixel. */
interface Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** Side of the squares that are looked at, in pixels. */
const cell = 16;

/**
 * The parts of a page that are neither background nor text: connected squares of mostly other colours that come near to filling
 * a rectangle, at least six squares wide and high. With a line of text in it, it is a coloured panel and no picture.
 */
export function findPictures(pixels: Pixels, text: readonly Box[]): Box[] {
  const columns = Math.floor(pixels.width / cell);
  const rows = Math.floor(pixels.height / cell);
  const inked = inkedCells(pixels, columns, rows);
  const boxes: Box[] = [];
  for (let start = 0; start < inked.length; start++) {
    if (inked[start] !== true) continue;
    const found = takeRegion(inked, start, columns);
    const xs = found.map((at) => at % columns);
    const ys = found.map((at) => Math.floor(at / columns));
    const [left, top, right, bottom] = [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
    const area = (right - left) * (bottom - top);
    const box: Box = [left * cell, top * cell, right * cell, bottom * cell];
    // What fills the page is the page itself.
    const fits = right - left >= 6 && bottom - top >= 6 && found.length > area * 0.6 && area < columns * rows * 0.8;
    if (fits && !text.some((line) => isInside(line, box))) boxes.push(box);
  }
  return boxes;
}

function inkedCells({ data, width }: Pixels, columns: number, rows: number): boolean[] {
  const paper = commonColour(data);
  return Array.from({ length: columns * rows }, (_, index) => {
    const left = (index % columns) * cell;
    const top = Math.floor(index / columns) * cell;
    let other = 0;
    for (let y = top; y < top + cell; y += 2)
      for (let x = left; x < left + cell; x += 2) if (colourAt(data, (y * width + x) * 4) !== paper) other++;
    return other > ((cell * cell) / 4) * 0.6;
  });
}

/** Three bits of each colour, so that shades of one colour are one. */
const colourAt = (data: Uint8ClampedArray, at: number): number =>
  ((data[at] ?? 0) >> 5) * 64 + ((data[at + 1] ?? 0) >> 5) * 8 + ((data[at + 2] ?? 0) >> 5);

function commonColour(data: Uint8ClampedArray): number {
  const counts = new Map<number, number>();
  for (let at = 0; at < data.length; at += 4 * 7) {
    const colour = colourAt(data, at);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), [0, 0])[0];
}

/** Takes out the squares that hang together with the first. */
function takeRegion(inked: boolean[], start: number, columns: number): number[] {
  const found = [start];
  inked[start] = false;
  for (const at of found) {
    const beside = [
      at - columns,
      at + columns,
      ...(at % columns > 0 ? [at - 1] : []),
      ...((at + 1) % columns > 0 ? [at + 1] : []),
    ];
    for (const next of beside) {
      if (inked[next] !== true) continue;
      inked[next] = false;
      found.push(next);
    }
  }
  return found;
}

/** True when the middle of the first box lies in the second. */
export function isInside([left, top, right, bottom]: Box, area: Box): boolean {
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  return x >= area[0] && x <= area[2] && y >= area[1] && y <= area[3];
}
