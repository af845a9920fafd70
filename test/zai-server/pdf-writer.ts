/** A page that is one picture, with its words behind it so that they can be searched. Width and height in points. */
export interface PdfPage {
  readonly width: number;
  readonly height: number;
  readonly jpeg: Buffer;
  readonly pixels: { readonly width: number; readonly height: number };
  readonly text: string;
}

/** A PDF 1.4 of these pages. Words outside of Latin-1 are only in the picture. */
export function writePdf(pages: readonly PdfPage[]): Buffer {
  const kids = pages.map((_, index) => `${4 + index * 3} 0 R`);
  const objects: Buffer[] = [
    Buffer.from("<< /Type /Catalog /Pages 2 0 R >>"),
    Buffer.from(`<< /Type /Pages /Kids [${kids.join(" ")}] /Count ${pages.length} >>`),
    Buffer.from("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"),
  ];
  for (const { width, height, jpeg, pixels, text } of pages) {
    const page = objects.length + 1;
    const resources = `<< /Font << /F1 3 0 R >> /XObject << /I ${page + 2} 0 R >> >>`;
    objects.push(
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${width} ${height}] /Contents ${page + 1} 0 R /Resources ${resources} >>`,
      ),
      stream("", Buffer.from(`${hiddenText(text, height)}q ${width} 0 0 ${height} 0 0 cm /I Do Q`, "latin1")),
      stream(
        `/Type /XObject /Subtype /Image /Width ${pixels.width} /Height ${pixels.height} /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode`,
        jpeg,
      ),
    );
  }
  return assemble(objects);
}

function stream(entries: string, bytes: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(`<< ${entries} /Length ${bytes.length} >>\nstream\n`),
    bytes,
    Buffer.from("\nendstream"),
  ]);
}

/** Text in rendering mode 3, which paints nothing. */
function hiddenText(text: string, height: number): string {
  const lines = text.split("\n").map((line) => line.replace(/[^\x20-\xff]/g, "").replace(/[\\()]/g, "\\$&"));
  return `BT 3 Tr /F1 12 Tf 14 TL 20 ${height - 30} Td ${lines.map((line) => `(${line}) Tj T*`).join(" ")} ET\n`;
}

function assemble(objects: readonly Buffer[]): Buffer {
  const parts: Buffer[] = [Buffer.from("%PDF-1.4\n")];
  const offsets: number[] = [];
  let at = parts[0]?.length ?? 0;
  for (const [index, object] of objects.entries()) {
    offsets.push(at);
    const whole = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from("\nendobj\n")]);
    parts.push(whole);
    at += whole.length;
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  const end = `xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.concat([...parts, Buffer.from(end)]);
}
