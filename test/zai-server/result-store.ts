import { randomBytes } from "node:crypto";
import { newId } from "./completion.ts";

/** The files behind result addresses. They are made when they are fetched, because most never are. */
export class ResultStore {
  readonly #makers = new Map<string, () => Buffer | Promise<Buffer>>();
  readonly #ready = new Map<string, Buffer>();

  /** Takes a file in and returns its name; the extension decides the content type. */
  add(make: () => Buffer | Promise<Buffer>, extension: keyof typeof contentTypes = "png"): string {
    const name = `${newId()}_${randomBytes(4).toString("hex")}.${extension}`;
    this.#makers.set(name, make);
    return name;
  }

  async read(name: string): Promise<Buffer | undefined> {
    const bytes = this.#ready.get(name) ?? (await this.#makers.get(name)?.());
    if (bytes !== undefined) this.#ready.set(name, bytes);
    return bytes;
  }

  /** What an address below `cdn` leads to. There is no network here, so any other address leads nowhere. */
  async fetch(url: string, cdn: string): Promise<Buffer | undefined> {
    return url.startsWith(`${cdn}/`) ? this.read(url.slice(cdn.length + 1)) : undefined;
  }

  /** The file behind one of our own addresses, when it has been made already. */
  lookUp(url: string): Buffer | undefined {
    return this.#ready.get(url.split("/cdn/")[1] ?? "");
  }

  clear(): void {
    this.#makers.clear();
    this.#ready.clear();
  }
}

const contentTypes = {
  png: "image/png",
  mp4: "video/mp4",
  wav: "audio/wav",
  pdf: "application/pdf",
  html: "text/html;charset=UTF-8",
  txt: "text/plain;charset=UTF-8",
  md: "text/markdown;charset=UTF-8",
} as const;

/** What the extension of a result file says it is. */
export function contentTypeOf(name: string): string {
  const known: Readonly<Record<string, string>> = contentTypes;
  return known[name.split(".").at(-1) ?? ""] ?? "application/octet-stream";
}
