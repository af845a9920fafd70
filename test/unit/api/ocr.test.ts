import { afterEach, describe, expect, it } from "vitest";
import { ocrLimits } from "../../../src/api/ocr.ts";
import { clientFor, failure } from "../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer } from "../../fakes/apiServer.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

async function recogniser(answer: unknown) {
  server = await startApiServer((_request, response) => sendJson(response, 200, answer));
  return { client: clientFor(server.endpoint()), running: server };
}

describe("recognition", () => {
  it("sends a data URI and drops the places of pictures", async () => {
    const { client, running } = await recogniser({
      md_results: "# Title\n\n![](page=0,bbox=[57, 199, 884, 444])\n\ntext ![](https://x/y.png)",
      data_info: { num_pages: 2 },
    });
    const bytes = new Uint8Array(70_000).map((_, index) => index % 251);
    const result = await client.recognise({ bytes, type: "pdf" });
    expect(result).toEqual({ markdown: "# Title\n\ntext ![](https://x/y.png)", pages: 2 });
    const sent = JSON.parse(running.received[0]?.body ?? "") as { model: string; file: string };
    expect(sent).toEqual({
      model: "glm-ocr",
      file: `data:application/pdf;base64,${Buffer.from(bytes).toString("base64")}`,
    });
  });

  it("falls back to the elements when there is no Markdown", async () => {
    const { client } = await recogniser({ layout_details: [[{ content: "a" }, { content: "b" }], [{ content: "c" }]] });
    expect(await client.recognise({ bytes: new Uint8Array(1), type: "png" })).toEqual({
      markdown: "a\n\nb\n\nc",
      pages: 2,
    });
  });

  it("refuses what is empty, too large or not offered before the network", async () => {
    const { client, running } = await recogniser({});
    const size = async (length: number, type: "png" | "pdf") =>
      (await failure(client.recognise({ bytes: new Uint8Array(length), type }))).code;
    expect(await size(0, "png")).toBe("bad-request");
    expect(await size(ocrLimits.image + 1, "png")).toBe("too-long");
    expect(await size(ocrLimits.pdf + 1, "pdf")).toBe("too-long");
    const plan = clientFor({ ...running.endpoint(), platform: "zai-coding" });
    expect((await failure(plan.recognise({ bytes: new Uint8Array(1), type: "png" }))).code).toBe("not-offered");
    expect(running.received).toHaveLength(0);
  });

  it("reports an answer that it does not understand", async () => {
    const { client } = await recogniser([]);
    expect((await failure(client.recognise({ bytes: new Uint8Array(1), type: "jpg" }))).code).toBe("invalid-response");
  });
});
