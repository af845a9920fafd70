import { PDFDocument } from "@napi-rs/canvas";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pictureKind } from "../../../../src/api/http/download.ts";
import { ocrLimits, type OcrOptions, type OcrRequest } from "../../../../src/api/media/ocr.ts";
import { clientFor, failure } from "../../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import { outcomeOn } from "../../../fakes/offeredOn.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { startSimulator, type Simulator } from "../../../zai-server/server.ts";
import { illustrated } from "../../../fixtures/illustratedPage.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const jpg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 4, 5]);
const file: OcrRequest = { bytes: png, type: "png" };
const pdf = new Uint8Array(8);

/** A service that gives this answer, and pictures below /png and /jpg. `ORIGIN` in the answer is its own address. */
async function recogniser(answer: unknown, override: Partial<Record<string, Handler>> = {}) {
  const running = await startApiServer((request, response, turn) => {
    const handler = override[request.path];
    if (handler) return handler(request, response, turn);
    if (request.path.startsWith("/png")) return void response.end(png);
    if (request.path.startsWith("/jpg")) return void response.end(jpg);
    const own: unknown = JSON.parse(JSON.stringify(answer).replaceAll("ORIGIN", running.origin));
    sendJson(response, 200, own);
  });
  server = running;
  return { client: clientFor(running.endpoint()), running };
}

const sentBody = (running: ApiServer) => JSON.parse(running.received[0]?.body ?? "") as unknown;

describe("recognition", () => {
  it("sends a data URI and drops the places of pictures", async () => {
    const { client, running } = await recogniser({
      md_results: "# Title\n\n![](page=0,bbox=[57, 199, 884, 444])\n\ntext ![](https://x/y.png)",
      data_info: { num_pages: 2 },
    });
    const bytes = new Uint8Array(70_000).map((_, index) => index % 251);
    expect(await client.recognise({ bytes, type: "pdf" })).toEqual({
      markdown: "# Title\n\ntext ![](https://x/y.png)",
      pages: 2,
      layout: [],
      crops: [],
      visualizations: [],
      usage: undefined,
    });
    expect(running.received[0]).toMatchObject({ method: "POST", path: "/api/paas/v4/layout_parsing" });
    expect(sentBody(running)).toEqual({
      model: "glm-ocr",
      file: `data:application/pdf;base64,${Buffer.from(bytes).toString("base64")}`,
    });
  });

  it("sends an address and every option", async () => {
    const { client, running } = await recogniser({ md_results: "a", layout_visualization: null });
    const options = { model: "glm-ocr-2", startPage: 3, endPage: 102, requestId: "request-1", userId: "user-1" };
    await client.recognise({
      url: "https://example.com/a.pdf",
      cropImages: true,
      layoutVisualization: true,
      ...options,
    });
    expect(sentBody(running)).toEqual({
      model: "glm-ocr-2",
      file: "https://example.com/a.pdf",
      start_page_id: 3,
      end_page_id: 102,
      return_crop_images: true,
      need_layout_visualization: true,
      request_id: "request-1",
      user_id: "user-1",
    });
  });

  it.each<[string, OcrRequest, string]>([
    ["an empty file", { bytes: new Uint8Array(), type: "png" }, "file"],
    ["a large picture", { bytes: new Uint8Array(ocrLimits.image + 1), type: "jpg" }, "file"],
    ["a large PDF", { bytes: new Uint8Array(ocrLimits.pdf + 1), type: "pdf" }, "file"],
    ["an address in the clear", { url: "http://example.com/a.png" }, "file"],
    ["a path", { url: "/etc/passwd" }, "file"],
    ["an address of the company's network", { url: "https://wiki.corp/a.png" }, "file"],
    ["a page of a picture", { ...file, startPage: 1 }, "start_page_id"],
    ["a last page of a picture", { ...file, endPage: 1 }, "end_page_id"],
    ["page zero", { bytes: pdf, type: "pdf", startPage: 0 }, "start_page_id"],
    ["half a page", { bytes: pdf, type: "pdf", startPage: 1.5 }, "start_page_id"],
    ["pages backwards", { url: "https://example.com/a.pdf", startPage: 3, endPage: 2 }, "end_page_id"],
    ["101 pages", { url: "https://example.com/a.pdf", startPage: 2, endPage: 102 }, "end_page_id"],
    ["a short user id", { ...file, userId: "short" }, "user_id"],
    ["a short request id", { ...file, requestId: "short" }, "request_id"],
  ])("refuses %s before the network", async (_name, request, field) => {
    const { client, running } = await recogniser({ md_results: "" });
    expect(await failure(client.recognise(request))).toMatchObject({ code: "bad-request", details: { field } });
    expect(running.received).toHaveLength(0);
  });

  it("is not offered on a plan", async () => {
    const refused = { code: "not-offered", offeredOn: ["zai", "bigmodel"] };
    expect(await outcomeOn("zai-coding", (client) => client.recognise(file))).toEqual(refused);
    expect(await outcomeOn("bigmodel", (client) => client.recognise(file))).toBe("sent");
  });

  it.each([[[]], ["text"], [{}], [{ md_results: null, layout_details: null }], [{ md_results: 5 }]])(
    "needs more than %j",
    async (answer) => {
      const { client } = await recogniser(answer);
      expect((await failure(client.recognise(file))).code).toBe("invalid-response");
    },
  );

  it("can be cancelled", async () => {
    const stop = new AbortController();
    const { client } = await recogniser({}, { "/api/paas/v4/layout_parsing": () => stop.abort() });
    expect((await failure(client.recognise(file, { signal: stop.signal }))).code).toBe("cancelled");
  });
});

describe("the layout", () => {
  const heading = { index: 1, label: "text", content: "# Title" };

  it("has boxes in pixels", async () => {
    const { client } = await recogniser({
      md_results: "# Title",
      layout_details: [[{ ...heading, bbox_2d: [57, 58, 884, 120], height: 1684, width: 1190 }]],
      data_info: { num_pages: 1, pages: [{ width: 1190, height: 1684 }] },
      usage: { prompt_tokens: 4561, completion_tokens: 812, total_tokens: 5373 },
    });
    const result = await client.recognise(file);
    expect(result.layout).toEqual([
      {
        page: 1,
        width: 1190,
        height: 1684,
        elements: [{ label: "text", content: "# Title", box: [57, 58, 884, 120] }],
      },
    ]);
    expect(result.usage).toMatchObject({ promptTokens: 4561, completionTokens: 812 });
  });

  it.each<[string, object]>([
    ["the document", { data_info: { num_pages: "1", pages: [{ width: 600, height: "800" }] } }],
    ["the elements", {}],
    ["the elements when the document has nulls", { data_info: { num_pages: null, pages: null } }],
  ])("has relative boxes scaled by the size out of %s", async (source, more) => {
    const size = source === "the document" ? {} : { width: 600, height: 800 };
    const { client } = await recogniser({
      layout_details: [[{ ...heading, bbox_2d: [0.1, "0.1", 0.5, 0.3], ...size }]],
      ...more,
    });
    const { layout, pages, markdown } = await client.recognise(file);
    expect(layout[0]?.elements[0]?.box).toEqual([60, 80, 300, 240]);
    expect([layout[0]?.width, layout[0]?.height, pages, markdown]).toEqual([600, 800, 1, "# Title"]);
  });

  it("counts pages as the file does, and stands in for Markdown that is missing", async () => {
    const { client } = await recogniser({
      md_results: null,
      layout_details: [[{ content: "a" }, { content: "b", label: null }], null, [{ content: "c" }]],
    });
    const { layout, markdown, pages } = await client.recognise({ bytes: pdf, type: "pdf", startPage: 5 });
    expect(layout.map(({ page, elements }) => [page, elements.length])).toEqual([
      [5, 2],
      [6, 0],
      [7, 1],
    ]);
    expect(layout[0]?.elements[1]).toEqual({ label: "text", content: "b", box: undefined });
    expect([markdown, pages]).toEqual(["a\n\nb\n\nc", 3]);
  });

  it.each<[string, unknown, number]>([
    ["a flat list", [heading, heading], 2],
    ["noise between the elements", [[heading, "noise", null, 5]], 1],
    [
      "boxes that are none",
      [
        [
          { ...heading, bbox_2d: [1, 2, 3] },
          { ...heading, bbox_2d: "1,2,3,4" },
        ],
      ],
      2,
    ],
    ["a relative box on a page of unknown size", [[{ ...heading, bbox_2d: [0, 0, 0.5, 1] }]], 1],
  ])("may come with %s", async (_name, layout_details, elements) => {
    const { client } = await recogniser({ md_results: "a", layout_details });
    const { layout } = await client.recognise(file);
    expect(layout[0]?.elements.map(({ content, box }) => [content, box])).toEqual(
      Array.from({ length: elements }, () => ["# Title", undefined]),
    );
  });
});

const crops: OcrRequest & OcrOptions = { ...file, cropImages: true };
const image = (path: string, box: readonly number[]) => ({ label: "image", content: `ORIGIN${path}`, bbox_2d: box });

describe("pictures of a page", () => {
  it("are fetched without the key and named where they stood", async () => {
    const { client, running } = await recogniser({
      md_results:
        "One\n\n![](page=0,bbox=[10, 20, 30, 40])\n\nTwo ![](page=1,bbox=[1, 2, 3, 4]) and ![](page=1,bbox=[5,6,7,8])",
      layout_details: [
        [{ content: "One" }, image("/png/a", [10, 20, 30, 40])],
        [image("/jpg/c", [5, 6, 7, 8]), image("/png/b", [1, 2, 3, 4])],
      ],
    });
    const result = await client.recognise(crops);
    expect(result.markdown).toBe(
      "One\n\n![](page-1-image-1.png)\n\nTwo ![](page-2-image-2.png) and ![](page-2-image-1.jpg)",
    );
    expect(result.crops.map(({ bytes, ...rest }) => ({ ...rest, size: bytes.length }))).toEqual([
      { name: "page-1-image-1.png", page: 1, box: [10, 20, 30, 40], type: "png", size: png.length },
      { name: "page-2-image-1.jpg", page: 2, box: [5, 6, 7, 8], type: "jpg", size: jpg.length },
      { name: "page-2-image-2.png", page: 2, box: [1, 2, 3, 4], type: "png", size: png.length },
    ]);
    const fetched = running.received.slice(1);
    expect(fetched.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined, undefined]);
  });

  it.each<[string, string, readonly number[]]>([
    ["rounded pixels", "![](page=0,bbox=[60, 80, 300, 240])", [60.4, 80.2, 299.7, 240]],
    ["pixels of a relative box", "![](page=0,bbox=[60, 80, 300, 240])", [0.1, 0.1, 0.5, 0.3]],
    ["a relative box", "![](page=0,bbox=[0.1, 0.1, 0.5, 0.3])", [0.1, 0.1, 0.5, 0.3]],
    ["another way to count pages", "![](page=7,bbox=[9, 9, 9, 9])", [0.1, 0.1, 0.5, 0.3]],
    ["its address", "![figure](ORIGIN/png/a)", [1, 2, 3, 4]],
  ])("are found by %s", async (_name, markdown, box) => {
    const { client } = await recogniser({
      md_results: `One\n\n${markdown}`,
      layout_details: [[{ ...image("/png/a", box), width: 600, height: 800 }]],
    });
    expect((await client.recognise(crops)).markdown).toMatch(/^One\n\n!\[\w*\]\(page-1-image-1\.png\)$/);
  });

  it("may be written as Markdown", async () => {
    const { client } = await recogniser({
      md_results: "![](page=0,bbox=[1, 2, 3, 4])",
      layout_details: [[{ label: "image", content: "![](ORIGIN/png/a)", bbox_2d: [1, 2, 3, 4] }]],
    });
    expect((await client.recognise(crops)).crops).toHaveLength(1);
  });

  it.each<[string, Handler]>([
    ["are gone", (_request, response) => void response.writeHead(404).end()],
    ["lead elsewhere", (_request, response) => void response.writeHead(302, { Location: "/png/b" }).end()],
    ["are pages", (_request, response) => void response.end("<html></html>")],
  ])("that %s are left out, and the text is kept", async (_name, handler) => {
    const { client, running } = await recogniser(
      {
        md_results: "One\n\n![](page=0,bbox=[1, 2, 3, 4])\n\nTwo ![](page=0,bbox=[5, 6, 7, 8])",
        layout_details: [[image("/png/a", [1, 2, 3, 4]), image("/png/b", [5, 6, 7, 8])]],
      },
      { "/png/a": handler },
    );
    const result = await client.recognise(crops);
    expect(result.markdown).toBe("One\n\nTwo ![](page-1-image-2.png)");
    expect(result.crops.map(({ name }) => name)).toEqual(["page-1-image-2.png"]);
    expect(running.received).toHaveLength(3);
  });

  it("are fetched from addresses of the layout only, and only when asked for", async () => {
    const answer = {
      md_results: "![](ORIGIN/png/text) ![](page=0,bbox=[1, 2, 3, 4])",
      layout_details: [
        [
          { label: "text", content: "ORIGIN/png/text" },
          { label: "image", content: "http://169.254.169.254/latest/meta-data", bbox_2d: [1, 2, 3, 4] },
        ],
      ],
    };
    const { client, running } = await recogniser(answer);
    expect((await client.recognise(crops)).crops).toEqual([]);
    expect((await client.recognise(file)).crops).toEqual([]);
    expect(running.received.map(({ path }) => path)).toEqual(Array(2).fill("/api/paas/v4/layout_parsing"));
  });

  it("can be cancelled while they are fetched", async () => {
    const stop = new AbortController();
    const { client } = await recogniser(
      { md_results: "a", layout_details: [[image("/png/a", [1, 2, 3, 4])]] },
      { "/png/a": () => stop.abort() },
    );
    expect((await failure(client.recognise(crops, { signal: stop.signal }))).code).toBe("cancelled");
  });

  it("do not keep the text waiting for ever", async () => {
    const { running } = await recogniser(
      { md_results: "a", layout_details: [Array.from({ length: 9 }, () => image("/png/a", [1, 2, 3, 4]))] },
      { "/png/a": () => {} },
    );
    const client = clientFor(running.endpoint(), { deadlines: { largeDownload: 60 } });
    const { markdown, crops: found } = await client.recognise(crops);
    expect([markdown, found]).toEqual(["a", []]);
    // The first four were begun together; the rest was not begun.
    expect(running.received.filter(({ path }) => path === "/png/a")).toHaveLength(4);
  });
});

describe("pictures of the layout", () => {
  it("are fetched page by page", async () => {
    const { client } = await recogniser(
      {
        md_results: "a",
        layout_visualization: ["ORIGIN/jpg/1", "ORIGIN/gone", "ORIGIN/png/3", null, "http://example.com/4.png"],
      },
      { "/gone": (_request, response) => void response.writeHead(404).end() },
    );
    const request = { bytes: pdf, type: "pdf", startPage: 2, layoutVisualization: true } as const;
    const { visualizations } = await client.recognise(request);
    expect(visualizations.map(({ page, type }) => [page, type])).toEqual([
      [2, "jpg"],
      [4, "png"],
    ]);
  });
});

function threePages(): Buffer {
  const document = new PDFDocument();
  for (const number of [1, 2, 3]) {
    const context = document.beginPage(595, 842);
    context.font = '28px "DejaVu Sans"';
    context.fillText(`This is page number ${number}`, 60, 140);
    document.endPage();
  }
  return document.close();
}

describe("recognition by the simulator", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ paceMs: 0 });
  });
  beforeEach(() => simulator.reset());
  afterAll(() => simulator.close());

  it.each([
    ["zai", "ok"],
    ["bigmodel", "normalised-boxes"],
  ] as const)(
    "reads an illustrated page on %s (%s)",
    async (platform, name) => {
      simulator.setScenario({ name });
      const client = simulatorClient(simulator, platform);
      const options = { cropImages: true, layoutVisualization: true, requestId: "request-1", userId: "user-1" };
      const result = await client.recognise({ bytes: illustrated(), type: "png", ...options });
      expect(result).toMatchObject({ pages: 1, markdown: expect.stringContaining("Circles") });
      expect(result.markdown).toContain("![](page-1-image-1.png)");
      const [page] = result.layout;
      expect([page?.page, page?.width, page?.height]).toEqual([1, 700, 500]);
      const found = page?.elements.find(({ label }) => label === "image");
      expect(found?.box?.map(Math.round)).toEqual([160, 96, 480, 416]);
      expect(result.crops.map(({ page: at, type, box }) => [at, type, box])).toEqual([[1, "png", found?.box]]);
      expect(result.visualizations.map(({ page: at, type }) => [at, type])).toEqual([[1, "png"]]);
      expect(result.usage?.promptTokens).toBeGreaterThan(0);
    },
    60_000,
  );

  it("reads a picture by its address", async () => {
    const client = simulatorClient(simulator, "zai");
    const { url } = await client.images.create({ model: "cogview-4-250304", prompt: "Words to read" });
    const { markdown } = await client.recognise({ url });
    expect(markdown).toContain("read");
    expect((await client.download(url, pictureKind)).type).toBe("png");
  }, 60_000);

  it("reads some pages of a PDF", async () => {
    const client = simulatorClient(simulator, "zai");
    const request = { bytes: threePages(), type: "pdf", startPage: 2, endPage: 3 } as const;
    const { markdown, pages, layout } = await client.recognise(request);
    expect([pages, layout.map(({ page }) => page)]).toEqual([2, [2, 3]]);
    expect(markdown).toContain("number 2");
    expect(markdown).not.toContain("number 1");
  }, 60_000);
});
