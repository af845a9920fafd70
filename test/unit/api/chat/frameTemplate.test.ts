import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFrameTemplate } from "../../../../src/api/chat/frameTemplate.ts";

const json = (delta: object, more: object = {}) => JSON.stringify({ id: "1", choices: [{ index: 0, delta }], ...more });
const event = (data: string) => `data: ${data}\n\n`;
const text = (content: string) => json({ role: "assistant", content });
const thought = (words: string) => json({ role: "assistant", reasoning_content: words });

function learnt(data: string) {
  const template = createFrameTemplate();
  template.learn(data, JSON.parse(data));
  return template;
}

/** What the template makes of a stream, taking as much as it can each time; it stops at the first frame it does not know. */
function read(data: string, stream: string): { text: string; rest: string } {
  const template = learnt(data);
  let words = "";
  let at = 0;
  for (let run = template.match(stream, at); run; run = template.match(stream, at)) {
    words += run.text;
    at = run.end;
  }
  return { text: words, rest: stream.slice(at) };
}

const stamped = (index: number) => json({ content: "a" }, { stamp: index });
const anyText = fc.string({ unit: "binary" });

describe("a learnt frame", () => {
  it("reads the next ones exactly as the JSON parser would", () => {
    fc.assert(
      fc.property(anyText, fc.array(anyText, { minLength: 1 }), (first, next) => {
        const stream = next.map((words) => event(text(words))).join("");
        const found = read(text(first), stream);
        expect(found).toEqual(first === "" ? { text: "", rest: stream } : { text: next.join(""), rest: "" });
      }),
      { numRuns: 1000 },
    );
  });

  it("stops at a frame that is another, and goes on behind it", () => {
    const stream = event(text("b")) + event(thought("hm")) + event(text("c"));
    expect(read(text("a"), stream)).toEqual({ text: "b", rest: event(thought("hm")) + event(text("c")) });
    const template = learnt(text("a"));
    expect(template.match(stream, stream.length - event(text("c")).length)).toMatchObject({ text: "c" });
  });

  it("leaves an unfinished frame alone", () => {
    const stream = event(text("b")) + event(text("cut")).slice(0, -1);
    expect(read(text("a"), stream)).toEqual({ text: "b", rest: event(text("cut")).slice(0, -1) });
    expect(learnt(text("a")).match(event(text("cut")).slice(0, -1), 0)).toBeUndefined();
  });

  it("keeps thinking apart from text", () => {
    const template = learnt(thought("a"));
    expect(template.match(event(thought("b")), 0)?.kind).toBe("reasoning-delta");
    expect(template.match(event(text("b")), 0)).toBeUndefined();
  });

  it.each([
    ["closes its string", text("x").replace('"x"', '"x","tool_calls":"y"')],
    ["escapes the end of its string", text("x").replace('"x"', '"x\\"')],
    ["has an escape that goes on in the next frame", text("x").replace('"x"', '"x\\"') + "\n\ndata: " + text("nfoo")],
    ["has a line end", text("x").replace('"x"', '"x\n"')],
    ["has a control character", text("x").replace('"x"', '"\u0001"')],
  ])("is not fooled by a text that %s", (_name, data) => {
    expect(learnt(text("a")).match(event(data), 0)).toBeUndefined();
    expect(read(text("a"), event(text("good")) + event(data))).toEqual({ text: "good", rest: event(data) });
  });

  it("reads texts that end with backslashes", () => {
    const words = ["C:\\", "\\\\", '\\"', "n"];
    expect(read(text("a"), words.map((word) => event(text(word))).join(""))).toEqual({
      text: words.join(""),
      rest: "",
    });
  });

  it("is found at the right place even when the same words stand elsewhere", () => {
    const odd = '{"note":{"content":"a"},"choices":[{"delta":{"content":"a"}}]}';
    const other = odd.replace('"note":{"content":"a"}', '"note":{"content":"b"}');
    expect(learnt(odd).match(event(other), 0)).toBeUndefined();
  });

  it.each([
    ["usage", json({ content: "a" }, { usage: { prompt_tokens: 1 } })],
    ["a finish reason", '{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}'],
    ["a function call", json({ content: "a", tool_calls: [{}] })],
    ["both kinds of text", json({ content: "a", reasoning_content: "b" })],
    ["an error", json({ content: "a" }, { error: "x" })],
  ])("never holds %s", (_name, data) => expect(learnt(data).match(event(data), 0)).toBeUndefined());

  it("is given up when nothing ever matches", () => {
    const template = createFrameTemplate();
    for (let index = 0; index < 40; index++) template.learn(stamped(index), JSON.parse(stamped(index)));
    expect(template.match(event(stamped(39)), 0)).toBeUndefined();
  });
});
