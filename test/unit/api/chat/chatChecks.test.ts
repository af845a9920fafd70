import { describe, expect, it } from "vitest";
import { builtInCatalog, createCatalog } from "../../../../src/api/models/catalog.ts";
import { buildChatBody } from "../../../../src/api/chat/chatRequest.ts";
import type { ChatMessage, ChatRequest, ContentPart, FunctionTool } from "../../../../src/api/chat/chatTypes.ts";
import type { ApiError } from "../../../../src/api/errors.ts";
import { createQuirks } from "../../../../src/api/chat/fixups.ts";
import { customEndpoint, officialEndpoint } from "../../../../src/api/platforms.ts";
import { clientFor, failure, readAll } from "../../../fakes/apiClient.ts";
import { startApiServer } from "../../../fakes/apiServer.ts";

const zai = officialEndpoint("zai");
const bigmodel = officialEndpoint("bigmodel");
const hi: ChatMessage = { role: "user", content: "hi" };
const tool: FunctionTool = { name: "f", description: "Does.", parameters: { type: "object", properties: {} } };
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value);

function build(change: Partial<ChatRequest>, endpoint = zai, catalog = builtInCatalog) {
  const request = { model: "glm-5.3", messages: [hi], ...change };
  return JSON.parse(buildChatBody(request, { endpoint, catalog, quirks: createQuirks() }).json) as unknown;
}

/** Field and rule of the refusal, or "sent". */
function verdict(change: Partial<ChatRequest>, endpoint = zai, catalog = builtInCatalog): string {
  try {
    build(change, endpoint, catalog);
    return "sent";
  } catch (thrown) {
    const { code, details } = thrown as ApiError;
    return `${code} ${details.field}: ${details.rule ?? `${details.offeredOn?.join(", ")} not ${details.host}`}`;
  }
}

describe("the fields of a request", () => {
  it("reach the service under its own names", () => {
    const sent = build({
      temperature: 0.5,
      topP: 0.9,
      doSample: false,
      stop: "END",
      responseFormat: "json_object",
      requestId: "request-1",
      userId: "user-1",
      maxTokens: 9000,
    });
    expect(sent).toMatchObject({
      temperature: 0.5,
      top_p: 0.9,
      do_sample: false,
      stop: ["END"],
      response_format: { type: "json_object" },
      request_id: "request-1",
      user_id: "user-1",
      max_tokens: 9000,
    });
  });

  it.each<[Partial<ChatRequest>, string]>([
    [{ temperature: 1.01 }, "temperature: 0-1"],
    [{ temperature: -0.1 }, "temperature: 0-1"],
    [{ temperature: Number.NaN }, "temperature: 0-1"],
    [{ topP: 0 }, "top_p: 0.01-1"],
    [{ topP: 1.5 }, "top_p: 0.01-1"],
    [{ maxTokens: 0 }, "max_tokens: 1-9007199254740991"],
    [{ maxTokens: 1.5 }, "max_tokens: 1-9007199254740991"],
    [{ stop: "" }, "stop: at least 1 character"],
    [{ requestId: "short" }, "request_id: 6-64 characters"],
    [{ requestId: "x".repeat(65) }, "request_id: 6-64 characters"],
    [{ userId: "short" }, "user_id: 6-128 characters"],
    [{ userId: "x".repeat(129) }, "user_id: 6-128 characters"],
    [{ model: "glm-4.6v", responseFormat: "json_object" }, "response_format: text models"],
    [{ model: "glm-5v-turbo", responseFormat: "text" }, "response_format: text models"],
    [{ tools: times(129, tool) }, "tools: at most 128"],
    [{ tools: [{ ...tool, name: "read file" }] }, "tools.function.name: 1-64 of a-z A-Z 0-9 _ -"],
    [{ tools: [{ ...tool, name: "" }] }, "tools.function.name: 1-64 of a-z A-Z 0-9 _ -"],
    [{ tools: [{ ...tool, name: "x".repeat(65) }] }, "tools.function.name: 1-64 of a-z A-Z 0-9 _ -"],
    [{ webSearch: { count: 51 } }, "web_search.count: 1-50"],
    [{ model: "" }, "model: at least 1 character"],
    [{ model: " [1m]" }, "model: at least 1 character"],
    [{ tools: [{ ...tool, description: " " }] }, "tools.function.description: at least 1 character"],
    [{ model: "glm-4.5v", tools: [tool] }, "tools: models with function calls"],
    [{ messages: [{ role: "user", content: " \n" }] }, "messages: at least 1 of the user"],
    [
      {
        messages: [
          {
            role: "user",
            content: [
              { type: "text", text: " " },
              { type: "text", text: "\t" },
            ],
          },
        ],
      },
      "messages: at least 1 of the user",
    ],
    [{ webSearch: { query: " " } }, "web_search.search_query: at least 1 character"],
    [{ messages: [] }, "messages: at least 1 of the user"],
    [{ messages: [{ role: "system", content: "Be kind." }] }, "messages: at least 1 of the user"],
    [
      { messages: [hi, { role: "assistant", content: "" }, { role: "user", content: "" }].slice(1) as ChatMessage[] },
      "messages: at least 1 of the user",
    ],
    [
      { messages: [hi, { role: "tool", toolCallId: "c", content: "x" }] },
      "messages.tool_call_id: id of an earlier call",
    ],
  ])("%j are refused: %s", (change, expected) => expect(verdict(change)).toBe(`bad-request ${expected}`));

  it.each<Partial<ChatRequest>>([
    { temperature: 0 },
    { temperature: 1, topP: 0.01 },
    { maxTokens: 1_000_000 },
    { requestId: "123456" },
    { userId: "x".repeat(128) },
    { tools: times(128, tool) },
    { tools: [{ ...tool, name: "A-z_0".repeat(12) }] },
    { webSearch: { count: 50, recency: "oneWeek", contentSize: "high", domain: "example.org", required: true } },
    { model: "glm-5.3-flash", responseFormat: "json_object" },
    { model: "glm-4.5v", tools: [] },
    { model: "glm-9-unheard-of", tools: [tool] },
  ])("%j are accepted", (change) => expect(verdict(change)).toBe("sent"));

  it("leave out a user's message of nothing but white space", () => {
    expect(
      build({ messages: [hi, { role: "assistant", content: "Yes?" }, { role: "user", content: " \n\t" }] }),
    ).toMatchObject({
      messages: [
        { role: "user", content: "hi" },
        { role: "assistant", content: "Yes?" },
      ],
    });
  });

  it("never reach the network when they break a rule", async () => {
    const running = await startApiServer(() => {});
    const { error } = await readAll(clientFor(running.endpoint()), { model: "glm-5.3", messages: [hi], topP: 7 });
    expect(error).toMatchObject({ code: "bad-request", details: { field: "top_p", rule: "0.01-1" } });
    const whole = clientFor(running.endpoint()).complete({ model: "glm-5.3", messages: [hi], topP: 7 });
    expect((await failure(whole)).details.field).toBe("top_p");
    expect(running.received).toHaveLength(0);
    await running.close();
  });

  it("are left to a custom server, except that a result needs its call", () => {
    const custom = customEndpoint("http://localhost:1/v1", "openai");
    const wild = { temperature: 2, topP: 0, tools: times(200, tool), stop: "", messages: [image("image/webp", 9)] };
    expect(verdict(wild, custom)).toBe("sent");
    expect(verdict({ messages: [hi, { role: "tool", toolCallId: "c", content: "x" }] }, custom)).toContain(
      "tool_call_id",
    );
  });
});

function image(mime: string, bytes = 3): ChatMessage {
  const url = `data:${mime};base64,${Buffer.alloc(bytes, 7).toString("base64")}`;
  return { role: "user", content: [{ type: "image", url }] };
}
const byAddress = (type: "image" | "video" | "file", count = 1): ChatMessage => ({
  role: "user",
  content: times<ContentPart>(count, { type, url: "https://example.org/x" }),
});
const megabytes = 1024 * 1024;

describe("images, videos and files", () => {
  it("reach the service under its own names", () => {
    const sent = build({ model: "glm-5v-turbo", messages: [byAddress("image"), byAddress("video")] });
    expect(sent).toMatchObject({
      messages: [
        { content: [{ type: "image_url", image_url: { url: "https://example.org/x" } }] },
        { content: [{ type: "video_url", video_url: { url: "https://example.org/x" } }] },
      ],
    });
    expect(build({ model: "glm-5v-turbo", messages: [byAddress("file")] })).toMatchObject({
      messages: [{ content: [{ type: "file_url", file_url: { url: "https://example.org/x" } }] }],
    });
  });

  it.each<[string, readonly ChatMessage[], string]>([
    ["glm-5.3", [image("image/png")], "messages.content.type: text"],
    ["glm-4.7", [hi, byAddress("image")], "messages.content.type: text"],
    ["glm-5.3-flash", [byAddress("file")], "messages.content.type: text, image, video"],
    ["glm-5.3-flash", [image("image/png", 5 * megabytes)], "image_url: under 5 MB"],
    ["glm-5.3-flash", [image("image/webp")], "image_url: https address, or data URI of png or jpg"],
    ["glm-5.3-flash", [image("image/svg+xml")], "image_url: https address, or data URI of png or jpg"],
    [
      "glm-5.3-flash",
      [{ role: "user", content: [{ type: "image", url: "file:///etc/passwd" }] }],
      "image_url: https address, or data URI of png or jpg",
    ],
    ["glm-5v-turbo", [byAddress("image", 100), byAddress("image", 51)], "image_url: at most 150"],
    ["glm-4.5v", [byAddress("image", 51)], "image_url: at most 50"],
    ["glm-5v-turbo", [byAddress("video", 3)], "video_url: at most 2"],
    ["glm-4.5v", [byAddress("video", 2)], "video_url: at most 1"],
    ["glm-4.6v", [byAddress("file", 51)], "file_url: at most 50"],
    ["glm-4.6v", [byAddress("file"), hi, byAddress("image")], "file_url: not with image_url or video_url"],
    ["glm-4.6v", [byAddress("file"), byAddress("video")], "file_url: not with image_url or video_url"],
    [
      "glm-4.6v",
      [{ role: "user", content: [{ type: "video", url: "data:video/mp4;base64,AAAA" }] }],
      "video_url: https address",
    ],
  ])("of %s are refused: %#", (model, messages, expected) =>
    expect(verdict({ model, messages })).toBe(`bad-request ${expected}`),
  );

  it("follow BigModel's own limits there", () => {
    expect(verdict({ model: "glm-5v-turbo", messages: [byAddress("image", 51)] }, bigmodel)).toContain("at most 50");
    expect(verdict({ model: "glm-4v-flash", messages: [byAddress("image", 2)] }, bigmodel)).toContain("at most 1");
    expect(verdict({ model: "glm-4v-flash", messages: [image("image/png")] }, bigmodel)).toContain("https address");
    expect(verdict({ model: "glm-4v-flash", messages: [byAddress("image")] }, bigmodel)).toBe("sent");
  });

  it.each<[string, readonly ChatMessage[]]>([
    ["glm-5.3-flash", [image("image/png", 5 * megabytes - 1)]],
    ["glm-5.3-flash", [image("image/jpeg"), image("image/jpg"), byAddress("image", 200)]],
    ["glm-5v-turbo", [byAddress("image", 150), byAddress("video", 2)]],
    ["glm-4.6v", [byAddress("file", 50)]],
    ["glm-9-unheard-of", [image("image/png")]],
  ])("of %s are accepted: %#", (model, messages) => expect(verdict({ model, messages })).toBe("sent"));

  it("are what the user's own catalogue says", () => {
    const catalog = createCatalog([{ id: "glm-5.3-flash", input: ["text", "image", "file"] }]);
    expect(verdict({ model: "glm-5.3-flash", messages: [byAddress("file")] }, zai, catalog)).toBe("sent");
    expect(verdict({ model: "glm-5.3-flash", messages: [byAddress("video")] }, zai, catalog)).toContain("content.type");
  });
});

describe("a web search", () => {
  it("is asked for as the request says", () => {
    const webSearch = {
      engine: "search_pro_jina",
      query: "tea",
      count: 5,
      domain: "example.org",
      recency: "oneDay",
    } as const;
    const more = { contentSize: "high", required: true, sequence: "before", prompt: "On {{current_date}}" } as const;
    expect(build({ webSearch: { ...webSearch, ...more }, tools: [tool] })).toMatchObject({
      tools: [
        { type: "function" },
        {
          type: "web_search",
          web_search: {
            enable: true,
            search_engine: "search_pro_jina",
            search_result: true,
            search_query: "tea",
            count: 5,
            search_domain_filter: "example.org",
            search_recency_filter: "oneDay",
            content_size: "high",
            require_search: true,
            result_sequence: "before",
            search_prompt: "On {{current_date}}",
          },
        },
      ],
    });
  });

  it("does not exist on a plan or on other servers, which is said with where it does", () => {
    const offered = "not-offered web_search: zai, bigmodel not";
    expect(verdict({ webSearch: true }, officialEndpoint("zai-coding"))).toBe(`${offered} api.z.ai`);
    const custom = customEndpoint("http://localhost:1/v1", "openai");
    expect(verdict({ webSearch: true }, custom)).toBe(`${offered} localhost:1`);
    expect(verdict({ webSearch: true }, customEndpoint("http://localhost:1/v1", "zai"))).toBe("sent");
  });

  it("follows the rules of its engine, which each host has of its own", () => {
    const [jina, prime, sogou] = ["search_pro_jina", "search-prime", "search_pro_sogou"];
    for (const engine of [jina, prime]) {
      expect(verdict({ webSearch: { engine } })).toBe("sent");
      expect(verdict({ webSearch: { engine } }, bigmodel)).toBe(
        "not-offered web_search.search_engine: zai not open.bigmodel.cn",
      );
    }
    expect(verdict({ webSearch: { engine: sogou, count: 20 } })).toBe(
      "not-offered web_search.search_engine: bigmodel not api.z.ai",
    );
    expect(verdict({ webSearch: { engine: sogou, count: 20 } }, bigmodel)).toBe("sent");
    expect(verdict({ webSearch: { engine: sogou, count: 15 } }, bigmodel)).toBe(
      "bad-request web_search.count: 10, 20, 30, 40, 50",
    );
    expect(verdict({ webSearch: { engine: "search_pro_quark", domain: "example.org" } }, bigmodel)).toBe(
      "bad-request web_search.search_domain_filter: not with search_pro_quark",
    );
    expect(verdict({ webSearch: { engine: "search_of_tomorrow", count: 15 } })).toBe("sent");
    const custom = customEndpoint("http://localhost:1/v1", "zai");
    expect(verdict({ webSearch: { engine: sogou, count: 20 } }, custom)).toBe("sent");
  });
});

describe("a knowledge base", () => {
  const retrieval = { knowledgeId: "1792", promptTemplate: "Answer {{question}} from {{knowledge}}" };

  it("is asked beside the other tools", () => {
    expect(build({ webSearch: true, retrieval }, bigmodel)).toMatchObject({
      tools: [
        { type: "web_search", web_search: { search_engine: "search_std" } },
        { type: "retrieval", retrieval: { knowledge_id: "1792", prompt_template: retrieval.promptTemplate } },
      ],
    });
  });

  it("does not exist on a plan, on other servers or without an id", () => {
    const custom = customEndpoint("http://localhost:1/v1", "openai");
    const offered = "not-offered retrieval: zai, bigmodel not";
    expect(verdict({ retrieval }, officialEndpoint("bigmodel-coding"))).toBe(`${offered} open.bigmodel.cn`);
    expect(verdict({ retrieval }, custom)).toBe(`${offered} localhost:1`);
    expect(verdict({ retrieval: { knowledgeId: "" } })).toContain("retrieval.knowledge_id");
  });
});

describe("a result with a picture", () => {
  const calling: ChatMessage = { role: "assistant", content: "", toolCalls: [{ id: "c", name: "f", arguments: "{}" }] };
  const content = [
    { type: "text", text: "the page" } as const,
    { type: "image", url: "https://example.org/x" } as const,
  ];
  const messages: ChatMessage[] = [hi, calling, { role: "tool", toolCallId: "c", content }];

  it("is sent to a model that sees, and refused for one that does not", () => {
    expect(build({ model: "glm-5.3-flash", messages })).toMatchObject({
      messages: [{}, {}, { role: "tool", content: [{ type: "text" }, { type: "image_url" }] }],
    });
    expect(verdict({ model: "glm-5.3", messages })).toContain("messages.content.type");
  });
});

describe("a result without words", () => {
  it("says so, since the service refuses empty messages", () => {
    const calling: ChatMessage = {
      role: "assistant",
      content: "",
      toolCalls: [{ id: "c", name: "f", arguments: "{}" }],
    };
    const sent = build({ messages: [hi, calling, { role: "tool", toolCallId: "c", content: "" }] });
    expect(sent).toMatchObject({ messages: [{}, {}, { role: "tool", tool_call_id: "c", content: "(no output)" }] });
  });
});

describe("a model that only BigModel has", () => {
  it("is not sent to Z.AI, unless the user's entry for it says that it is there", () => {
    const offered = "not-offered model: bigmodel not api.z.ai";
    expect(verdict({ model: "charglm-4" })).toBe(offered);
    expect(verdict({ model: "CharGLM-4" }, officialEndpoint("zai-coding"))).toBe(offered);
    expect(verdict({ model: "charglm-4" }, bigmodel)).toBe("sent");
    for (const dialect of ["zai", "openai"] as const) {
      expect(verdict({ model: "charglm-4" }, customEndpoint("http://localhost:1/v1", dialect))).toBe("sent");
    }
    const catalog = createCatalog([{ id: "charglm-4", platforms: ["zai"] }, { id: "my-own" }]);
    expect(verdict({ model: "charglm-4" }, zai, catalog)).toBe("sent");
    expect(verdict({ model: "my-own" }, zai, catalog)).toBe("sent");
    expect(verdict({ model: "glm-9-unheard-of" })).toBe("sent");
  });
});

const bare = (signature: readonly number[], bytes = 60) =>
  Buffer.concat([Buffer.from(signature), Buffer.alloc(bytes, 7)]).toString("base64");
const shown = (url: string): ChatMessage[] => [{ role: "user", content: [{ type: "image", url }] }];

describe("an image as bare base64", () => {
  const png = bare([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const jpg = bare([0xff, 0xd8, 0xff, 0xe0]);

  it.each([
    ["png", png, "image/png"],
    ["jpeg", jpg, "image/jpeg"],
  ])("is sent as a data URI: %s", (_name, url, mime) => {
    expect(build({ model: "glm-5.3-flash", messages: shown(url) })).toMatchObject({
      messages: [{ content: [{ image_url: { url: `data:${mime};base64,${url}` } }] }],
    });
  });

  it("goes bare where the host wants that", () => {
    const quirks = { ...createQuirks(), rawImages: true };
    const request = { model: "glm-5.3-flash", messages: shown(png) };
    const { json } = buildChatBody(request, { endpoint: zai, catalog: builtInCatalog, quirks });
    expect(JSON.parse(json)).toMatchObject({ messages: [{ content: [{ image_url: { url: png } }] }] });
  });

  it("has the limits of any other", () => {
    const model = "glm-5.3-flash";
    const wanted = "bad-request image_url: https address, or data URI of png or jpg";
    expect(verdict({ model, messages: shown(bare([0x52, 0x49, 0x46, 0x46])) })).toBe(wanted);
    expect(verdict({ model, messages: shown("/9j/../etc/passwd") })).toBe(wanted);
    expect(verdict({ model, messages: shown(bare([0xff, 0xd8, 0xff], 5 * megabytes)) })).toContain("under 5 MB");
    expect(verdict({ model: "glm-4v-flash", messages: shown(png) }, bigmodel)).toContain("https address");
  });
});
