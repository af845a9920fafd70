export type FileType = "png" | "jpg" | "webp" | "mp4" | "webm" | "mov" | "pdf" | "pptx" | "wav" | "mp3";

export const mimeTypes: Readonly<Record<FileType, string>> = {
  png: "image/png",
  jpg: "image/jpeg",
  webp: "image/webp",
  mp4: "video/mp4",
  webm: "video/webm",
  mov: "video/quicktime",
  pdf: "application/pdf",
  pptx: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  wav: "audio/wav",
  mp3: "audio/mpeg",
};

/** How much of the end of a ZIP archive is searched: its directory, about 100 bytes per file in it. */
const zipDirectory = 1024 * 1024;

/** Type of a file by its bytes, whatever its name or header says; undefined for anything else, SVG and HTML included. */
export function fileType(bytes: Uint8Array): FileType | undefined {
  const starts = (signature: readonly number[], offset = 0) =>
    signature.every((byte, index) => bytes[offset + index] === byte);
  const says = (text: string, offset = 0) =>
    starts(
      Array.from(text, (character) => character.charCodeAt(0)),
      offset,
    );
  if (starts([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png";
  if (starts([0xff, 0xd8, 0xff])) return "jpg";
  if (says("RIFF") && says("WEBP", 8)) return "webp";
  if (says("RIFF") && says("WAVE", 8)) return "wav";
  if (says("ftyp", 4)) return says("qt  ", 8) ? "mov" : "mp4";
  if (starts([0x1a, 0x45, 0xdf, 0xa3])) return "webm";
  if (says("%PDF-")) return "pdf";
  if (says("PK\u0003\u0004") && hasSlides(bytes)) return "pptx";
  return says("ID3") || isMpegAudio(bytes) ? "mp3" : undefined;
}

function hasSlides(zip: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(zip.subarray(-zipDirectory)).includes("ppt/presentation.xml");
}

/** Eleven set bits, a version, and layer 3. */
function isMpegAudio([first = 0, second = 0]: Uint8Array): boolean {
  return first === 0xff && (second & 0xe6) === 0xe2;
}
