import { describe, expect, it } from "vitest";
import { keyProblem, normaliseKey } from "../../../src/api/keys.ts";
import { officialEndpoint, type Endpoint } from "../../../src/api/platforms.ts";
import { redact } from "../../../src/api/http/redact.ts";
import { key } from "../../fakes/apiClient.ts";

const zai = officialEndpoint("zai");
const custom: Endpoint = {
  platform: "custom",
  baseUrl: "http://localhost:1/v1",
  dialect: "openai",
  keyRequired: false,
};

describe("a key", () => {
  it.each([` ${key}\n`, `Bearer ${key}`, `bearer  ${key}`, `"${key}"`])("is cleaned: %j", (typed) =>
    expect(normaliseKey(typed)).toBe(key),
  );

  it.each([
    [key, zai, undefined],
    ["abc.def", zai, "unusual"],
    ["abcdef", zai, "shape"],
    ["a.b.c", zai, "shape"],
    ["", zai, "shape"],
    ["密钥.abc", zai, "shape"],
    ["sk-anything", custom, undefined],
    ["", custom, undefined],
    ["two words", custom, "shape"],
  ])("%s is judged by the platform", (typed, endpoint, problem) => expect(keyProblem(typed, endpoint)).toBe(problem));
});

describe("redaction", () => {
  it.each([
    `key ${key} here`,
    `Authorization: Bearer ${key}`,
    "Bearer abcdefgh",
    "token eyJhbGciOi.eyJhcGkiOiJ4.c2ln-_x",
    "image data:image/png;base64,iVBORw0KGgo= end",
    "sk-proj-abcdefghijkl",
  ])("takes the secret out of %j", (text) => {
    const clean = redact(text);
    for (const secret of [key, "abcdefgh", "eyJhcGki", "iVBOR"]) expect(clean).not.toContain(secret);
  });

  it("knows a key of any shape when told, and leaves other text alone", () => {
    expect(redact("the hunter2 key", "hunter2")).toBe("the [key] key");
    expect(redact("model glm-5.3 at api.z.ai, see https://z.ai")).toBe("model glm-5.3 at api.z.ai, see https://z.ai");
  });
});
