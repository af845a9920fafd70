import type { Mp3 } from "./mp3.ts";
import type { Sound } from "./wav.ts";

/**
 * The transcript of a sound. Nothing here understands speech: a file that says in its comment what is spoken is believed, as a
 * voice of this simulator writes it; any other sound is described by what can be measured.
 */
export function transcribe(sound: Sound, hotwords: readonly string[]): string {
  if (sound.comment === undefined || sound.comment === "") return describe(sound);
  // A hot word is written as it was given, whatever its case.
  return hotwords.reduce((text, word) => {
    const pattern = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return text.replace(new RegExp(pattern, "gi"), () => word);
  }, sound.comment);
}

function describe({ samples, rate, channels, seconds }: Sound): string {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  const decibels = 10 * Math.log10(power);
  const measured = `${rate} Hz, ${channelNames(channels)}`;
  // Sixteen bits reach down to -96 dB; below -60 nobody hears anything.
  if (decibels < -60) return `silence of ${seconds.toFixed(1)} s (${measured})`;
  const pitch = pitchOf(samples, rate);
  const what = pitch === undefined ? "sound of" : `tone of about ${pitch} Hz,`;
  return `${what} ${seconds.toFixed(1)} s (${measured}, ${decibels.toFixed(0)} dB)`;
}

/** What the headers of an MP3 file tell; it is not decoded. */
export const describeMp3 = ({ rate, channels, seconds }: Mp3): string =>
  `MP3 of ${seconds.toFixed(1)} s (${rate} Hz, ${channelNames(channels)})`;

const channelNames = (count: number): string => (count === 1 ? "mono" : count === 2 ? "stereo" : `${count} channels`);

/** Hertz, when the waves are of one length all through: the spread of the upward crossings of zero tells. */
function pitchOf(samples: Float32Array, rate: number): number | undefined {
  const lengths: number[] = [];
  let last: number | undefined;
  for (let index = 1; index < samples.length; index++) {
    const [before, after] = [samples[index - 1] ?? 0, samples[index] ?? 0];
    if (before >= 0 || after < 0) continue;
    // Between two samples the wave is taken for a straight line.
    const crossing = index - 1 + before / (before - after);
    if (last !== undefined) lengths.push(crossing - last);
    last = crossing;
  }
  if (lengths.length < 5) return undefined;
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  const spread = Math.sqrt(lengths.reduce((sum, length) => sum + (length - mean) ** 2, 0) / lengths.length);
  return spread < mean * 0.1 ? Math.round(rate / mean) : undefined;
}
