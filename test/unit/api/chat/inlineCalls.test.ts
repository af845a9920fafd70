import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { FunctionTool } from "../../../../src/api/chat/chatTypes.ts";
import { createInlineCalls, readInlineCall } from "../../../../src/api/chat/inlineCalls.ts";
import { clientFor, merged, readAll } from "../../../fakes/apiClient.ts";
import { sendStream, startApiServer, type ApiServer } from "../../../fakes/apiServer.ts";
import * as streams from "../../../fixtures/apiStreams.ts";

const parameters = {
  type: "object",
  properties: {
    path: { type: "string" },
    line: { type: "integer" },
    options: { type: "object" },
    all: { type: "boolean" },
  },
};
const tools: readonly FunctionTool[] = [{ name: "read_file", description: "Reads.", parameters }];

/** As GLM-4.5 writes a call, and as GLM-4.7 and later do. */
const call45 =
  "<tool_call>read_file\n<arg_key>path</arg_key>\n<arg_value>a.ts</arg_value>\n<arg_key>line</arg_key>\n<arg_value>7</arg_value>\n</tool_call>";
const call47 =
  "<tool_call>read_file<arg_key>path</arg_key><arg_value>a.ts</arg_value><arg_key>line</arg_key><arg_value>7</arg_value></tool_call>";
const both = { name: "read_file", arguments: '{"path":"a.ts","line":7}' };

describe("a call in the model's own notation", () => {
  it.each<[string, object | undefined]>([
    [call45, both],
    [call47, both],
    ["<tool_call>read_file</tool_call>", { name: "read_file", arguments: "{}" }],
    [
      '<tool_call>\n{"name": "read_file", "arguments": {"path": "a.ts"}}\n</tool_call>',
      { name: "read_file", arguments: '{"path":"a.ts"}' },
    ],
    // What looks like a number or JSON stays text where the function wants text.
    [call47.replace("a.ts", "007"), { name: "read_file", arguments: '{"path":"007","line":7}' }],
    [call47.replace("a.ts", ' {"a":1}\n'), { name: "read_file", arguments: '{"path":" {\\"a\\":1}\\n","line":7}' }],
    [
      call47.replace("line", "options").replace("7", '{"deep":true}'),
      { name: "read_file", arguments: '{"path":"a.ts","options":{"deep":true}}' },
    ],
    [
      call47.replace("line", "unheard_of").replace("7", "not json"),
      { name: "read_file", arguments: '{"path":"a.ts","unheard_of":"not json"}' },
    ],
    [
      call47.replace("line", "__proto__").replace("7", "{}"),
      { name: "read_file", arguments: '{"path":"a.ts","__proto__":{}}' },
    ],
    // Guessing would be needed.
    [call47.replace("read_file", "delete_all"), undefined],
    [call47.replace("</tool_call>", ""), undefined],
    [call47.replace("</arg_value>", ""), undefined],
    [call47.replace("a.ts", "x</arg_value>y"), undefined],
    [call47.replace("<arg_key>line", "and then <arg_key>line"), undefined],
    ['<tool_call>{"name": "delete_all", "arguments": {}}</tool_call>', undefined],
    ['<tool_call>{"name": "read_file", "arguments": "{}"}</tool_call>', undefined],
    ['<tool_call>{"name": "read_file"</tool_call>', undefined],
    ["<arg_key>path</arg_key><arg_value>a.ts</arg_value></tool_call>", undefined],
  ])("%j is read as %j", (markup, expected) => expect(readInlineCall(markup, tools)).toEqual(expected));
});

/** Text and calls that a splitter finds. */
function split(pieces: readonly string[]): { text: string; calls: string[] } {
  const seen = { text: "", calls: [] as string[] };
  const splitter = createInlineCalls({
    text: (text) => void (seen.text += text),
    call: (markup) => void seen.calls.push(markup),
  });
  for (const piece of pieces) splitter.feed(piece);
  splitter.end();
  return seen;
}

const squeezed = (words: string) => words.replaceAll(/\s/g, "").split("").sort().join("");

describe("in a text", () => {
  it.each<[string, string, readonly string[]]>([
    [`I look.\n${call45}`, "I look.\n", [call45]],
    [`${call47}\n${call47}`, "", [call47, call47]],
    [`a ${call47} b`, "a b", [call47]],
    ["<tool_call>read_file<arg_key>pa", "", ["<tool_call>read_file<arg_key>pa"]],
    ["read_file\n<arg_key>path</arg_key>", "read_file\n", ["<arg_key>path</arg_key>"]],
    ["a < b and <b>bold</b> <tool>", "a < b and <b>bold</b> <tool>", []],
    [`Write \`${call47}\` yourself.`, `Write \`${call47}\` yourself.`, []],
    [`Write "<tool_call>" first.`, `Write "<tool_call>" first.`, []],
    [`Like so:\n\`\`\`xml\n${call47}\n\`\`\`\ndone`, `Like so:\n\`\`\`xml\n${call47}\n\`\`\`\ndone`, []],
    [`~~~\n<arg_key>\n~~~\n${call47}`, "~~~\n<arg_key>\n~~~\n", [call47]],
    ["cut <tool_ca", "cut <tool_ca", []],
  ])("%j", (content, text, calls) => expect(split([content])).toEqual({ text, calls }));

  it("calls are found however the text was cut, and nothing is lost", () => {
    const piece = fc.constantFrom(
      "<tool_call>",
      "</tool_call>",
      "<arg_key>",
      "<",
      "`",
      "```",
      "\n",
      "a",
      '"',
      " ",
      "read_file",
      ">",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), fc.array(fc.nat(90)), (pieces, cuts) => {
        const content = pieces.join("");
        const edges = [0, ...cuts.map((cut) => Math.min(cut, content.length)).sort((a, b) => a - b), content.length];
        const parts = edges.slice(1).map((edge, index) => content.slice(edges[index], edge));
        const whole = split([content]);
        expect(split(parts)).toEqual(whole);
        expect(squeezed(whole.text + whole.calls.join(""))).toBe(squeezed(content));
      }),
      { numRuns: 5000 },
    );
  });
});

let server: ApiServer | undefined;
afterEach(() => server?.close());

async function answer(content: readonly string[], dialect: "zai" | "openai", offered: readonly FunctionTool[] = tools) {
  const body = content.map(streams.text).join("") + streams.end("stop") + streams.done;
  server = await startApiServer((_request, response) => sendStream(response, body));
  const messages = [{ role: "user", content: "Go" }] as const;
  return readAll(clientFor(server.endpoint(dialect)), { model: "glm-5.3", messages, tools: offered });
}
const pieces = (text: string) => text.match(/[\s\S]{1,5}/g) ?? [];

describe("an answer with calls in its text", () => {
  it.each(["zai", "openai"] as const)("hands them out as calls (%s)", async (dialect) => {
    const { parts, text } = await answer(pieces(`I look.\n${call45}\n${call47}`), dialect);
    expect(text).toBe("I look.\n");
    expect(parts.filter((part) => part.type === "tool-call").map((part) => part.call)).toEqual([
      { id: "call_text_0", ...both },
      { id: "call_text_1", ...both },
    ]);
    expect(parts.at(-1)).toEqual({ type: "finish", reason: "tool-calls" });
  });

  it("explains those that it cannot read, instead of showing them", async () => {
    const strange = call47.replace("read_file", "delete_all");
    const { parts, text } = await answer(pieces(`Hm. ${strange}`), "openai");
    expect(text).toBe("Hm. ");
    expect(parts.filter((part) => part.type === "unread-call")).toEqual([{ type: "unread-call", text: strange }]);
    expect(parts.some((part) => part.type === "tool-call")).toBe(false);
  });

  it("keeps what was open when the stream ended", async () => {
    const { parts } = await answer(["<tool_call>read_file<arg_key>"], "zai");
    expect(merged(parts).slice(1, 2)).toEqual([{ type: "unread-call", text: "<tool_call>read_file<arg_key>" }]);
  });

  it("is left alone where the service cannot have meant one", async () => {
    expect((await answer([call47], "zai", [])).text).toBe(call47);
  });
});
