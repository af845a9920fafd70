/** What a film looks like from outside. */
export interface FilmShape {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  readonly fps: number;
}

/**
 * An MP4 file (ISO/IEC 14496-12 and -14) in which every frame is the same JPEG picture: a true film of the asked size, length
 * and frame rate in which nothing moves. Players on the basis of FFmpeg show it; browsers have no decoder for JPEG frames.
 * It never has a sound track.
 */
export function makeFilm({ width, height, seconds, fps }: FilmShape, jpeg: Buffer): Buffer {
  const frames = seconds * fps;
  const head = box("ftyp", text("isom"), u32(0x200), text("isom"), text("mp41"));
  // The length of the tables does not depend on the offset in them, so a first pass finds out where the picture will be.
  const movie = (offset: number): Buffer =>
    box("moov", movieHeader(frames, fps), track({ width, height, seconds, fps }, frames, jpeg.length, offset));
  const offset = head.length + movie(0).length + 8;
  return Buffer.concat([head, movie(offset), box("mdat", jpeg)]);
}

const matrix = Buffer.concat([1, 0, 0, 0, 1, 0, 0, 0, 0x4000].map((each) => u32(each * 0x10000)));

function movieHeader(duration: number, timescale: number): Buffer {
  return full(
    "mvhd",
    0,
    zeros(8),
    u32(timescale),
    u32(duration),
    u32(0x10000),
    u16(0x100),
    zeros(10),
    matrix,
    zeros(24),
    u32(2),
  );
}

function track({ width, height, fps }: FilmShape, frames: number, size: number, offset: number): Buffer {
  const shown = 3;
  const header = full(
    "tkhd",
    shown,
    zeros(8),
    u32(1),
    zeros(4),
    u32(frames),
    zeros(16),
    matrix,
    u32(width * 0x10000),
    u32(height * 0x10000),
  );
  const media = full("mdhd", 0, zeros(8), u32(fps), u32(frames), u16(0x55c4), zeros(2));
  const handler = full("hdlr", 0, zeros(4), text("vide"), zeros(12), text("film\0"));
  const data = box("dinf", full("dref", 0, u32(1), full("url ", 1)));
  const tables = box(
    "stbl",
    full("stsd", 0, u32(1), sampleEntry(width, height, size)),
    full("stts", 0, u32(1), u32(frames), u32(1)),
    full("stsc", 0, u32(1), u32(1), u32(1), u32(1)),
    full("stsz", 0, u32(size), u32(frames)),
    // One chunk per frame, and all of them are the one picture.
    full("stco", 0, u32(frames), ...Array.from({ length: frames }, () => u32(offset))),
  );
  return box("trak", header, box("mdia", media, handler, box("minf", full("vmhd", 1, zeros(8)), data, tables)));
}

function sampleEntry(width: number, height: number, size: number): Buffer {
  const jpegFrames = 0x6c;
  const visualStream = 0x11;
  const decoder = descriptor(4, u8(jpegFrames), u8(visualStream), u32(size).subarray(1), zeros(8));
  const stream = descriptor(3, u16(1), u8(0), decoder, descriptor(6, u8(2)));
  const dotsPerInch = u32(72 * 0x10000);
  const size16 = Buffer.concat([u16(width), u16(height)]);
  const oneFrame = u16(1);
  const look = Buffer.concat([
    zeros(6),
    u16(1),
    zeros(16),
    size16,
    dotsPerInch,
    dotsPerInch,
    zeros(4),
    oneFrame,
    zeros(32),
  ]);
  return box("mp4v", look, u16(24), u16(0xffff), full("esds", 0, stream));
}

const descriptor = (tag: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([u8(tag), u8(body.length), body]);
};

function box(type: string, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([u32(body.length + 8), text(type), body]);
}

/** A box with version 0 and flags. */
const full = (type: string, flags: number, ...parts: Buffer[]): Buffer => box(type, u32(flags), ...parts);
const text = (word: string): Buffer => Buffer.from(word, "latin1");
const zeros = (count: number): Buffer => Buffer.alloc(count);
const u8 = (value: number): Buffer => Buffer.from([value]);
function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
