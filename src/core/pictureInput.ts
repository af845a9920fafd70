import { factsOf, type FileKind } from "./filesKind.ts";
import { megabytes, pictureNames } from "./filesOcr.ts";
import type { StoredPicture } from "./conversation.ts";
import type { Translate } from "./services.ts";
import { visionImageLimit } from "./visionReading.ts";

/** What models that see take (zai-api section 2.3). */
const longestSide = 6000;
/** Pictures that go with one question. */
export const mostPictures = 20;
export const pictureExtensions = ["png", "jpg", "jpeg"] as const;

/** Why a picture cannot be sent. Sizes in bytes, sides in pixels. */
export type PictureProblem =
  | { readonly reason: "empty" | "unreadable" | "too-many" }
  | { readonly reason: "too-big"; readonly size: number }
  | { readonly reason: "too-wide"; readonly width: number; readonly height: number }
  | { readonly reason: "wrong-type" | "damaged"; readonly kind: FileKind };

export type CheckedPicture = Pick<StoredPicture, "mime" | "width" | "height">;

/** Whether these bytes may go to a model that sees, judged by what they are and not by their name. */
export function checkPicture(bytes: Uint8Array): CheckedPicture | { readonly problem: PictureProblem } {
  if (bytes.length === 0) return { problem: { reason: "empty" } };
  const { kind, damaged, width = 0, height = 0 } = factsOf(bytes);
  if (kind !== "png" && kind !== "jpg") return { problem: { reason: "wrong-type", kind } };
  if (damaged) return { problem: { reason: "damaged", kind } };
  if (bytes.length >= visionImageLimit) return { problem: { reason: "too-big", size: bytes.length } };
  if (Math.max(width, height) > longestSide) return { problem: { reason: "too-wide", width, height } };
  return { mime: kind === "png" ? "image/png" : "image/jpeg", width, height };
}

/** What is wrong with the picture called `name`, and what to do about it. `name` is text from outside. */
export function pictureProblemText(problem: PictureProblem, name: string, t: Translate): string {
  switch (problem.reason) {
    case "empty":
      return t("{0} is empty. Save it again, or choose another file.", name);
    case "unreadable":
      return t("{0} could not be read. Check its permissions, then try again. The log says more.", name);
    case "too-many":
      return t("At most {0} pictures go with one question. {1} was left out.", mostPictures, name);
    case "too-big":
      return t(
        "{0} is {1} MB. Models take pictures of less than {2} MB: make it smaller or save it as JPG, then try again.",
        name,
        megabytes(problem.size),
        megabytes(visionImageLimit),
      );
    case "too-wide":
      return t(
        "{0} has {1} × {2} pixels. Models take pictures of up to {3} pixels a side: make it smaller, then try again.",
        name,
        problem.width,
        problem.height,
        longestSide,
      );
    case "damaged":
      return t(
        "{0} begins like a {1} picture, but is damaged or incomplete. Save or export it again, then try again.",
        name,
        pictureNames[problem.kind] ?? "",
      );
    case "wrong-type": {
      const picture = pictureNames[problem.kind];
      return picture === undefined
        ? t("{0} is not a picture that models can see. PNG and JPG work.", name)
        : t("{0} is a {1} picture. Models see PNG and JPG: save it as PNG, then try again.", name, picture);
    }
  }
}
