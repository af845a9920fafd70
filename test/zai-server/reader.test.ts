import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { planKey } from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, dig, json, verdict, type Answer, type Call } from "./test-client.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const narrowing = "https://docs.glm-simulator.test/typescript/narrowing";
const read = (body: object = {}, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, { path: "/api/paas/v4/reader", body: { url: narrowing, ...body }, ...more });
const content = async (body: object = {}): Promise<string> =>
  String(dig(json(await read(body)), "reader_result", "content"));

describe("the reader", () => {
  it("gives a page as Markdown, with what its head says", async () => {
    const result = dig(json(await read({ request_id: "read-1" })), "reader_result");
    expect(result).toMatchObject({
      title: "Narrowing types in TypeScript",
      description: "How a check at run time tells the compiler more about a value.",
      url: narrowing,
      external: { stylesheet: { "https://docs.glm-simulator.test/assets/site.css": { type: "text/css" } } },
      metadata: { keywords: "typescript, narrowing, union", "format-detection": "telephone=no" },
      publishedTime: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/) as unknown,
    });
    const text = String(dig(result, "content"));
    expect(text).toMatch(/^# Narrowing types in TypeScript\n\nA \*\*union type\*\* says/);
    expect(text).toContain('| Check | Narrows to |\n| --- | --- |\n| `typeof x === "string"` | string |');
    expect(text).toContain("```ts\nfunction length(value: string | string[]) {\n  return");
    expect(text).toContain("![A union of two circles](https://docs.glm-simulator.test/pictures/union.png)");
    expect(text).toContain("[lists](https://docs.glm-simulator.test/python/lists)");
    expect(text).toContain("~~They cannot narrow arrays.~~");
    expect(text).not.toContain("data:image");
    expect(dig(result, "images")).toBeUndefined();
    expect(dig(result, "links")).toBeUndefined();
  });

  it("gives lists, quotations and the page about a question", async () => {
    const blog = await content({ url: "https://blog.glm-simulator.test/async-await" });
    expect(blog).toContain("- Pass an **AbortSignal** down to every fetch.\n- Check the signal");
    expect(blog).toContain("> Measure before you make a loop parallel");
    expect(await content({ url: "https://docs.glm-simulator.test/python/lists" })).toContain("1. `sort()` changes");
    const asked = await content({ url: "https://answers.glm-simulator.test/ask?q=why%20%3Cb%3E%3F" });
    expect(asked).toContain("Somebody asked: *why <b>?*");
  });

  it("obeys its switches", async () => {
    expect(await content({ return_format: "text" })).toMatch(/^Narrowing types in TypeScript\n\nA union type says/);
    expect(await content({ return_format: "text" })).not.toMatch(/[`|]\n|\*\*|!\[/);
    expect(await content({ retain_images: false })).not.toContain("![");
    expect(await content({ keep_img_data_url: true })).toContain("![A dot](data:image/png;base64,");
    const plain = await content({ no_gfm: true });
    expect(plain).not.toMatch(/~~|\| ---/);
    expect(plain).toContain("Check Narrows to\n");
    const summed = dig(json(await read({ with_images_summary: true, with_links_summary: true })), "reader_result");
    expect(dig(summed, "images")).toEqual({
      "Image 1: A union of two circles": "https://docs.glm-simulator.test/pictures/union.png",
    });
    expect(dig(summed, "links", "joins")).toBe("https://docs.glm-simulator.test/sql/joins");
    const all = dig(
      json(await read({ with_images_summary: true, keep_img_data_url: true })),
      "reader_result",
      "images",
    );
    expect(Object.keys(all as object)).toEqual(["Image 1: A union of two circles", "Image 2: A dot"]);
  });

  it("reads our own result files", async () => {
    const made = json(
      await call(simulator, {
        path: "/api/paas/v4/images/generations",
        body: { model: "glm-image", prompt: "A red fox" },
        host: "api.z.ai",
      }),
    );
    const url = dig(made, "data", 0, "url");
    expect(url).toMatch(/^https:/);
    expect(dig(json(await read({ url })), "reader_result", "url")).toBe(url);
  });

  it("waits no longer than it is told, and asks a site only once unless told otherwise", async () => {
    simulator.setScenario({ name: "reader-slow" });
    expect(verdict(await read({ timeout: 1 }))).toBe("500/1234");
    simulator.setScenario(undefined);
    expect(verdict(await read())).toBe("200/ok");
    simulator.setScenario({ name: "reader-slow" });
    expect(verdict(await read({ timeout: 1 }))).toBe("200/ok");
    expect(verdict(await read({ timeout: 1, no_cache: true }))).toBe("500/1234");
  });

  it.each<[string, object, Partial<Call>, string]>([
    ["no address", { url: undefined }, {}, "400/1213"],
    ["no address at all", { url: "docs" }, {}, "400/1214"],
    ["a file", { url: "file:///etc/passwd" }, {}, "400/1214"],
    ["a page that does not exist", { url: "https://docs.glm-simulator.test/nothing" }, {}, "400/1214"],
    ["a site that does not exist", { url: "https://example.com/" }, {}, "400/1214"],
    ["a result file that does not exist", { url: "https://cdn.glm-simulator.test/cdn/none.png" }, {}, "400/1214"],
    ["timeout 0", { timeout: 0 }, {}, "400/1214"],
    ["timeout as text", { timeout: "20" }, {}, "400/1214"],
    ["unknown format", { return_format: "html" }, {}, "400/1214"],
    ["a switch as text", { no_gfm: "true" }, {}, "400/1214"],
    ["short user_id", { user_id: "abc" }, {}, "400/1214"],
    ["plan key", {}, { key: planKey }, "429/1113"],
    ["no key", {}, { key: null }, "401/1001"],
  ])("refuses %s", async (_name, body, more, expected) => {
    expect(verdict(await read(body, more))).toBe(expected);
  });
});
