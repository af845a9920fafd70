import { afterEach, describe, expect, it } from "vitest";
import type { Client } from "../../../../src/api/client.ts";
import { ApiError } from "../../../../src/api/errors.ts";
import {
  sourceLanguages,
  targetLanguages,
  translationStrategies,
  type TranslationPart,
  type TranslationRequest,
} from "../../../../src/api/agents/translation.ts";
import { clientFor, failure } from "../../../fakes/apiClient.ts";
import { sendJson, sendStream, startApiServer, type ApiServer, type Handler } from "../../../fakes/apiServer.ts";
import { simulatorClient } from "../../../fakes/simulatorClient.ts";
import { translated, translations, translationStreams } from "../../../fixtures/agentReplies.ts";
import { data } from "../../../fixtures/apiStreams.ts";
import { simulatorForFile } from "../../../fakes/simulatorForFile.ts";

const simulator = await simulatorForFile();

let server: ApiServer | undefined;
afterEach(() => server?.close());

const request: TranslationRequest = { text: "Good morning" };

async function serve(handler: Handler) {
  const running = await startApiServer(handler);
  server = running;
  return { client: clientFor(running.endpoint()), running };
}
const answering = (answer: unknown) => serve((_request, response) => sendJson(response, 200, answer));

async function readAll(client: Client, asked = request) {
  const parts: TranslationPart[] = [];
  let error: ApiError | undefined;
  try {
    for await (const part of client.agents.streamTranslation(asked)) parts.push(part);
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    error = thrown;
  }
  return { parts, error, text: parts.map((part) => (part.type === "text-delta" ? part.text : "")).join("") };
}

describe("a translation", () => {
  it.each(
    translationStrategies.flatMap((strategy) => (["zai", "bigmodel"] as const).map((at) => [strategy, at] as const)),
  )("by %s comes from %s, whole and streamed", async (strategy, platform) => {
    const client = simulatorClient(simulator, platform);
    const asked: TranslationRequest = {
      ...request,
      strategy,
      from: "en",
      to: "de",
      suggestion: strategy === "general" ? "formal" : undefined,
      reasonLanguage: strategy === "cot" ? "from" : undefined,
    };
    const whole = await client.agents.translate(asked);
    expect(whole).toMatchObject({ text: expect.stringMatching(/\S/), finishReason: "stop" });
    expect(whole.usage?.totalTokens).toBeGreaterThan(0);
    const streamed = await readAll(client, asked);
    expect([streamed.error, streamed.parts.at(-1)]).toEqual([undefined, { type: "finish", reason: "stop" }]);
    expect(streamed.text).not.toBe("");
    expect(streamed.parts.some(({ type }) => type === "usage")).toBe(true);
  });

  it("is possible between all languages", async () => {
    const client = simulatorClient(simulator, "zai");
    for (const from of sourceLanguages) await client.agents.translate({ ...request, from });
    for (const to of targetLanguages) await client.agents.translate({ ...request, to });
    expect(simulator.requests.map(({ status }) => status)).toEqual(simulator.requests.map(() => 200));
  });

  it.each([
    "agent-shape:array",
    "agent-shape:object",
    "agent-shape:message",
    "agent-shape:delta",
    "not-stream",
    "no-done",
    "usage-chunk",
    "no-usage",
    "bytes",
    "crlf",
    "comments",
    "bom",
    "no-space",
  ])("is the same, whole and streamed, when the service plays %s", async (name) => {
    const client = simulatorClient(simulator, "zai");
    const { text } = await client.agents.translate(request);
    simulator.setScenario({ name });
    expect((await client.agents.translate(request)).text).toBe(text);
    const streamed = await readAll(client);
    expect([streamed.error, streamed.text]).toEqual([undefined, text]);
    expect(streamed.parts.at(-1)).toEqual({ type: "finish", reason: "stop" });
  });

  it("takes a glossary that was uploaded, and no other", async () => {
    const client = simulatorClient(simulator, "zai");
    const bytes = Buffer.from("morning = Frühstück");
    const { id: glossary } = await client.files.upload({ name: "glossary.txt", bytes, purpose: "agent" });
    expect((await client.agents.translate({ ...request, glossary })).text).not.toBe("");
    const unknown = client.agents.translate({ ...request, glossary: "agent-unknown" });
    expect(await failure(unknown)).toMatchObject({ code: "bad-request", details: { serviceCode: "1214" } });
  });

  it("is found at the SDKs' path", async () => {
    simulator.setScenario({ name: "agents-sdk-path" });
    const client = simulatorClient(simulator, "bigmodel");
    await client.agents.translate(request);
    await client.agents.translate(request);
    expect(simulator.requests.map(({ status }) => status)).toEqual([404, 200, 200]);
  });

  it.each<[string, number, string]>([
    ["agent-refused", 1301, "content-blocked"],
    ["agent-refused", 1234, "result-failed"],
    ["agent-refused", 1113, "no-balance"],
  ])("that fails by %s %i says %s, and is not asked for again", async (name, value, code) => {
    simulator.setScenario({ name, value });
    const client = simulatorClient(simulator, "zai");
    expect((await failure(client.agents.translate(request))).code).toBe(code);
    expect((await readAll(client)).error?.code).toBe(code);
    expect(simulator.requests).toHaveLength(2);
  });

  it.each<[string, number | undefined, string]>([
    ["cut", 500, "stream-broken"],
    ["cut-clean", 500, "stream-broken"],
    ["no-end", undefined, "stream-broken"],
    ["error-mid", undefined, "busy"],
  ])("that breaks by %s keeps what came and is not repeated", async (name, value, code) => {
    simulator.setScenario(value === undefined ? { name } : { name, value });
    const long = { ...request, text: "Good morning to all of you. ".repeat(20) };
    const { text, error } = await readAll(simulatorClient(simulator, "zai"), long);
    expect([error?.code, error?.details.afterOutput]).toEqual([code, true]);
    expect(text).not.toBe("");
    expect(simulator.requests).toHaveLength(1);
  });

  it("sends what was asked for, and the documented defaults", async () => {
    const { client, running } = await answering(translations[0]?.[1]);
    await client.agents.translate(request);
    await client.agents.translate({ text: "Hi", from: "en", to: "en-GB", glossary: "agent-1", suggestion: "formal" });
    await client.agents.translate({ text: "Hi", strategy: "cot", reasonLanguage: "to" });
    expect(
      running.received.map(({ body }) => (JSON.parse(body) as { custom_variables: unknown }).custom_variables),
    ).toEqual([
      { source_lang: "auto", target_lang: "zh-CN", strategy: "general" },
      {
        source_lang: "en",
        target_lang: "en-GB",
        strategy: "general",
        glossary: "agent-1",
        strategy_config: { general: { suggestion: "formal" } },
      },
      {
        source_lang: "auto",
        target_lang: "zh-CN",
        strategy: "cot",
        strategy_config: { cot: { reason_lang: "to" } },
      },
    ]);
    expect(JSON.parse(running.received[0]?.body ?? "")).toMatchObject({
      agent_id: "general_translation",
      stream: false,
      messages: [{ role: "user", content: [{ type: "text", text: "Good morning" }] }],
    });
  });

  it.each(translations)("is read from %s", async (_name, answer) => {
    const { client } = await answering(answer);
    expect(await client.agents.translate(request)).toEqual(translated);
  });

  it.each(translationStreams)("is read from a stream with %s", async (_name, events) => {
    const { client } = await serve((_request, response) => sendStream(response, events.map(data).join("")));
    const { parts, text, error } = await readAll(client);
    expect([error, text]).toEqual([undefined, translated.text]);
    expect(parts.filter(({ type }) => type === "usage")).toEqual([{ type: "usage", usage: translated.usage }]);
    expect(parts.at(-1)).toEqual({ type: "finish", reason: "stop" });
  });

  it("is read from a whole answer that came instead of a stream", async () => {
    const { client } = await answering(translations[0]?.[1]);
    const { text, parts, error } = await readAll(client);
    expect([error, text, parts.length]).toEqual([undefined, translated.text, 3]);
  });

  it("that is cut short says so", async () => {
    const { client } = await answering({ choices: [{ finish_reason: "length", message: { content: "Guten" } }] });
    expect(await client.agents.translate(request)).toMatchObject({ text: "Guten", finishReason: "length" });
  });

  it.each([
    ["sensitive", "content-blocked"],
    ["stop", "invalid-response"],
  ])("without a text, finished with %s, is %s", async (finish_reason, code) => {
    const { client } = await answering({ status: "success", choices: [{ finish_reason, messages: [] }] });
    expect((await failure(client.agents.translate(request))).code).toBe(code);
  });

  it("that breaks in the middle keeps what came", async () => {
    const first = translationStreams[0]?.[1].slice(0, 2) ?? [];
    const { client, running } = await serve((_request, response) => sendStream(response, first.map(data).join("")));
    const { text, error } = await readAll(client);
    expect([text, error?.code, error?.details.afterOutput]).toEqual(["早上好", "stream-broken", true]);
    expect(running.received).toHaveLength(1);
  });

  it.each<[Partial<TranslationRequest>, string]>([
    [{ text: " " }, "text"],
    [{ from: "zh" as "zh-CN" }, "source_lang"],
    [{ from: "en-GB" as "en" }, "source_lang"],
    [{ to: "auto" as "en" }, "target_lang"],
    [{ strategy: "best" as "cot" }, "strategy"],
    [{ strategy: "cot", suggestion: "formal" }, "suggestion"],
    [{ reasonLanguage: "to" }, "reason_lang"],
    [{ strategy: "cot", reasonLanguage: "both" as "to" }, "reason_lang"],
    [{ glossary: "" }, "glossary"],
  ])("is refused before the network: %j", async (change, field) => {
    const client = simulatorClient(simulator, "zai");
    const refused = { code: "bad-request", details: { field } };
    expect(await failure(client.agents.translate({ ...request, ...change }))).toMatchObject(refused);
    expect((await readAll(client, { ...request, ...change })).error).toMatchObject(refused);
    expect(simulator.requests).toHaveLength(0);
  });

  it("can be cancelled", async () => {
    const stop = new AbortController();
    const { client } = await serve(() => stop.abort());
    expect((await failure(client.agents.translate(request, { signal: stop.signal }))).code).toBe("cancelled");
  });

  it("is not offered on a plan", async () => {
    const client = simulatorClient(simulator, "zai-coding");
    const offered = { code: "not-offered", details: { offeredOn: ["zai", "bigmodel"] } };
    expect(await failure(client.agents.translate(request))).toMatchObject(offered);
    expect((await readAll(client)).error).toMatchObject(offered);
  });
});
