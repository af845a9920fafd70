/** What the frames of an MP3 file say; nothing is decoded. */
export interface Mp3 {
  readonly rate: number;
  readonly channels: number;
  readonly seconds: number;
}

interface Frame {
  readonly rate: number;
  readonly channels: number;
  /** How many samples it holds, and how many bytes it takes. */
  readonly samples: number;
  readonly length: number;
}

/** Counts the frames of MPEG layer III behind an ID3v2 tag; undefined when the bytes do not begin with one. */
export function readMp3(bytes: Buffer): Mp3 | undefined {
  const start = tagLength(bytes);
  const first = readFrame(bytes, start);
  if (first === undefined) return undefined;
  let seconds = 0;
  for (let at = start, frame: Frame | undefined = first; frame !== undefined; frame = readFrame(bytes, at)) {
    seconds += frame.samples / frame.rate;
    at += frame.length;
  }
  return { rate: first.rate, channels: first.channels, seconds };
}

// Kilobits per second by the index in the frame header; 0 and 15 are not legal.
const kilobits1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const kilobits2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const rates = [44_100, 48_000, 32_000];

function readFrame(bytes: Buffer, at: number): Frame | undefined {
  if (at + 4 > bytes.length) return undefined;
  const header = bytes.readUInt32BE(at);
  const field = (shift: number, mask: number): number => (header >>> shift) & mask;
  const version = field(19, 3);
  // Eleven bits of synchronisation, then the version (1 is reserved) and the layer (1 is layer III).
  if (header >>> 21 !== 0x7ff || version === 1 || field(17, 3) !== 1) return undefined;
  const mpeg1 = version === 3;
  const kilobits = (mpeg1 ? kilobits1 : kilobits2)[field(12, 15)] ?? 0;
  const rate = (rates[field(10, 3)] ?? 0) / (mpeg1 ? 1 : version === 2 ? 2 : 4);
  if (kilobits === 0 || rate === 0) return undefined;
  const samples = mpeg1 ? 1152 : 576;
  const length = Math.floor((samples / 8) * ((kilobits * 1000) / rate)) + field(9, 1);
  return { rate, channels: field(6, 3) === 3 ? 1 : 2, samples, length };
}

/** The size of an ID3v2 tag is written in four groups of seven bits. */
function tagLength(bytes: Buffer): number {
  if (bytes.length < 10 || bytes.toString("latin1", 0, 3) !== "ID3") return 0;
  return 10 + [6, 7, 8, 9].reduce((sum, at) => sum * 128 + (bytes[at] ?? 0), 0);
}
