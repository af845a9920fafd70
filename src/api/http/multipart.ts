/** A file as a part of a form. */
export interface FilePart {
  readonly bytes: Uint8Array;
  /** Shown by the service; also what some endpoints tell the type by. */
  readonly name: string;
  readonly mimeType?: string | undefined;
}

export type FormEntry = readonly [name: string, value: string | FilePart | undefined];

export interface EncodedForm {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** With its boundary. */
  readonly contentType: string;
  /** The parts that are no files, as JSON: an error that quotes one of them must lose its message. */
  readonly texts: string;
}

/**
 * A form as bytes, encoded by the platform. Not handed over as FormData, because transports disagree about whose class
 * that is, and a retry has to send the same bytes again. Entries without a value are left out.
 */
export async function encodeForm(entries: readonly FormEntry[]): Promise<EncodedForm> {
  const form = new FormData();
  for (const [name, value] of entries) {
    if (typeof value === "string") form.append(name, value);
    else if (value) {
      const type = value.mimeType ?? "application/octet-stream";
      form.append(name, new File([plain(value.bytes)], value.name, { type }));
    }
  }
  const encoded = new Response(form);
  return {
    bytes: new Uint8Array(await encoded.arrayBuffer()),
    contentType: encoded.headers.get("content-type") ?? "multipart/form-data",
    texts: JSON.stringify(entries.map(([, value]) => value).filter((value) => typeof value === "string")),
  };
}

/** The same bytes, copied only if other threads could change them meanwhile: a file may have 100 MB. */
function plain(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = bytes;
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer, byteOffset, byteLength) : new Uint8Array(bytes);
}
