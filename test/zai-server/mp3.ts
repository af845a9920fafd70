/** What the headers of an MP3 file say. */
export interface Mp3 {
  readonly rate: number;
  readonly channels: number;
  /** An estimate: the size of the file by the bit rate of its first frame. */
  readonly seconds: number;
}

// Kilobits per second of layer III by the index in the frame header; 0 and 15 are not legal.
const kilobits1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
const kilobits2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
const rates = [44_100, 48_000, 32_000];

/** Undefined when the bytes do not begin, after an ID3v2 tag, with a frame of MPEG layer III. */
export function readMp3(bytes: Buffer): Mp3 | undefined {
  const start = tagLength(bytes);
  if (start + 4 > bytes.length) return undefined;
  const header = bytes.readUInt32BE(start);
  const version = (header >>> 19) & 3;
  const layer = (header >>> 17) & 3;
  // Eleven bits of synchronisation, then version (1 is reserved) and layer (1 is layer III).
  if (header >>> 21 !== 0x7ff || version === 1 || layer !== 1) return undefined;
  const kilobits = (version === 3 ? kilobits1 : kilobits2)[(header >>> 12) & 15] ?? 0;
  const rate = (rates[(header >>> 10) & 3] ?? 0) / (version === 3 ? 1 : version === 2 ? 2 : 4);
  if (kilobits === 0 || rate === 0) return undefined;
  const mono = ((header >>> 6) & 3) === 3;
  return { rate, channels: mono ? 1 : 2, seconds: ((bytes.length - start) * 8) / (kilobits * 1000) };
}

/** The size of an ID3v2 tag is written in four groups of seven bits. */
function tagLength(bytes: Buffer): number {
  if (bytes.length < 10 || bytes.toString("latin1", 0, 3) !== "ID3") return 0;
  return 10 + [6, 7, 8, 9].reduce((sum, at) => sum * 128 + (bytes[at] ?? 0), 0);
}
