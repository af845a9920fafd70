import { expect, it } from "vitest";
import { checkPicture, pictureProblemText, type PictureProblem } from "../../../src/core/pictureInput.ts";
import { chinese, english } from "../../fakes/translations.ts";
import { gif, pdf, png, svg, text } from "./filesSamples.ts";

/** A PNG that says to be of this size. */
function sized(width: number, height: number): Uint8Array {
  const bytes = png();
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

it("takes PNG and JPG by what they are", () => {
  expect(checkPicture(png())).toEqual({ mime: "image/png", width: 4, height: 3 });
  expect(checkPicture(sized(6000, 1))).toEqual({ mime: "image/png", width: 6000, height: 1 });
});

it.each<[string, Uint8Array, PictureProblem, string]>([
  ["nothing", new Uint8Array(), { reason: "empty" }, "p is empty. Save it again, or choose another file."],
  [
    "a script with a picture's name",
    text("#!/bin/sh\nrm -rf /"),
    { reason: "wrong-type", kind: "text" },
    "p is not a picture that models can see. PNG and JPG work.",
  ],
  ["SVG", svg(), { reason: "wrong-type", kind: "svg" }, "p is not a picture that models can see. PNG and JPG work."],
  ["PDF", pdf(), { reason: "wrong-type", kind: "pdf" }, "p is not a picture that models can see. PNG and JPG work."],
  [
    "GIF",
    gif(),
    { reason: "wrong-type", kind: "gif" },
    "p is a GIF picture. Models see PNG and JPG: save it as PNG, then try again.",
  ],
  [
    "half a PNG",
    png().subarray(0, 10),
    { reason: "damaged", kind: "png" },
    "p begins like a PNG picture, but is damaged or incomplete. Save or export it again, then try again.",
  ],
  [
    "5 MB",
    png(5 * 1024 * 1024),
    { reason: "too-big", size: 5 * 1024 * 1024 },
    "p is 5 MB. Models take pictures of less than 5 MB: make it smaller or save it as JPG, then try again.",
  ],
  [
    "more pixels than models take",
    sized(6001, 2),
    { reason: "too-wide", width: 6001, height: 2 },
    "p has 6001 × 2 pixels. Models take pictures of up to 6000 pixels a side: make it smaller, then try again.",
  ],
])("refuses %s in words", (_name, bytes, problem, words) => {
  expect(checkPicture(bytes)).toEqual({ problem });
  expect(pictureProblemText(problem, "p", english)).toBe(words);
  expect(pictureProblemText(problem, "p", chinese)).toMatch(/\p{Script=Han}/u);
});
