/** The smallest bytes that are really of each type, `size` long when given. */
function sample(head: readonly number[], size = head.length): Uint8Array {
  const bytes = new Uint8Array(Math.max(size, head.length));
  bytes.set(head);
  return bytes;
}

const ascii = (value: string) => Array.from(value, (character) => character.charCodeAt(0));

export const text = (value: string) => new TextEncoder().encode(value);
export const pdf = (size?: number) => sample(ascii("%PDF-1.4\n%%EOF\n"), size);
export const svg = () => text('<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"></svg>');
export const gif = () => sample([...ascii("GIF89a"), 4, 0, 3, 0, 0, 0, 0]);

export const png = (size?: number) =>
  sample(
    [
      0x89,
      ...ascii("PNG\r\n"),
      0x1a,
      0x0a,
      0,
      0,
      0,
      13,
      ...ascii("IHDR"),
      0,
      0,
      0,
      4,
      0,
      0,
      0,
      3,
      8,
      6,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
    ],
    size,
  );

const jpgStart = [0xff, 0xd8, 0xff, 0xe0, 0, 16, ...ascii("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0];
const jpgFrame = [0xff, 0xc0, 0, 17, 8, 0, 3, 0, 4, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1, 0xff, 0xd9];
export const jpg = (size?: number) => sample([...jpgStart, ...jpgFrame], size);

export const webp = () =>
  sample([...ascii("RIFF"), 26, 0, 0, 0, ...ascii("WEBPVP8X"), 10, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 2, 0, 0, 0, 0, 0, 0]);
