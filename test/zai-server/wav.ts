/** A sound out of a WAV file, mixed to one channel, samples from -1 to 1. */
export interface Sound {
  readonly rate: number;
  readonly channels: number;
  readonly samples: Float32Array;
  readonly seconds: number;
  /** The comment of the file (LIST/INFO/ICMT), UTF-8. */
  readonly comment: string | undefined;
}

interface Format {
  readonly channels: number;
  readonly rate: number;
  readonly bits: number;
  readonly float: boolean;
}

const isWav = (bytes: Buffer): boolean => /^RIFF[^]{4}WAVE/.test(bytes.toString("latin1", 0, 12));

/** Reads PCM of 8, 16, 24 or 32 bits and 32 bit floats; undefined when the file is damaged or of another encoding. */
export function readWav(bytes: Buffer): Sound | undefined {
  if (!isWav(bytes)) return undefined;
  let format: Format | undefined;
  let data: Buffer | undefined;
  let comment: string | undefined;
  for (let at = 12; at + 8 <= bytes.length;) {
    const size = bytes.readUInt32LE(at + 4);
    // A recorder that was cut off leaves a length that goes past the end; the rest of the file is what there is.
    const chunk = bytes.subarray(at + 8, at + 8 + size);
    const name = bytes.toString("latin1", at, at + 4);
    if (name === "fmt " && chunk.length >= 16) format = readFormat(chunk);
    else if (name === "data") data = chunk;
    else if (name === "LIST") comment = readComment(chunk) ?? comment;
    at += 8 + size + (size % 2);
  }
  if (format === undefined || data === undefined) return undefined;
  const { rate, channels } = format;
  const samples = mix(data, format);
  return { rate, channels, samples, seconds: samples.length / rate, comment };
}

function readFormat(chunk: Buffer): Format | undefined {
  const extensible = chunk.readUInt16LE(0) === 0xfffe && chunk.length >= 26;
  const code = chunk.readUInt16LE(extensible ? 24 : 0);
  const [channels, rate, bits] = [chunk.readUInt16LE(2), chunk.readUInt32LE(4), chunk.readUInt16LE(14)];
  const legal = code === 3 ? bits === 32 : code === 1 && [8, 16, 24, 32].includes(bits);
  return legal && channels > 0 && rate > 0 ? { channels, rate, bits, float: code === 3 } : undefined;
}

function readComment(chunk: Buffer): string | undefined {
  if (chunk.toString("latin1", 0, 4) !== "INFO") return undefined;
  for (let at = 4; at + 8 <= chunk.length;) {
    const size = chunk.readUInt32LE(at + 4);
    if (chunk.toString("latin1", at, at + 4) === "ICMT")
      return chunk.toString("utf8", at + 8, at + 8 + size).replace(/\0+$/, "");
    at += 8 + size + (size % 2);
  }
  return undefined;
}

function mix(data: Buffer, { channels, bits, float }: Format): Float32Array {
  const width = bits / 8;
  const read = (at: number): number => {
    if (float) return data.readFloatLE(at);
    return bits === 8 ? (data.readUInt8(at) - 128) / 128 : data.readIntLE(at, width) / 2 ** (bits - 1);
  };
  const samples = new Float32Array(Math.floor(data.length / (width * channels)));
  for (let index = 0; index < samples.length; index++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += read((index * channels + channel) * width);
    samples[index] = sum / channels;
  }
  return samples;
}

/** A WAV file of 16 bit mono PCM that says in its comment what is spoken. */
export function writeWav(pcm: Buffer, rate: number, comment: string): Buffer {
  const format = Buffer.alloc(16);
  format.writeUInt16LE(1, 0);
  format.writeUInt16LE(1, 2);
  format.writeUInt32LE(rate, 4);
  format.writeUInt32LE(rate * 2, 8);
  format.writeUInt16LE(2, 12);
  format.writeUInt16LE(16, 14);
  const info = Buffer.concat([Buffer.from("INFO"), chunkOf("ICMT", Buffer.from(`${comment}\0`))]);
  const chunks = [chunkOf("fmt ", format), chunkOf("LIST", info), chunkOf("data", pcm)];
  return chunkOf("RIFF", Buffer.concat([Buffer.from("WAVE"), ...chunks]));
}

function chunkOf(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8, name, "latin1");
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc(content.length % 2)]);
}
