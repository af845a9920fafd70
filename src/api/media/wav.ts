/** What the header of a WAV file says. */
export interface WavInfo {
  readonly channels: number;
  /** Hz. */
  readonly sampleRate: number;
  /** Bytes of one sample of all channels: the smallest piece that can be cut off. */
  readonly blockAlign: number;
  readonly seconds: number;
  /** True when every sample takes the same place: PCM, floats, A-law, µ-law. Anything else cannot be cut. */
  readonly cuttable: boolean;
  /** The `fmt ` chunk without its head. */
  readonly format: Uint8Array;
  /** The samples. */
  readonly data: Uint8Array;
}

const uncompressed: ReadonlySet<number> = new Set([1, 3, 6, 7]);
const extensible = 0xfffe;
const headLength = 12;

/** Reads the header; undefined when it is no WAV file, or a damaged one. */
export function readWav(bytes: Uint8Array): WavInfo | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const name = (at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < headLength || name(0) !== "RIFF" || name(8) !== "WAVE") return undefined;
  let format: Uint8Array | undefined;
  for (let at = headLength; at + 8 <= bytes.length;) {
    const size = view.getUint32(at + 4, true);
    // A recorder that could not go back leaves a length of zero, or one behind the end: then the rest is what there is.
    const end = size === 0 && name(at) === "data" ? bytes.length : Math.min(at + 8 + size, bytes.length);
    const chunk = bytes.subarray(at + 8, end);
    if (name(at) === "fmt ") format = chunk;
    if (name(at) === "data") return format && infoOf(format, chunk);
    // Chunks begin at even places.
    at += 8 + size + (size % 2);
  }
  return undefined;
}

function infoOf(format: Uint8Array, data: Uint8Array): WavInfo | undefined {
  if (format.length < 16) return undefined;
  const view = new DataView(format.buffer, format.byteOffset, format.byteLength);
  const code = view.getUint16(0, true);
  const channels = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  const bytesPerSecond = view.getUint32(8, true);
  const blockAlign = view.getUint16(12, true);
  if (channels === 0 || sampleRate === 0 || bytesPerSecond === 0 || blockAlign === 0) return undefined;
  const inner = code === extensible && format.length >= 26 ? view.getUint16(24, true) : code;
  const cuttable = uncompressed.has(inner) && bytesPerSecond === sampleRate * blockAlign;
  return { channels, sampleRate, blockAlign, seconds: data.length / bytesPerSecond, cuttable, format, data };
}

/**
 * Cuts a WAV file into files of at most `seconds` and `limit` bytes each, at borders of samples: put behind each other, their
 * samples are the original's, and none is empty. A sample that is incomplete at the end is dropped. Undefined when it is no WAV
 * file, or one whose samples are compressed.
 */
export function splitWav(bytes: Uint8Array, seconds: number, limit = Infinity): readonly Uint8Array[] | undefined {
  const wav = readWav(bytes);
  if (!wav?.cuttable) return undefined;
  const { blockAlign, sampleRate, data, format } = wav;
  const room = Math.floor((limit - headOf(format, 0).length) / blockAlign);
  const blocks = Math.max(1, Math.min(Math.floor(seconds * sampleRate), room));
  const length = data.length - (data.length % blockAlign);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < length; at += blocks * blockAlign) {
    pieces.push(wavOf(format, data.subarray(at, Math.min(at + blocks * blockAlign, length))));
  }
  return pieces;
}

function wavOf(format: Uint8Array, data: Uint8Array): Uint8Array {
  const head = headOf(format, data.length);
  const wav = new Uint8Array(head.length + data.length + (data.length % 2));
  wav.set(head);
  wav.set(data, head.length);
  return wav;
}

/** Everything in front of `dataLength` bytes of samples. */
function headOf(format: Uint8Array, dataLength: number): Uint8Array {
  const padded = format.length + (format.length % 2);
  const head = new Uint8Array(headLength + 8 + padded + 8);
  const view = new DataView(head.buffer);
  const write = (at: number, name: string, size: number) => {
    for (let index = 0; index < 4; index++) head[at + index] = name.charCodeAt(index);
    view.setUint32(at + 4, size, true);
  };
  write(0, "RIFF", head.length - 8 + dataLength + (dataLength % 2));
  write(8, "WAVE", 0);
  write(headLength, "fmt ", format.length);
  head.set(format, headLength + 8);
  write(headLength + 8 + padded, "data", dataLength);
  return head;
}
