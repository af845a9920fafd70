import type { AnswerTo } from "../../protocol/asks.ts";

/** A picture of the host as the browser takes it. */
export function pictureBlob({ mime, base64 }: AnswerTo<"picture">): Blob {
  return new Blob([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], { type: mime });
}
