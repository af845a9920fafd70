import { expect, it } from "vitest";
import type { ChatRequest } from "../../../../src/api/chat/chatTypes.ts";
import { builtInCatalog } from "../../../../src/api/models/catalog.ts";
import type { Connection } from "../../../../src/core/services.ts";
import { PictureReading } from "../../../../src/features/chat/pictureReading.ts";
import { english } from "../../../fakes/translations.ts";

it("remembers what was read lately, and not all that a window has ever read", async () => {
  let readings = 0;
  const complete = async (_request: ChatRequest) => ({ text: `Reading ${++readings}`, model: "", droppedImages: 0 });
  const connection = { client: { complete }, catalog: builtInCatalog, modelFor: async () => "glm-5.3-flash" };
  const reading = new PictureReading({ readPicture: async () => new Uint8Array([1]) }, english);
  const read = async (id: string) => {
    let text = "";
    const picture = { id, name: id, mime: "image/png" } as const;
    await reading.prepare(
      { role: "user", id: "q", at: 1, text: "What is this?", attachments: [], pictures: [picture] },
      {
        conversationId: "c",
        connection: connection as unknown as Connection,
        model: "glm-5.3",
        options: {},
        isLast: true,
        step: () => undefined,
        note: () => undefined,
        keepReading: (_id, _model, what) => void (text = what),
      },
    );
    return text;
  };
  for (let number = 1; number <= 60; number++) expect(await read(`p${number}`)).toBe(`Reading ${number}`);
  expect(await read("p60")).toBe("Reading 60");
  expect(await read("p1")).toBe("Reading 61");
});
