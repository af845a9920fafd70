/** Samples per second of every voice. */
export const voiceRate = 24_000;

/** How a text is to be spoken. */
export interface Manner {
  /** Which voice; it decides the pitch. */
  readonly voice: string;
  /** 0.5 to 2. */
  readonly speed: number;
  /** Above 0, up to 10; 1 is a tenth of the full scale. */
  readonly volume: number;
}

/** 16 bit mono PCM: a tone of 80 ms (at speed 1) for every letter or digit, silence for anything else. */
export function speak(text: string, { voice, speed, volume }: Manner): Buffer {
  const characters = Array.from(text);
  const length = Math.round((voiceRate * 0.08) / speed);
  const pcm = Buffer.alloc(characters.length * length * 2);
  const base = 160 + (Buffer.from(voice).reduce((sum, byte) => sum + byte, 0) % 12) * 10;
  for (const [index, character] of characters.entries()) {
    if (!/[\p{L}\p{N}]/u.test(character)) continue;
    const pitch = base + ((character.codePointAt(0) ?? 0) % 48) * 8;
    for (let at = 0; at < length; at++) {
      // Each tone swells and fades, because a hard edge clicks.
      const envelope = Math.sin((Math.PI * at) / length);
      const wave = Math.sin((2 * Math.PI * pitch * at) / voiceRate);
      pcm.writeInt16LE(Math.round(wave * envelope * volume * 0.1 * 32_767), (index * length + at) * 2);
    }
  }
  return pcm;
}
