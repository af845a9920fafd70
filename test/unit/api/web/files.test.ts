import { afterEach, describe, expect, it } from "vitest";
import { fileRules, type UploadedFile, type UploadRequest } from "../../../../src/api/web/files.ts";
import { clientFor, failure } from "../../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { simulatorForFile } from "../../../fakes/simulatorForFile.ts";

const simulator = await simulatorForFile();

let server: ApiServer | undefined;
afterEach(() => server?.close());

const bytes = Buffer.from("a line\r\n--boundary\r\nand \0 another");
const file: UploadRequest = { name: "glossary.txt", bytes, purpose: "agent" };

async function serve(handler: Handler) {
  const running = await startApiServer(handler);
  server = running;
  // Its host is none of BigModel's, but a custom server is taken at its word.
  return { client: clientFor(running.endpoint()), running };
}
const answering = (answer: unknown) => serve((_request, response) => sendJson(response, 200, answer));

const platforms = ["zai", "bigmodel"] as const;
const everyKind = platforms.flatMap((platform) =>
  fileRules[platform].flatMap(({ purpose, types }) =>
    (types ?? ["py"]).map((type) => [platform, purpose, type] as const),
  ),
);

describe("uploading a file", () => {
  it.each(everyKind)("is possible on %s for %s: .%s", async (platform, purpose, type) => {
    const client = simulatorClient(simulator, platform);
    const uploaded = await client.files.upload({ name: `名字.${type.toUpperCase()}`, bytes, purpose });
    expect(uploaded).toEqual({
      id: expect.any(String),
      name: `名字.${type.toUpperCase()}`,
      bytes: bytes.length,
      purpose,
      createdAt: expect.any(Number),
    });
    expect(Math.abs((uploaded.createdAt ?? 0) - Date.now())).toBeLessThan(3_600_000);
  });

  it.each<["zai" | "bigmodel", Partial<UploadRequest>, string]>([
    ["zai", { name: "notes.docx" }, "file"],
    ["zai", { name: "no-ending" }, "file"],
    ["zai", { name: "" }, "filename"],
    ["zai", { name: `${"n".repeat(252)}.txt` }, "filename"],
    ["zai", { bytes: new Uint8Array() }, "file"],
    ["bigmodel", { purpose: "batch" }, "file"],
    ["bigmodel", { purpose: "voice-clone-input", name: "voice.ogg" }, "file"],
    ["bigmodel", { purpose: "voice-clone-input", name: "v.mp3", bytes: new Uint8Array(10 * 2 ** 20 + 1) }, "file"],
    ["bigmodel", { bytes: new Uint8Array(20 * 2 ** 20 + 1) }, "file"],
    ["bigmodel", { name: "a.PNG", bytes: new Uint8Array(5 * 2 ** 20 + 1) }, "file"],
    ["bigmodel", { purpose: "code-interpreter", bytes: new Uint8Array(20 * 2 ** 20 + 1) }, "file"],
  ])("on %s is refused before the network: %#", async (platform, change, field) => {
    const upload = simulatorClient(simulator, platform).files.upload({ ...file, ...change });
    expect(await failure(upload)).toMatchObject({ code: "bad-request", details: { field, rule: expect.any(String) } });
    expect(simulator.requests).toHaveLength(0);
  });

  it("of a picture may be larger where it is no picture for an agent", async () => {
    const picture = { name: "a.png", bytes: new Uint8Array(5 * 2 ** 20 + 1) };
    await simulatorClient(simulator, "zai").files.upload({ ...picture, purpose: "agent" });
    await simulatorClient(simulator, "bigmodel").files.upload({ ...picture, purpose: "code-interpreter" });
    expect(simulator.requests).toHaveLength(2);
  });

  it("for BigModel's other purposes is told of BigModel", async () => {
    const upload = simulatorClient(simulator, "zai").files.upload({ ...file, name: "a.jsonl", purpose: "batch" });
    expect(await failure(upload)).toMatchObject({ code: "not-offered", details: { offeredOn: ["bigmodel"] } });
  });

  it("sends the same form again after a passing refusal", async () => {
    const { client, running } = await serve((_request, response, turn) =>
      turn === 0
        ? sendJson(response, 429, { error: { code: "1305", message: "busy" } })
        : sendJson(response, 200, { id: "agent-1" }),
    );
    await client.files.upload(file);
    const [first, second] = running.received;
    expect(first?.body).toBe(second?.body);
    expect(first?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
    expect(first?.body).toContain(bytes.toString());
  });

  it("fills in what the answer leaves out", async () => {
    const { client } = await answering({ id: "agent-1", filename: null, bytes: "x", created_at: null });
    expect(await client.files.upload(file)).toEqual({
      id: "agent-1",
      name: "glossary.txt",
      bytes: bytes.length,
      purpose: "agent",
      createdAt: undefined,
    });
  });

  it.each([{}, { id: "" }, { id: "../agents" }, { id: 7 }, []])("refuses the answer %j", async (answer) => {
    const { client } = await answering(answer);
    expect((await failure(client.files.upload(file))).code).toBe("invalid-response");
  });

  it("can be cancelled", async () => {
    const stop = new AbortController();
    const { client } = await serve(() => stop.abort());
    expect((await failure(client.files.upload(file, { signal: stop.signal }))).code).toBe("cancelled");
  });
});

async function collect(files: AsyncIterable<UploadedFile>): Promise<UploadedFile[]> {
  const all: UploadedFile[] = [];
  for await (const each of files) all.push(each);
  return all;
}

describe("uploaded files", () => {
  it("are listed page by page, read and deleted", async () => {
    const { files } = simulatorClient(simulator, "bigmodel");
    const ids: string[] = [];
    for (const name of ["a.txt", "b.txt", "c.txt"]) ids.unshift((await files.upload({ ...file, name })).id);
    const first = await files.list({ purpose: "agent", limit: 2 });
    expect([first.files.map(({ id }) => id), first.hasMore]).toEqual([ids.slice(0, 2), true]);
    const last = await files.list({ purpose: "agent", limit: 2, after: ids[1] });
    expect([last.files.map(({ id }) => id), last.hasMore]).toEqual([ids.slice(2), false]);
    expect((await collect(files.all({ purpose: "agent", limit: 2 }))).map(({ id }) => id)).toEqual(ids);
    expect(await collect(files.all({ purpose: "batch" }))).toEqual([]);
    const [id = ""] = ids;
    expect(Buffer.from(await files.content(id))).toEqual(bytes);
    await files.delete(id);
    expect((await files.list({ purpose: "agent" })).files.map((each) => each.id)).toEqual(ids.slice(1));
    expect((await failure(files.content(id))).code).toBe("bad-request");
    expect((await failure(files.delete(id))).code).toBe("bad-request");
  });

  it("stop being asked for when the reader leaves", async () => {
    const { client, running } = await answering({ data: [{ id: "f-1" }, { id: "f-2" }], has_more: true });
    for await (const { id } of client.files.all({ purpose: "batch" })) {
      expect(id).toBe("f-1");
      break;
    }
    expect(running.received).toHaveLength(1);
  });

  it("end when the service repeats a page for ever", async () => {
    const { client, running } = await answering({ data: [{ id: "f-1" }, { id: "f-2" }], has_more: true });
    expect((await collect(client.files.all({ purpose: "batch" }))).map(({ id }) => id)).toEqual(["f-1", "f-2"]);
    expect(running.received.map(({ path }) => path)).toEqual([
      "/api/paas/v4/files?purpose=batch&order=created_at",
      "/api/paas/v4/files?purpose=batch&after=f-2&order=created_at",
    ]);
  });

  it("keep what came before a page that fails", async () => {
    const { client } = await serve((_request, response, turn) =>
      turn === 0
        ? sendJson(response, 200, { data: [{ id: "f-1" }], has_more: true })
        : sendJson(response, 401, { error: { code: "1002", message: "no" } }),
    );
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { id } of client.files.all({ purpose: "agent" })) seen.push(id);
    })();
    expect((await failure(reading)).code).toBe("key-rejected");
    expect(seen).toEqual(["f-1"]);
  });

  it.each([
    [{ data: null }, 0],
    [{ data: [null, { id: 7 }, { id: "f-1", bytes: "12", created_at: "1795255530" }], has_more: "yes" }, 1],
  ])("are tolerated as %j", async (answer, count) => {
    const { client } = await answering(answer);
    const page = await client.files.list({ purpose: "agent" });
    expect([page.files.length, page.hasMore]).toEqual([count, false]);
    if (count === 1) expect(page.files[0]).toMatchObject({ bytes: 12, createdAt: 1_795_255_530_000, name: "" });
  });

  it("are no list without data", async () => {
    const { client } = await answering({ object: "list" });
    expect((await failure(client.files.list({ purpose: "agent" }))).code).toBe("invalid-response");
  });

  it("may not have been deleted, which the service says", async () => {
    const { client } = await answering({ id: "f-1", deleted: false });
    expect((await failure(client.files.delete("f-1"))).code).toBe("result-gone");
    await server?.close();
    const other = await answering({ id: "f-1", object: "file" });
    await other.client.files.delete("f-1");
    expect(other.running.received[0]).toMatchObject({ method: "DELETE", path: "/api/paas/v4/files/f-1" });
  });

  it("are read up to a limit, and not when the answer is an error", async () => {
    const large = await serve((_request, response) => void response.end(Buffer.alloc(1000)));
    expect((await large.client.files.content("f-1", { limit: 1000 })).byteLength).toBe(1000);
    expect((await failure(large.client.files.content("f-1", { limit: 999 }))).code).toBe("invalid-response");
    await server?.close();
    const broken = await answering({ code: 1220, message: "no permission" });
    expect((await failure(broken.client.files.content("f-1"))).code).toBe("account-blocked");
  });

  it.each(["../secrets", "a/b", "", ".", "..", "a?b", "a".repeat(201)])(
    "have no id like %j, which would lead elsewhere",
    async (id) => {
      const { client, running } = await answering({});
      const { files } = client;
      const calls = [files.delete(id), files.content(id), files.list({ purpose: "agent", after: id })];
      for (const call of calls) expect((await failure(call)).code).toBe("bad-request");
      expect(running.received).toHaveLength(0);
    },
  );

  it("are listed by rules that are checked before the network", async () => {
    const { client, running } = await answering({});
    for (const limit of [0, 101, 1.5]) {
      expect(await failure(client.files.list({ purpose: "agent", limit }))).toMatchObject({
        code: "bad-request",
        details: { field: "limit" },
      });
    }
    const voices = client.files.list({ purpose: "voice-clone-input" as "agent" });
    expect(await failure(voices)).toMatchObject({ code: "bad-request", details: { field: "purpose" } });
    expect(running.received).toHaveLength(0);
  });

  it("are BigModel's own, uploads also z.ai's, and plans have neither", async () => {
    const { files } = simulatorClient(simulator, "zai");
    for (const call of [files.list({ purpose: "agent" }), files.delete("f-1"), files.content("f-1")]) {
      expect(await failure(call)).toMatchObject({ code: "not-offered", details: { offeredOn: ["bigmodel"] } });
    }
    const upload = simulatorClient(simulator, "bigmodel-coding").files.upload(file);
    expect(await failure(upload)).toMatchObject({ code: "not-offered", details: { offeredOn: ["zai", "bigmodel"] } });
    expect(simulator.requests).toHaveLength(0);
  });
});
