import { expect, it } from "vitest";
import type { DraftItem } from "../../../../src/features/chat/context/draftItem.ts";
import type { DraftPicture } from "../../../../src/features/chat/draftPictures.ts";
import { LeftDrafts } from "../../../../src/features/chat/leftDrafts.ts";

class Held<Item> {
  items: readonly Item[] = [];

  exchange(items: readonly Item[]): readonly Item[] {
    const before = this.items;
    this.items = items;
    return before;
  }
}

const chip = (id: string) => ({ attachment: { id } }) as unknown as DraftItem;
const picture = (megabytes: number) => ({ bytes: { length: megabytes * 1_000_000 } }) as unknown as DraftPicture;

function setUp() {
  const [context, pictures] = [new Held<DraftItem>(), new Held<DraftPicture>()];
  return { context, pictures, drafts: new LeftDrafts(context, pictures) };
}

it("brings back what was left, once", () => {
  const { context, drafts } = setUp();
  context.items = [chip("early")];
  drafts.turnTo("a");
  expect(context.items).toEqual([chip("early")]);
  drafts.turnTo("b");
  expect(context.items).toEqual([]);
  drafts.turnTo("a");
  expect(context.items).toEqual([chip("early")]);
  context.items = [];
  drafts.turnTo("b");
  drafts.turnTo("a");
  expect(context.items).toEqual([]);
});

it("forgets the oldest of very many, and of pictures that are too large for memory", () => {
  const { context, pictures, drafts } = setUp();
  for (let number = 0; number <= 21; number++) {
    drafts.turnTo(String(number));
    context.items = [chip(String(number))];
  }
  drafts.turnTo("0");
  expect(context.items).toEqual([]);
  drafts.turnTo("21");
  expect(context.items).toEqual([chip("21")]);
  pictures.items = [picture(60)];
  drafts.turnTo("x");
  pictures.items = [picture(60)];
  drafts.turnTo("y");
  drafts.turnTo("21");
  expect(pictures.items).toEqual([]);
  drafts.turnTo("x");
  expect(pictures.items).toHaveLength(1);
});
