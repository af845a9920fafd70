import { describe, expect, test } from "vitest";
import { checkForOcr, hasOcrExtension, ocrLimits, ocrProblemText, sizeProblem } from "../../../src/core/filesOcr.ts";
import { jpg, pdf, png, text, webp } from "./filesSamples.ts";

const t = (message: string, ...values: (string | number)[]) =>
  message.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)]));

function wordsFor(bytes: Uint8Array, name: string): string {
  const checked = checkForOcr(bytes);
  return "problem" in checked ? ocrProblemText(checked.problem, name, t) : "";
}

describe("files for OCR", () => {
  test("types by bytes", () => {
    expect(checkForOcr(png())).toEqual({ type: "png" });
    expect(checkForOcr(jpg())).toEqual({ type: "jpg" });
    expect(checkForOcr(pdf())).toEqual({ type: "pdf" });
  });

  test("a picture may have exactly 10 MB, not a byte more", () => {
    expect(checkForOcr(png(ocrLimits.image))).toEqual({ type: "png" });
    expect(wordsFor(png(ocrLimits.image + 1), "a.png")).toContain(
      "a.png is 10.1 MB. OCR takes pictures of up to 10 MB",
    );
  });

  test("a PDF may be larger than a picture", () => {
    expect(checkForOcr(pdf(ocrLimits.image + 1))).toEqual({ type: "pdf" });
    expect(sizeProblem(ocrLimits.pdf)).toBeUndefined();
    expect(sizeProblem(ocrLimits.pdf + 1)).toEqual({ reason: "too-big", size: ocrLimits.pdf + 1, limit: "any" });
  });

  test("says what a renamed file really is, and what to do", () => {
    expect(wordsFor(text("hello\n"), "shot.png")).toBe(
      "shot.png is a text file, whatever its name says. It needs no OCR: open it as text.",
    );
    expect(wordsFor(webp(), "shot.png")).toContain("is a WebP picture");
    expect(wordsFor(new Uint8Array(), "shot.png")).toContain("shot.png is empty");
    expect(wordsFor(png().subarray(0, 10), "shot.png")).toContain("damaged");
  });

  test("extensions in any case", () => {
    expect(hasOcrExtension("/a/B.JPEG")).toBe(true);
    expect(hasOcrExtension("/a.pdf/readme")).toBe(false);
    expect(hasOcrExtension("/a/png")).toBe(false);
  });
});
