/** Divisible by three, so that pieces join without padding, and small enough for the arguments of one call. */
const pieceLength = 3 * 8192;

/** Base64 of bytes, with web means only. 50 MB take well under a second. */
export function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let start = 0; start < bytes.length; start += pieceLength) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(start, start + pieceLength))));
  }
  return pieces.join("");
}

/** Bytes of base64, with or without a data URI in front; undefined when it is none. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replace(/^data:[^,]*,/, "")), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
