import { describe, expect, test } from "vitest";
import { factsOf } from "../../../src/core/filesKind.ts";
import { gif, jpg, pdf, png, svg, text, webp } from "./filesSamples.ts";

describe("kind of a file by its bytes", () => {
  test.each([
    ["png", png()],
    ["jpg", jpg()],
    ["gif", gif()],
    ["webp", webp()],
    ["pdf", pdf()],
    ["svg", svg()],
    ["text", text("const a = 1;\n")],
    ["text", text("价格：¥3\n")],
    ["document", Uint8Array.of(0x50, 0x4b, 3, 4, 20, 0, 0, 0)],
    ["unknown", Uint8Array.of(0, 1, 2, 3, 250, 251, 252, 253, 254, 255, 0, 9)],
  ])("%s", (kind, bytes) => {
    expect(factsOf(bytes)).toMatchObject({ kind, damaged: false });
  });

  test("a PDF may begin with a few foreign bytes", () => {
    expect(factsOf(text(`${" ".repeat(200)}%PDF-1.7\n`)).kind).toBe("pdf");
  });

  test("a program that contains an svg tag is text", () => {
    expect(factsOf(text('export const icon = `<svg width="1" height="1"></svg>`;\n')).kind).toBe("text");
  });

  test("a picture that ends in its header is damaged", () => {
    expect(factsOf(png().subarray(0, 12))).toEqual({ kind: "png", damaged: true });
    expect(factsOf(jpg().subarray(0, 8))).toEqual({ kind: "jpg", damaged: true });
  });

  test("text cut in the middle of a character is still text", () => {
    expect(factsOf(text("好".repeat(2000))).kind).toBe("text");
  });
});
