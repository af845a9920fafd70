import { createCanvas } from "@napi-rs/canvas";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pixelSize } from "../../../../src/api/media/pixelSize.ts";

const canvas = createCanvas(300, 17);
canvas.getContext("2d").fillRect(10, 2, 50, 9);
const jpeg = canvas.toBuffer("image/jpeg");

/** The head of a WebP file of 300 x 17 pixels in each of the three ways to write it. */
function webp(name: string, rest: readonly number[]): Buffer {
  return Buffer.concat([Buffer.from(`RIFF\0\0\0\0WEBP${name}\0\0\0\0`, "latin1"), Buffer.from(rest)]);
}
const lossless = 299 | (16 << 14);

describe("the size of a picture", () => {
  it.each<[string, Buffer]>([
    ["PNG", canvas.toBuffer("image/png")],
    ["JPEG", jpeg],
    ["JPEG with padded markers", Buffer.concat([jpeg.subarray(0, 2), Buffer.from([0xff, 0xff]), jpeg.subarray(2)])],
    ["WebP", canvas.toBuffer("image/webp")],
    ["lossy WebP", webp("VP8 ", [0, 0, 0, 0x9d, 0x01, 0x2a, 300 & 0xff, 300 >> 8, 17, 0])],
    ["lossless WebP", webp("VP8L", [0x2f, lossless & 0xff, (lossless >> 8) & 0xff, (lossless >> 16) & 0xff, 0])],
    ["extended WebP", webp("VP8X", [0, 0, 0, 0, 299 & 0xff, 299 >> 8, 0, 16, 0, 0])],
  ])("is read of %s", (_name, bytes) => {
    expect(pixelSize(bytes)).toEqual({ width: 300, height: 17 });
    // Bytes that are part of a larger buffer are read from their own beginning.
    expect(pixelSize(Buffer.concat([Buffer.from("xyz"), bytes]).subarray(3))).toEqual({ width: 300, height: 17 });
  });

  it.each<[string, Buffer]>([
    ["nothing", Buffer.alloc(0)],
    ["a cut PNG", canvas.toBuffer("image/png").subarray(0, 20)],
    ["a cut JPEG", jpeg.subarray(0, 20)],
    ["an empty PNG", Buffer.concat([canvas.toBuffer("image/png").subarray(0, 16), Buffer.alloc(8)])],
    ["another kind of WebP", webp("VP9 ", [0, 0, 0, 0, 0, 0, 1, 0, 1, 0])],
    ["text", Buffer.from("a text that is long enough to be a header")],
  ])("is not read of %s", (_name, bytes) => {
    expect(pixelSize(bytes)).toBeUndefined();
  });

  it("never fails, whatever follows the first bytes", () => {
    const starts = [
      jpeg.subarray(0, 3),
      canvas.toBuffer("image/png").subarray(0, 8),
      webp("VP8L", []),
      Buffer.alloc(0),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }), (start, rest) => {
        const size = pixelSize(Buffer.concat([start, rest]));
        expect(size === undefined || (size.width > 0 && size.height > 0)).toBe(true);
      }),
    );
  });
});
