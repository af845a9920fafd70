import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRepetitionWatch } from "../../../../src/api/chat/repetition.ts";

/** Characters after which the watch called it a loop, or undefined. `step` is the size of a network read. */
function loopAt(text: string, step = 777): number | undefined {
  const watch = createRepetitionWatch();
  for (let at = 0; at < text.length; at += step) {
    if (watch.add(text.slice(at, at + step))) return Math.min(at + step, text.length);
  }
  return undefined;
}

const paragraph =
  "Wait, I should look at this again. The function reads the file before the lock is taken, so another process may change " +
  "it in between. That means the lock has to come first. But then the reader would have to wait for the writer, which is " +
  "what we wanted to avoid. Let me think about it once more from the beginning. ";
const chinese = "让我再想一想。这个函数在取得锁之前读取文件，所以另一个进程可能会在中间修改它。因此必须先取得锁。";
const introduction = "Here is what I found.\n\n".repeat(3) + randomBytes(600).toString("hex");
const rows = (count: number, row: (index: number) => string) =>
  Array.from({ length: count }, (_, at) => row(at)).join("");

describe("a loop is", () => {
  it.each<[string, string]>([
    ["a paragraph", paragraph],
    ["a paragraph of a thousand words", rows(12, (at) => `${at} ${paragraph}`)],
    ["a Chinese sentence", chinese],
    ["one short sentence", "I'll check the file again. "],
    ["two words", "wait, no, "],
    ["one character", "!"],
    ["line ends", "\n"],
    ["a function", "function add(a, b) {\n  return a + b;\n}\n\n"],
  ])("%s, over and over", (_name, stretch) => {
    const text = introduction + stretch.repeat(Math.ceil(150_000 / stretch.length));
    expect(loopAt(text)).toBeLessThan(100_000);
  });

  it("noticed soon in prose, where it costs most and means most", () => {
    expect(loopAt(introduction + paragraph.repeat(500))).toBeLessThan(30_000);
    expect(loopAt(introduction + chinese.repeat(3000))).toBeLessThan(35_000);
  });

  it("noticed at the same place however the text was cut", () => {
    const text = introduction + paragraph.repeat(200);
    const whole = Math.ceil((loopAt(text, 1) ?? 0) / 4096);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30_000 }), (step) => {
        const at = loopAt(text, step) ?? 0;
        expect(at).toBeGreaterThanOrEqual((whole - 1) * 4096);
        expect(at).toBeLessThan(whole * 4096 + step);
      }),
      { numRuns: 50 },
    );
  });
});

const cells = "| name | description | value |\n";
const json = (index: number) => `  { "id": ${index}, "name": "item ${index}", "description": "", "tags": [] },\n`;
const sameJson = '  { "name": "", "description": null, "active": true, "tags": [] },\n';
const card = '<div class="card"><h2>Title</h2><p>Lorem ipsum dolor sit amet, consectetur adipiscing elit.</p></div>\n';

describe("no loop is", () => {
  it.each<[string, string]>([
    ["a table of numbers", cells + rows(3000, (at) => `| row ${at} | the value of row ${at} | ${at * 7} |\n`)],
    ["a table of empty rows", cells + "|  |  |  |\n".repeat(2000)],
    ["an array of objects", `[\n${rows(3000, json)}]`],
    ["an array of equal objects", `[\n${sameJson.repeat(500)}]`],
    ["a matrix of zeros", rows(150, () => `[${"0, ".repeat(100)}0],\n`)],
    ["zeros in hexadecimal", rows(500, () => `${"0x00, ".repeat(16)}\n`)],
    ["rules", `${"-".repeat(200)}\n`.repeat(50)],
    ["one long rule", "=".repeat(20_000)],
    ["a drawing", rows(200, (at) => `${" ".repeat(40 - (at % 40))}${"#".repeat(2 * (at % 40) + 1)}\n`)],
    ["a box", rows(300, () => `|${" ".repeat(118)}|\n`)],
    ["base64 of a photo", randomBytes(60_000).toString("base64")],
    ["base64 of nothing", rows(600, () => `${"A".repeat(76)}\n`)],
    ["a list of similar lines", rows(4000, (at) => `- Step ${at}: run the command again and check the result.\n`)],
    ["a hundred equal lines", "console.log('hello world');\n".repeat(400)],
    ["placeholder cards", card.repeat(100)],
    ["the same paragraph ten times", paragraph.repeat(10)],
    ["a licence quoted twice", (paragraph + randomBytes(3000).toString("hex")).repeat(2)],
    ["equal SQL lines", "INSERT INTO items (name, price) VALUES ('placeholder', 0);\n".repeat(500)],
    ["a checklist", "- [ ] to do\n".repeat(1000)],
    ["CSV of empty fields", rows(2000, (at) => `${at},,,,,,\n`)],
    ["a song", "Row, row, row your boat, gently down the stream,\n".repeat(100)],
  ])("%s", (_name, text) => {
    expect(loopAt(text)).toBeUndefined();
    expect(loopAt(text + introduction + text, 20_000)).toBeUndefined();
  });

  it("prose of any kind", () => {
    const words = fc.array(fc.constantFrom("wait", "no", "the", "file", "lock", "and", "then", "reads", "it", "."), {
      minLength: 3000,
      maxLength: 6000,
    });
    fc.assert(
      fc.property(words, (list) => {
        const text = list.join(" ").repeat(2);
        expect(loopAt(text)).toBeUndefined();
      }),
      { numRuns: 20 },
    );
  });
});
