import { expect, it } from "vitest";
import { createCatalog } from "../../../../src/api/models/catalog.ts";
import { customEndpoint, officialEndpoint, type Endpoint } from "../../../../src/api/platforms.ts";
import type { Connections } from "../../../../src/core/services.ts";
import { modelToAsk } from "../../../../src/features/diagnose/ask.ts";

function server(): Endpoint {
  const endpoint = customEndpoint("http://localhost:1/v1", "zai");
  if (!endpoint) throw new Error("loopback must be allowed");
  return endpoint;
}

it.each([
  ["glm-5.3", officialEndpoint("zai-coding"), "glm-5-turbo"],
  ["glm-5.3-flash", officialEndpoint("bigmodel-coding"), "glm-5-turbo"],
  // Not the free one, which also answers an account without balance.
  ["glm-5.3", officialEndpoint("zai"), "glm-4.7-flashx"],
  ["glm-4.7", officialEndpoint("zai"), "glm-4.7"],
  ["glm-5.3", server(), "glm-5.3"],
])("instead of %s, %o is asked with %s", async (chat, endpoint, expected) => {
  const opened: string[] = [];
  // As a chat: `open` is what tells of a plan's conditions.
  const open = async (capability: string) => {
    opened.push(capability);
    return { catalog: createCatalog(), client: { endpoint }, modelFor: async () => chat };
  };
  const asked = await modelToAsk({ open } as unknown as Connections, new AbortController().signal);
  expect(asked).toBe(expected);
  expect(opened).toEqual(["chat"]);
});

it("is nobody without a connection", async () => {
  const connections = { open: async () => undefined } as unknown as Connections;
  await expect(modelToAsk(connections, new AbortController().signal)).rejects.toMatchObject({ code: "no-key" });
});
