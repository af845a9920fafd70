import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readWav, splitWav } from "../../../../src/api/media/wav.ts";
import { wavChunk, wavFile } from "../../../fakes/wavFile.ts";

/** KSDATAFORMAT_SUBTYPE: the inner code, then the same for all. */
function extensible(inner: number): Buffer {
  const format = Buffer.alloc(40);
  format.set([0xfe, 0xff, 1, 0, 0x40, 0x1f, 0, 0, 0x80, 0x3e, 0, 0, 2, 0, 16, 0, 22]);
  format.writeUInt16LE(inner, 24);
  return format;
}

describe("the header of a WAV file", () => {
  const second = Buffer.alloc(32_000);

  it.each<[string, Buffer, object | undefined]>([
    ["plain PCM", wavFile({ data: second }), { channels: 1, sampleRate: 16_000, seconds: 1, cuttable: true }],
    ["stereo", wavFile({ data: second, channels: 2 }), { blockAlign: 4, seconds: 0.5 }],
    ["floats", wavFile({ data: second, bits: 32, code: 3 }), { seconds: 0.5, cuttable: true }],
    [
      "extensible PCM",
      wavFile({ data: second, format: extensible(1) }),
      { sampleRate: 8_000, seconds: 2, cuttable: true },
    ],
    ["extensible ADPCM", wavFile({ data: second, format: extensible(2) }), { seconds: 2, cuttable: false }],
    ["ADPCM", wavFile({ data: second, code: 0x11 }), { cuttable: false }],
    ["odd chunks before", wavFile({ data: second, before: wavChunk("LIST", Buffer.from("abc")) }), { seconds: 1 }],
    ["a length of zero", wavFile({ data: second, claimed: 0 }), { seconds: 1 }],
    ["a length behind the end", wavFile({ data: second, claimed: 0xffff_ffff }), { seconds: 1 }],
    ["no samples", wavFile({}), { seconds: 0 }],
    ["a short format", wavFile({ data: second, format: Buffer.alloc(14) }), undefined],
    ["no channels", wavFile({ data: second, channels: 0 }), undefined],
    ["no rate", wavFile({ data: second, rate: 0 }), undefined],
    ["no format", Buffer.concat([Buffer.from("RIFF....WAVE"), wavChunk("data", second)]), undefined],
    ["no data", Buffer.from("RIFF....WAVE"), undefined],
    ["another RIFF file", Buffer.from("RIFF....WEBPVP8 "), undefined],
    ["nothing", Buffer.alloc(0), undefined],
  ])("is read of %s", (_name, bytes, header) => {
    if (header) expect(readWav(bytes)).toMatchObject(header);
    else expect(readWav(bytes)).toBeUndefined();
    // Bytes that are part of a larger buffer are read from their own beginning.
    expect(readWav(Buffer.concat([Buffer.from("x"), bytes]).subarray(1))?.seconds).toBe(readWav(bytes)?.seconds);
  });

  it("never fails, whatever follows it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (rest) => {
        const bytes = Buffer.concat([Buffer.from("RIFF....WAVE"), rest]);
        expect(() => [readWav(bytes), splitWav(bytes, 30)]).not.toThrow();
      }),
    );
  });
});

describe("a WAV file that is cut", () => {
  const wavs = fc.record({
    rate: fc.integer({ min: 1, max: 48_000 }),
    channels: fc.integer({ min: 1, max: 3 }),
    bits: fc.constantFrom(8, 16, 24, 32),
    data: fc.uint8Array({ maxLength: 3_000 }).map((bytes) => Buffer.from(bytes)),
    before: fc.constantFrom(Buffer.alloc(0), wavChunk("LIST", Buffer.from("abc"))),
  });

  it("has pieces whose samples are the original's", () => {
    fc.assert(
      fc.property(
        wavs,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: 2_000 }),
        (parts, seconds, limit) => {
          const whole = readWav(wavFile(parts));
          const block = (parts.channels * parts.bits) / 8;
          const pieces = splitWav(wavFile(parts), seconds, limit) ?? [];
          const cut = pieces.map((piece) => readWav(piece));
          const samples = Buffer.concat(cut.map((piece) => piece?.data ?? Buffer.alloc(0)));
          expect(samples).toEqual(parts.data.subarray(0, parts.data.length - (parts.data.length % block)));
          for (const [index, piece] of pieces.entries()) {
            const blocks = (cut[index]?.data.length ?? 0) / block;
            expect(Number.isInteger(blocks) && blocks > 0).toBe(true);
            // One sample is the least, even where that is too long or too large.
            expect(blocks === 1 || blocks / parts.rate <= seconds).toBe(true);
            expect(blocks === 1 || piece.length <= limit).toBe(true);
            expect(Buffer.from(cut[index]?.format ?? [])).toEqual(whole?.format);
            expect(Buffer.from(piece).readUInt32LE(4)).toBe(piece.length - 8);
          }
        },
      ),
    );
  });

  it.each([
    ["is in one piece when it is short", 30, 1],
    ["has as many as it takes", 7, 5],
  ])("%s", (_name, seconds, pieces) => {
    expect(splitWav(wavFile({ data: Buffer.alloc(30 * 32_000) }), seconds)).toHaveLength(pieces);
  });

  it("must be one, and not compressed", () => {
    expect(splitWav(Buffer.from("ID3"), 30)).toBeUndefined();
    expect(splitWav(wavFile({ data: Buffer.alloc(100), code: 0x11 }), 30)).toBeUndefined();
  });
});
