import { once } from "node:events";
import { afterEach, describe, expect, it } from "vitest";
import {
  audioKind,
  documentKind,
  download,
  pictureKind,
  videoKind,
  type FileKind,
} from "../../../../src/api/http/download.ts";
import { createContext } from "../../../../src/api/client.ts";
import { fileType, type FileType } from "../../../../src/api/http/fileType.ts";
import { officialEndpoint, type Endpoint } from "../../../../src/api/platforms.ts";
import { hostTransport, type Transport } from "../../../../src/api/transport.ts";
import { clientFor, failure, key, sleeplessClock } from "../../../fakes/apiClient.ts";
import { startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
const megabyte = Buffer.alloc(1024 * 1024);

async function serving(handler: Handler) {
  const running = await startApiServer(handler);
  server = running;
  return { running, client: clientFor(running.endpoint()), url: `${running.origin}/result` };
}

const text = (value: string) => Buffer.from(value, "latin1");
const samples: readonly [FileType | undefined, string, Buffer][] = [
  ["png", "PNG", png],
  ["jpg", "JPEG", Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])],
  ["webp", "WebP", text("RIFF\x10\0\0\0WEBPVP8 ")],
  ["wav", "WAV", text("RIFF\x10\0\0\0WAVEfmt ")],
  ["mp4", "MP4", text("\0\0\0\x20ftypisom")],
  ["mov", "QuickTime", text("\0\0\0\x14ftypqt  ")],
  ["webm", "WebM", Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 1])],
  ["pdf", "PDF", text("%PDF-1.7\n")],
  ["pptx", "PowerPoint", text("PK\x03\x04...PK\x01\x02...ppt/presentation.xml...PK\x05\x06")],
  ["mp3", "MP3 with tags", text("ID3\x04\0")],
  ["mp3", "MP3", Buffer.from([0xff, 0xfb, 0x90, 0x00])],
  [undefined, "another ZIP", text("PK\x03\x04...word/document.xml")],
  [undefined, "AAC", Buffer.from([0xff, 0xf1, 0x50, 0x80])],
  [undefined, "SVG", text("<svg xmlns='http://www.w3.org/2000/svg'/>")],
  [undefined, "HTML", text("<!doctype html><html></html>")],
  [undefined, "GIF", text("GIF89a")],
  [undefined, "nothing", Buffer.alloc(0)],
];

describe("the type of a file", () => {
  it.each(samples)("is %s for %s", (type, _name, bytes) => {
    expect(fileType(bytes)).toBe(type);
    // Bytes that are part of a larger buffer are read from their own beginning.
    expect(fileType(Buffer.concat([text("xyz"), bytes]).subarray(3))).toBe(type);
  });
});

const nowhere: Transport = () => expect.unreachable("nothing must be asked");
const pictures: Transport = async () => new Response(new Uint8Array(png));

describe("a download", () => {
  it("goes without the key, whatever the service said about the type", async () => {
    const { client, running, url } = await serving(
      (_request, response) => void response.writeHead(200, { "Content-Type": "text/html" }).end(png),
    );
    const { bytes, type } = await client.download(url, pictureKind);
    expect([Buffer.from(bytes), type]).toEqual([png, "png"]);
    const headers = running.received[0]?.headers;
    expect(headers?.authorization).toBeUndefined();
    expect(JSON.stringify(headers)).not.toContain(key);
    expect(headers?.["user-agent"]).toBe("glm-sidekick/test");
  });

  const kinds: readonly FileKind<FileType>[] = [pictureKind, videoKind, audioKind, documentKind];
  it.each(kinds.map((kind) => [kind.types.join(", "), kind] as const))(
    "of %s takes nothing else",
    async (_types, kind) => {
      let body: Buffer = png;
      const { client, url } = await serving((_request, response) => void response.end(body));
      for (const [type, name, bytes] of samples) {
        body = bytes;
        const wanted = kind.types.find((each) => each === type);
        const outcome = await client.download(url, kind).then(
          (file) => file.type,
          (error: unknown) => (error as { code: string }).code,
        );
        expect([name, outcome]).toEqual([name, wanted ?? "invalid-response"]);
      }
    },
  );

  it.each([
    "http://example.com/a.png",
    "http://192.168.1.1/a.png",
    "file:///etc/passwd",
    "ftp://127.0.0.1/a.png",
    "data:image/png;base64,AAAA",
    "nonsense",
    "",
  ])("never goes to %j", async (address) => {
    const { client, running } = await serving((_request, response) => void response.end(png));
    expect((await failure(client.download(address, pictureKind))).code).toBe("invalid-response");
    expect(running.received).toHaveLength(0);
  });

  it("goes to this machine only when the service is there as well", async () => {
    const asked: string[] = [];
    const transport: Transport = async (url) => {
      asked.push(url);
      return new Response(new Uint8Array(png));
    };
    const far: Endpoint = officialEndpoint("zai");
    const outcome = async (endpoint: Endpoint, url: string) => {
      const client = clientFor(endpoint, { transport });
      return client.download(url, pictureKind).then(
        () => "fetched",
        () => "refused",
      );
    };
    expect(await outcome(far, "http://127.0.0.1:8080/a.png")).toBe("refused");
    expect(await outcome(far, "https://cdn.example/a.png")).toBe("fetched");
    expect(await outcome({ ...far, baseUrl: "http://127.0.0.1:1/api/paas/v4" }, "http://127.0.0.1:2/a.png")).toBe(
      "fetched",
    );
    expect(asked).toEqual(["https://cdn.example/a.png", "http://127.0.0.1:2/a.png"]);
  });

  it.each<[string, Handler, string]>([
    ["redirects", (_request, response) => void response.writeHead(302, { Location: "/elsewhere" }).end(), "redirected"],
    [
      "announces too much",
      (_request, response) => void response.writeHead(200, { "Content-Length": 26e7 }).write("x"),
      "invalid-response",
    ],
    ["is gone", (_request, response) => void response.writeHead(404).end(), "result-gone"],
    ["is forbidden", (_request, response) => void response.writeHead(403).end("<Error/>"), "result-gone"],
    ["is not understood", (_request, response) => void response.writeHead(400).end("<Error/>"), "result-failed"],
  ])("that %s gives an error", async (_name, handler, code) => {
    const { client, running, url } = await serving(handler);
    expect((await failure(client.download(url, pictureKind))).code).toBe(code);
    expect(running.received).toHaveLength(1);
  });

  it("is cut off where the limit is, without announcement", async () => {
    let sent = 0;
    const { client, running, url } = await serving(async (_request, response) => {
      response.write(png);
      const closed = once(response, "close");
      while (!response.destroyed && sent < 200) {
        sent++;
        if (!response.write(megabyte)) await Promise.race([once(response, "drain"), closed]);
      }
    });
    expect((await failure(client.download(url, pictureKind))).code).toBe("invalid-response");
    await expect.poll(() => running.openSockets()).toBe(0);
    expect(sent).toBeLessThan(200);
  });

  it.each([
    "https://router.lan/a.png",
    "https://192.168.1.1/a.png",
    "https://127.0.0.1/a.png",
    "https://[::1]/a.png",
    "https://printer/a.png",
    "https://user@cdn.example/a.png",
  ])("does not let a service on the internet send us to %s", async (address) => {
    const outcome = (endpoint: Endpoint) =>
      failure(clientFor(endpoint, { transport: nowhere }).download(address, pictureKind)).then(({ code }) => code);
    expect(await outcome(officialEndpoint("zai"))).toBe("invalid-response");
  });

  it("may stay in the network of a service that is there itself", async () => {
    const endpoint = { ...officialEndpoint("zai"), baseUrl: "https://glm.corp/v1" };
    const { type } = await clientFor(endpoint, { transport: pictures }).download(
      "https://files.corp/a.png",
      pictureKind,
    );
    expect(type).toBe("png");
  });

  it("drops the answer of a transport that comes too late", async () => {
    const stop = new AbortController();
    const late = Promise.withResolvers<Response>();
    let dropped = false;
    const transport: Transport = () => {
      stop.abort();
      return late.promise;
    };
    const client = clientFor(officialEndpoint("zai"), { transport });
    const fetched = client.download("https://cdn.example/a.png", pictureKind, { signal: stop.signal });
    expect((await failure(fetched)).code).toBe("cancelled");
    late.resolve(new Response(new ReadableStream({ cancel: () => void (dropped = true) })));
    await expect.poll(() => dropped).toBe(true);
  });

  it.each([408, 425, 429, 500, 503])("is tried again when the host stumbles with %i", async (status) => {
    const { client, running, url } = await serving((_request, response, turn) => {
      if (turn === 0) response.writeHead(status).end();
      else response.end(png);
    });
    expect((await client.download(url, pictureKind)).type).toBe("png");
    expect(running.received).toHaveLength(2);
  });

  it("can be cancelled in the middle", async () => {
    const stop = new AbortController();
    const { client, running, url } = await serving((_request, response) => {
      response.write(png, () => stop.abort());
    });
    const options = { signal: stop.signal };
    expect((await failure(client.download(url, pictureKind, options))).code).toBe("cancelled");
    await expect.poll(() => running.openSockets()).toBe(0);
  });

  it("has a deadline of its kind", async () => {
    const { running, url } = await serving((_request, response) => void response.write(png));
    const context = createContext({
      endpoint: running.endpoint(),
      apiKey: key,
      transport: hostTransport,
      clock: sleeplessClock(),
      userAgent: "glm-sidekick/test",
      deadlines: { download: 30 },
    });
    expect((await failure(download(context, url, pictureKind))).details.deadline).toBe("total");
  });
});
