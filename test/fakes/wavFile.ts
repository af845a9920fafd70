export interface WavParts {
  readonly rate?: number;
  readonly channels?: number;
  readonly bits?: number;
  /** 1 = PCM. */
  readonly code?: number;
  readonly data?: Buffer;
  /** Chunks before the samples, as they are. */
  readonly before?: Buffer;
  /** What the header says about the length of the samples; the truth by default. */
  readonly claimed?: number;
  /** The `fmt ` chunk instead of the one that follows from the rest. */
  readonly format?: Buffer;
}

/** A WAV file, put together by hand. */
export function wavFile({ rate = 16_000, channels = 1, bits = 16, code = 1, ...more }: WavParts): Buffer {
  const { data = Buffer.alloc(0), before = Buffer.alloc(0), claimed = data.length } = more;
  const format = Buffer.alloc(16);
  const block = (channels * bits) / 8;
  format.writeUInt16LE(code, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE(rate * block, 8);
  format.writeUInt16LE(block, 12);
  format.writeUInt16LE(bits, 14);
  const body = [Buffer.from("WAVE"), wavChunk("fmt ", more.format ?? format), before, wavChunk("data", data, claimed)];
  return wavChunk("RIFF", Buffer.concat(body));
}

export function wavChunk(name: string, content: Buffer, claimed = content.length): Buffer {
  const head = Buffer.alloc(8, name, "latin1");
  head.writeUInt32LE(claimed, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}
