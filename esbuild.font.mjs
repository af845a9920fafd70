// Cuts VS Code's icon font down to the icons that the webview names: the whole font is three times as large as everything
// else that an empty panel loads. A TrueType file is a table of tables; see https://learn.microsoft.com/typography/opentype/spec/otff

/**
 * @param {Buffer} font TrueType, with glyphs that are outlines and not composed of others
 * @param {readonly number[]} codes code points to keep, in the basic plane
 * @returns {Buffer} a font that maps each code to its glyph, metrics unchanged
 */
export function cutFont(font, codes) {
  const tables = readTables(font);
  const table = (name) => {
    const data = tables.get(name);
    if (data === undefined) throw new Error(`the font has no table ${name}`);
    return data;
  };
  const glyphOf = readCharacterMap(table("cmap"));
  const kept = [...codes].sort((a, b) => a - b);
  // Glyph 0 stands for everything that a font does not have.
  const glyphs = [0, ...kept.map((code) => glyphOf(code))];
  if (glyphs.indexOf(0, 1) > 0) throw new Error(`no icon at code ${kept[glyphs.indexOf(0, 1) - 1]?.toString(16)}`);

  const outlines = glyphs.map((glyph) => outline(table("glyf"), table("loca"), glyph, table("head").readInt16BE(50)));
  const head = Buffer.from(table("head"));
  head.writeUInt32BE(0, 8);
  head.writeInt16BE(1, 50);
  const hhea = Buffer.from(table("hhea"));
  const metrics = hhea.readUInt16BE(34);
  hhea.writeUInt16BE(glyphs.length, 34);
  const maxp = Buffer.from(table("maxp"));
  maxp.writeUInt16BE(glyphs.length, 4);
  const post = Buffer.from(table("post").subarray(0, 32));
  // Version 3: without the names of the glyphs.
  post.writeUInt32BE(0x00030000, 0);
  return writeTables(
    new Map([
      ["OS/2", table("OS/2")],
      ["cmap", writeCharacterMap(kept)],
      ["glyf", Buffer.concat(outlines)],
      ["head", head],
      ["hhea", hhea],
      ["hmtx", Buffer.concat(glyphs.map((glyph) => metric(table("hmtx"), glyph, metrics)))],
      ["loca", offsets(outlines)],
      ["maxp", maxp],
      ["name", table("name")],
      ["post", post],
    ]),
  );
}

function readTables(font) {
  const tables = new Map();
  for (let index = 0; index < font.readUInt16BE(4); index++) {
    const entry = 12 + 16 * index;
    const start = font.readUInt32BE(entry + 8);
    tables.set(font.toString("latin1", entry, entry + 4), font.subarray(start, start + font.readUInt32BE(entry + 12)));
  }
  return tables;
}

/** Only format 4 is read, which every font for the basic plane has. */
function readCharacterMap(cmap) {
  for (let index = 0; index < cmap.readUInt16BE(2); index++) {
    const map = cmap.subarray(cmap.readUInt32BE(4 + 8 * index + 4));
    if (map.readUInt16BE(0) !== 4) continue;
    const width = map.readUInt16BE(6);
    return (code) => {
      for (let at = 0; at < width; at += 2) {
        if (map.readUInt16BE(14 + at) < code) continue;
        const first = map.readUInt16BE(16 + width + at);
        if (first > code) return 0;
        const delta = map.readUInt16BE(16 + 2 * width + at);
        const place = 16 + 3 * width + at;
        const offset = map.readUInt16BE(place);
        const glyph = offset === 0 ? code : map.readUInt16BE(place + offset + 2 * (code - first));
        return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
      }
      return 0;
    };
  }
  throw new Error("the font has no character map of format 4");
}

function outline(glyf, loca, glyph, long) {
  const offset = (index) => (long === 1 ? loca.readUInt32BE(4 * index) : 2 * loca.readUInt16BE(2 * index));
  const data = glyf.subarray(offset(glyph), offset(glyph + 1));
  if (data.length > 0 && data.readInt16BE(0) < 0) throw new Error(`glyph ${glyph} is composed of others`);
  return Buffer.concat([data, Buffer.alloc(-data.length & 3)]);
}

/** Glyphs behind the last full metric share its width. */
function metric(hmtx, glyph, full) {
  if (glyph < full) return hmtx.subarray(4 * glyph, 4 * glyph + 4);
  const bearing = 4 * full + 2 * (glyph - full);
  return Buffer.concat([hmtx.subarray(4 * full - 4, 4 * full - 2), hmtx.subarray(bearing, bearing + 2)]);
}

function offsets(outlines) {
  const loca = Buffer.alloc(4 * (outlines.length + 1));
  let end = 0;
  for (const [index, { length }] of outlines.entries()) loca.writeUInt32BE((end += length), 4 * (index + 1));
  return loca;
}

/** One segment for each code: glyph numbers follow the order of the codes. */
function writeCharacterMap(codes) {
  const segments = [...codes.map((code, index) => [code, index + 1 - code]), [0xffff, 1]];
  const width = 2 * segments.length;
  const power = 2 ** Math.floor(Math.log2(segments.length));
  const map = Buffer.alloc(16 + 4 * width);
  for (const [at, value] of [
    [0, 4],
    [2, map.length],
    [6, width],
    [8, 2 * power],
    [10, Math.log2(power)],
    [12, width - 2 * power],
  ]) {
    map.writeUInt16BE(value, at);
  }
  for (const [index, [code, delta]] of segments.entries()) {
    map.writeUInt16BE(code, 14 + 2 * index);
    map.writeUInt16BE(code, 16 + width + 2 * index);
    map.writeUInt16BE(delta & 0xffff, 16 + 2 * width + 2 * index);
  }
  // One map, for Windows' Unicode, which is what browsers read.
  const header = Buffer.from([0, 0, 0, 1, 0, 3, 0, 1, 0, 0, 0, 12]);
  return Buffer.concat([header, map]);
}

function writeTables(tables) {
  const count = tables.size;
  const power = 2 ** Math.floor(Math.log2(count));
  const header = Buffer.alloc(12 + 16 * count);
  header.writeUInt32BE(0x00010000, 0);
  header.writeUInt16BE(count, 4);
  header.writeUInt16BE(16 * power, 6);
  header.writeUInt16BE(Math.log2(power), 8);
  header.writeUInt16BE(16 * (count - power), 10);
  const bodies = [];
  let end = header.length;
  for (const [index, [name, data]] of [...tables].entries()) {
    const body = Buffer.concat([data, Buffer.alloc(-data.length & 3)]);
    const entry = 12 + 16 * index;
    header.write(name, entry, "latin1");
    header.writeUInt32BE(checksum(body), entry + 4);
    header.writeUInt32BE(end, entry + 8);
    header.writeUInt32BE(data.length, entry + 12);
    bodies.push(body);
    end += body.length;
  }
  const font = Buffer.concat([header, ...bodies]);
  const headAt = header.readUInt32BE(12 + 16 * [...tables.keys()].indexOf("head") + 8);
  font.writeUInt32BE((0xb1b0afba - checksum(font)) >>> 0, headAt + 8);
  return font;
}

function checksum(data) {
  let sum = 0;
  for (let at = 0; at < data.length; at += 4) sum = (sum + data.readUInt32BE(at)) >>> 0;
  return sum;
}
