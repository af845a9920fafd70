import { createCanvas } from "@napi-rs/canvas";
import { PNG } from "pngjs";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { bigmodelPaygKey, planKey } from "./accounts.ts";
import { startSimulator, type Simulator } from "./server.ts";
import { call, chat, dig, json, verdict, type Answer, type Call } from "./test-client.ts";
import { illustrated } from "../fixtures/illustratedPage.ts";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ paceMs: 0 });
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

function page(lines: readonly [text: string, x: number, y: number, font?: string][], dark = false): Buffer {
  const canvas = createCanvas(700, 360);
  const context = canvas.getContext("2d");
  context.fillStyle = dark ? "#1e1e1e" : "white";
  context.fillRect(0, 0, 700, 360);
  context.fillStyle = dark ? "#ddd" : "black";
  for (const [text, x, y, font = '18px "DejaVu Sans"'] of lines) {
    context.font = font;
    context.fillText(text, x, y);
  }
  return canvas.toBuffer("image/png");
}

/** A PDF of `count` pages, each saying which it is, written by hand. */
function pdf(count: number): Buffer {
  const objects: string[] = ["<< /Type /Catalog /Pages 2 0 R >>", ""];
  const kids: string[] = [];
  objects.push("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  for (let number = 1; number <= count; number++) {
    const content = `BT /F1 28 Tf 60 700 Td (This is page number ${number}) Tj ET`;
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${objects.length} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
    );
    kids.push(`${objects.length} 0 R`);
  }
  objects[1] = `<< /Type /Pages /Kids [${kids.join(" ")}] /Count ${count} >>`;
  let text = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = text.length;
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(text, "latin1");
}

const download = async (url: unknown): Promise<PNG> =>
  PNG.sync.read((await call(simulator, { method: "GET", path: new URL(String(url)).pathname, key: null })).bytes);

const uri = (bytes: Buffer, type = "image/png"): string => `data:${type};base64,${bytes.toString("base64")}`;
const parse = (file: unknown, extra: object = {}, more: Partial<Call> = {}): Promise<Answer> =>
  call(simulator, { path: "/api/paas/v4/layout_parsing", body: { model: "glm-ocr", file, ...extra }, ...more });

describe("recognition", () => {
  it("reads heading, paragraph, table and code from pixels", async () => {
    const mono = '16px "DejaVu Sans Mono"';
    const answer = json(
      await parse(
        uri(
          page([
            ["Release notes", 20, 50, 'bold 34px "DejaVu Sans"'],
            ["The build failed at line 42 of app.ts", 20, 110],
            ["Name", 20, 170],
            ["Age", 260, 170],
            ["Alice", 20, 200],
            ["31", 260, 200],
            ["function sum(items) {", 20, 260, mono],
            ["  return items.length;", 20, 284, mono],
            ["}", 20, 308, mono],
          ]),
        ),
      ),
    );
    const markdown = String(dig(answer, "md_results"));
    expect(markdown).toContain("# Release notes");
    expect(markdown).toContain("The build failed at line 42 of app.ts");
    expect(markdown).toContain("<table><tr><td>Name</td><td>Age</td></tr><tr><td>Alice</td><td>31</td></tr></table>");
    expect(markdown).toMatch(/```\nfunction sum\(items\) \{\n {2}return items\.length;\n\}\n```/);
    expect(dig(answer, "data_info")).toEqual({ num_pages: 1, pages: [{ width: 700, height: 360 }] });
    const first = dig(answer, "layout_details", 0, 0);
    expect(first).toMatchObject({ index: 1, label: "text", width: 700, height: 360 });
    const box = dig(first, "bbox_2d") as number[];
    expect(box[0]).toBeGreaterThan(15);
    expect(box[2]).toBeGreaterThan(200);
    expect(box[3]).toBeLessThan(70);
    expect(dig(answer, "usage", "total_tokens")).toBeGreaterThan(100);
  }, 30_000);

  it("reads a dark screen, and bare base64", async () => {
    const answer = json(await parse(page([["TypeError: items is undefined", 20, 60]], true).toString("base64")));
    expect(dig(answer, "md_results")).toContain("TypeError: items is undefined");
  }, 30_000);

  it("reads the pages of a PDF that were asked for", async () => {
    const file = uri(pdf(3), "application/pdf");
    const all = json(await parse(file));
    expect(dig(all, "data_info", "num_pages")).toBe(3);
    expect(dig(all, "data_info", "pages", 0)).toEqual({ width: 1190, height: 1684 });
    expect(dig(all, "md_results")).toMatch(/page number 1[\s\S]*page number 2[\s\S]*page number 3/);
    const one = json(await parse(file, { start_page_id: 2, end_page_id: 2 }));
    expect(dig(one, "data_info")).toEqual({ num_pages: 1, pages: [{ width: 1190, height: 1684 }] });
    expect(dig(one, "layout_details")).toHaveLength(1);
    expect(dig(one, "md_results")).toMatch(/page number 2/);
    expect(dig(one, "md_results")).not.toMatch(/page number [13]/);
  }, 60_000);

  it("finds pictures between the text, and cuts them out when asked", async () => {
    const answer = json(await parse(uri(illustrated()), { return_crop_images: true, request_id: "my-own-id" }));
    expect(dig(answer, "request_id")).toBe("my-own-id");
    expect(dig(answer, "md_results")).toMatch(
      /^# Circles\n\n!\[\]\(page=0,bbox=\[160, 96, 480, 416\]\)\n\nFigure 1 shows what circles are\nThey have no corners$/,
    );
    expect(dig(answer, "layout_details", 0, 1)).toMatchObject({ label: "image", bbox_2d: [160, 96, 480, 416] });
    const crop = await download(dig(answer, "layout_details", 0, 1, "content"));
    expect([crop.width, crop.height]).toEqual([320, 320]);
    expect([...crop.data.subarray(0, 3)]).toEqual([0x20, 0x60, 0xc0]);
    const plain = json(await parse(uri(illustrated())));
    expect(dig(plain, "layout_details", 0, 1, "content")).toBe("");
    expect(dig(plain, "layout_visualization")).toBeUndefined();
  }, 30_000);

  it("draws a frame around every element on the page", async () => {
    const answer = json(await parse(uri(illustrated()), { need_layout_visualization: true }));
    const shown = await download(dig(answer, "layout_visualization", 0));
    expect([shown.width, shown.height]).toEqual([700, 500]);
    const pixel = (x: number, y: number): number[] => [
      ...shown.data.subarray((y * 700 + x) * 4, (y * 700 + x) * 4 + 3),
    ];
    expect(pixel(300, 96)).toEqual([255, 0, 0]);
    expect(pixel(320, 256)).toEqual([0xe0, 0xa0, 0x20]);
  }, 30_000);

  it("can count its boxes from 0 to 1", async () => {
    simulator.setScenario({ name: "normalised-boxes" });
    const answer = json(await parse(uri(illustrated())));
    expect(dig(answer, "layout_details", 0, 1, "bbox_2d")).toEqual([0.2286, 0.192, 0.6857, 0.832]);
    expect(dig(answer, "md_results")).toContain("bbox=[0.2286, 0.192, 0.6857, 0.832]");
    expect(dig(answer, "layout_details", 0, 1, "width")).toBe(700);
  }, 30_000);

  it("reads a picture that it made itself, and shows where the words are", async () => {
    const made = json(
      await call(simulator, {
        path: "/api/paas/v4/images/generations",
        body: { model: "cogview-4-250304", prompt: "Seven green bottles" },
      }),
    );
    const url = dig(made, "data", 0, "url");
    const answer = json(await parse(url, { need_layout_visualization: true }));
    expect(dig(answer, "md_results")).toContain("Seven green bottles");
    const shown = new URL(String(dig(answer, "layout_visualization", 0))).pathname;
    expect((await call(simulator, { method: "GET", path: shown, key: null })).bytes.subarray(1, 4).toString()).toBe(
      "PNG",
    );
  }, 30_000);

  it("lets a vision model say what a picture says", async () => {
    const content = [
      { type: "text", text: "What is this?" },
      { type: "image_url", image_url: { url: uri(page([["Module not found: left-pad", 20, 60]])) } },
    ];
    const answer = json(await chat(simulator, "", { model: "glm-5.3-flash", messages: [{ role: "user", content }] }));
    expect(dig(answer, "choices", 0, "message", "content")).toContain("> Module not found: left-pad");
    expect(dig(answer, "choices", 0, "message", "content")).toContain("PNG, 700 × 360");
  }, 30_000);
});

describe("refusals", () => {
  const header = Buffer.from("89504e470d0a1a0a", "hex");
  it.each<[string, () => Promise<Answer>, string]>([
    ["no file", () => parse(undefined), "400/1213"],
    ["text that calls itself a picture", () => parse(uri(Buffer.from("just some text, honestly"))), "400/1210"],
    ["a web address that cannot be fetched", () => parse("https://example.com/a.png"), "400/1210"],
    ["an image over 10 MB", () => parse(uri(Buffer.concat([header, Buffer.alloc(10 * 1024 * 1024)]))), "400/1214"],
    [
      "a PDF over 50 MB",
      () => parse(uri(Buffer.concat([pdf(1), Buffer.alloc(50 * 1024 * 1024)]), "application/pdf")),
      "400/1214",
    ],
    ["101 pages", () => parse(uri(pdf(101), "application/pdf")), "400/1214"],
    ["a damaged image", () => parse(uri(Buffer.concat([header, Buffer.alloc(64, 1)]))), "400/1210"],
    ["a damaged PDF", () => parse(uri(Buffer.from("%PDF-1.4 and then nothing"), "application/pdf")), "400/1210"],
    ["page 0", () => parse(uri(pdf(1), "application/pdf"), { start_page_id: 0 }), "400/1214"],
    [
      "a range that ends before it starts",
      () => parse(uri(pdf(2), "application/pdf"), { start_page_id: 2, end_page_id: 1 }),
      "400/1214",
    ],
    ["a page of a picture", () => parse(uri(page([])), { start_page_id: 1 }), "400/1214"],
    ["a page behind the last", () => parse(uri(pdf(2), "application/pdf"), { start_page_id: 3 }), "400/1214"],
    ["our path on another host", () => parse("https://example.com/cdn/a.png"), "400/1210"],
    ["WebP", () => parse(uri(createCanvas(9, 9).toBuffer("image/webp"), "image/webp")), "400/1210"],
    ["crops as a word", () => parse(uri(page([])), { return_crop_images: "yes" }), "400/1214"],
    ["a short user id", () => parse(uri(page([])), { user_id: "12345" }), "400/1214"],
    [
      "a short request id on BigModel",
      () => parse(uri(page([])), { request_id: "12345" }, { host: "open.bigmodel.cn", key: bigmodelPaygKey }),
      "400/1214",
    ],
    [
      "the coding base",
      () => call(simulator, { path: "/api/coding/paas/v4/layout_parsing", key: planKey, body: { model: "glm-ocr" } }),
      "404/ok",
    ],
    ["another model", () => parse("AAAAAAAAAAAA", { model: "glm-5.3" }), "400/1211"],
    ["a key without balance", () => parse("AAAAAAAAAAAA", {}, { key: planKey }), "429/1113"],
  ])(
    "%s",
    async (_name, ask, expected) => {
      expect(verdict(await ask())).toBe(expected);
    },
    30_000,
  );
});
