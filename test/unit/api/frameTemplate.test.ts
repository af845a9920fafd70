import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFrameTemplate } from "../../../src/api/frameTemplate.ts";

const frame = (delta: object, more: object = {}) =>
  JSON.stringify({ id: "1", choices: [{ index: 0, delta }], ...more });

function learnt(data: string) {
  const template = createFrameTemplate();
  template.learn(data, JSON.parse(data));
  return template;
}

const stamped = (index: number) => frame({ content: "a" }, { stamp: index });

describe("a learnt frame", () => {
  it("reads the next ones exactly as the JSON parser would", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary", minLength: 1 }), (first, next) => {
        const template = learnt(frame({ role: "assistant", content: first }));
        const match = template.match(frame({ role: "assistant", content: next }));
        if (match) expect(match).toEqual({ kind: "text-delta", text: next });
        else expect(first).toBe("");
      }),
    );
  });

  it("keeps thinking apart from text", () => {
    const template = learnt(frame({ role: "assistant", reasoning_content: "a" }));
    expect(template.match(frame({ role: "assistant", reasoning_content: "b" }))?.kind).toBe("reasoning-delta");
    expect(template.match(frame({ role: "assistant", content: "b" }))).toBeUndefined();
  });

  it("is not fooled by a text that closes its string", () => {
    const template = learnt(frame({ content: "a" }));
    const cunning = frame({ content: "x" }).replace('"x"', '"x","tool_calls":"y"');
    expect(template.match(cunning)).toBeUndefined();
    expect(template.match(frame({ content: "x" }).replace('"x"', '"x\\"'))).toBeUndefined();
  });

  it("is found at the right place even when the same words stand elsewhere", () => {
    const odd = '{"note":{"content":"a"},"choices":[{"delta":{"content":"a"}}]}';
    const template = learnt(odd);
    expect(template.match(odd.replace('"note":{"content":"a"}', '"note":{"content":"b"}'))).toBeUndefined();
  });

  it.each([
    ["usage", frame({ content: "a" }, { usage: { prompt_tokens: 1 } })],
    ["a finish reason", '{"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}'],
    ["a function call", frame({ content: "a", tool_calls: [{}] })],
    ["both kinds of text", frame({ content: "a", reasoning_content: "b" })],
    ["an error", frame({ content: "a" }, { error: "x" })],
  ])("never holds %s", (_name, data) => expect(learnt(data).match(data)).toBeUndefined());

  it("is given up when nothing ever matches", () => {
    const template = createFrameTemplate();
    for (let index = 0; index < 40; index++) template.learn(stamped(index), JSON.parse(stamped(index)));
    expect(template.match(stamped(39))).toBeUndefined();
  });
});
