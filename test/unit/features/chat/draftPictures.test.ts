import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Log } from "../../../../src/host/log.ts";
import { contentId } from "../../../../src/features/chat/contentId.ts";
import { DraftPictures } from "../../../../src/features/chat/draftPictures.ts";
import { pictureAnswer } from "../../../../src/features/chat/pictures.ts";
import { png, svg, text } from "../../core/filesSamples.ts";

/** Warnings that were shown. */
const told = vi.hoisted((): string[] => []);

vi.mock("vscode", () => ({
  l10n: {
    t: (words: string, ...values: unknown[]) =>
      words.replace(/\{(\d)\}/g, (_, at: string) => String(values[Number(at)])),
  },
  window: { showWarningMessage: async (words: string) => void told.push(words) },
  workspace: {},
}));

/** PNG pictures that differ. */
const shot = (number: number) => Uint8Array.from([...png(), number]);
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

let changes = 0;
let pictures: DraftPictures;
beforeEach(() => {
  told.length = 0;
  changes = 0;
  pictures = new DraftPictures({ log: {} as Log }, () => changes++);
});
const attach = (name: string, bytes: Uint8Array) =>
  pictures.handle({ type: "attach-picture", name, base64: base64(bytes) });
const labels = () => pictures.view().pictures?.map(({ label }) => label) ?? [];

describe("pictures of the composer", () => {
  it("are shown with their size, once each, until they are removed or asked about", async () => {
    await attach("one.png", shot(1));
    await attach("two.png", shot(2));
    await attach("again.png", shot(1));
    expect(pictures.view().pictures?.[0]).toEqual({ id: contentId(shot(1)), label: "one.png", width: 4, height: 3 });
    expect(labels()).toEqual(["one.png", "two.png"]);
    await pictures.handle({ type: "remove-picture", id: contentId(shot(1)) });
    expect(labels()).toEqual(["two.png"]);

    const kept = new Map<string, Uint8Array>();
    const taken = await pictures.take("c", { writePicture: async (_, id, bytes) => void kept.set(id, bytes) });
    expect(taken).toEqual([{ id: contentId(shot(2)), name: "two.png", mime: "image/png", width: 4, height: 3 }]);
    expect([...kept.keys()]).toEqual([contentId(shot(2))]);
    expect(pictures.view()).toEqual({});
    expect(changes).toBe(4);
  });

  it("are refused in words when they are none, and when there are too many", async () => {
    await attach("evil.png", svg());
    await pictures.handle({ type: "attach-picture", name: "x\u202Egnp.exe", base64: "not base64" });
    for (let number = 0; number < 21; number++) await attach(`${number}.png`, shot(number));
    expect(labels()).toHaveLength(20);
    expect(told).toEqual([
      "evil.png is not a picture that models can see. PNG and JPG work.",
      "x gnp.exe is empty. Save it again, or choose another file.",
      "At most 20 pictures go with one question. 20.png was left out.",
    ]);
  });
});

describe("a view that asks for a picture", () => {
  const files = new Map([
    ["mine", png()],
    ["other", png()],
    ["script", text("<svg onload=alert(1)>")],
  ]);
  const known = new Set(["mine", "script", "gone"]);
  const answer = (id: string) =>
    pictureAnswer(id, {
      session: {
        conversationId: "c",
        pictureOf: (wanted) => (known.has(wanted) ? { id: wanted, name: wanted, mime: "image/png" } : undefined),
      },
      draft: pictures,
      store: { readPicture: async (_, wanted) => files.get(wanted) },
    });

  it("gets those of its conversation and of its composer", async () => {
    expect(await answer("mine")).toEqual({ result: { mime: "image/png", base64: base64(png()) } });
    await attach("one.png", shot(1));
    expect(await answer(contentId(shot(1)))).toEqual({ result: { mime: "image/png", base64: base64(shot(1)) } });
  });

  it.each(["other", "script", "gone", "../mine"])("gets nothing else: %s", async (id) => {
    expect(await answer(id)).toEqual({ error: "The picture is no longer there." });
  });
});
