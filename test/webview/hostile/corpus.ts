import { hostileBlocks } from "./blocks.ts";
import { hostileHtml } from "./html.ts";
import { hostileLinks } from "./links.ts";
import { hostilePictures } from "./pictures.ts";
import { hostileText } from "./text.ts";
import { unfinishedAnswers } from "./unfinished.ts";

/** What a hostile page, file, model or imported conversation could make any text in the panel contain, by family. */
const families: Readonly<Record<string, readonly string[]>> = {
  html: hostileHtml,
  links: hostileLinks,
  pictures: hostilePictures,
  blocks: hostileBlocks,
  text: hostileText,
  unfinished: unfinishedAnswers,
};

export type HostileCase = { name: string; text: string };

/** Every case with a name that tells which one it is: its family and its place there, from 1. */
export const hostileCases: readonly HostileCase[] = Object.entries(families).flatMap(([family, texts]) =>
  texts.map((text, index) => ({ name: `${family} ${index + 1}`, text })),
);

/** The same in groups that one conversation holds. */
export function batches(size: number): HostileCase[][] {
  const count = Math.ceil(hostileCases.length / size);
  return Array.from({ length: count }, (_, index) => hostileCases.slice(index * size, (index + 1) * size));
}
