import { inflateRawSync } from "node:zlib";
import { parseHtml, textOf } from "./html.ts";

/**
 * The text of an uploaded document, page by page; most types have one page. Undefined when nothing can be read, as with
 * damaged files and the binary formats of old office programs.
 */
export async function readDocument(name: string, bytes: Buffer): Promise<string[] | undefined> {
  const type = name.split(".").at(-1)?.toLowerCase() ?? "";
  switch (type) {
    case "txt":
    case "md":
    case "csv":
      return [bytes.toString("utf8")];
    case "pdf":
      return readPdf(bytes);
    case "docx":
      return readParts(bytes, /^word\/document\.xml$/, "w:p");
    case "pptx":
      return readParts(bytes, /^ppt\/slides\/slide\d+\.xml$/, "a:p");
    case "xlsx":
      return readParts(bytes, /^xl\/sharedStrings\.xml$/, "si");
    default:
      return undefined;
  }
}

async function readPdf(bytes: Buffer): Promise<string[] | undefined> {
  const { openPdf } = await import("./pdf.ts");
  const document = await openPdf(bytes).catch(() => undefined);
  if (document === undefined) return undefined;
  try {
    const pages: string[] = [];
    for (let page = 1; page <= document.pages; page++) pages.push(await document.text(page));
    return pages;
  } finally {
    await document.close();
  }
}

/** The text of those parts of an Office file, one line per paragraph. */
function readParts(bytes: Buffer, wanted: RegExp, paragraph: string): string[] | undefined {
  const parts = [...unzip(bytes)].filter(([name]) => wanted.test(name)).toSorted(([a], [b]) => a.localeCompare(b));
  if (parts.length === 0) return undefined;
  return parts.map(([, xml]) =>
    textOf(parseHtml(xml.toString("utf8").replaceAll(`</${paragraph}>`, `\n</${paragraph}>`))).trim(),
  );
}

/** The files inside a zip archive; none when it is damaged or no archive. */
function unzip(bytes: Buffer): Map<string, Buffer> {
  try {
    return readArchive(bytes);
  } catch {
    return new Map(); // An offset led outside, or what it led to was not packed data.
  }
}

/** Goes by the central directory. @throws Error for a damaged archive. */
function readArchive(bytes: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  if (end < 0) return files;
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0 && at + 46 <= bytes.length; left--) {
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const name = bytes.toString("utf8", at + 46, at + 46 + (nameLength ?? 0));
    const start = bytes.readUInt32LE(at + 42);
    const data = start + 30 + bytes.readUInt16LE(start + 26) + bytes.readUInt16LE(start + 28);
    const content = bytes.subarray(data, data + bytes.readUInt32LE(at + 20));
    files.set(name, bytes.readUInt16LE(at + 10) === 8 ? inflateRawSync(content) : content);
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return files;
}
