import type { ServerResponse } from "node:http";
import type { KnownProduct } from "../../src/core/customServer.ts";
import { sendJson, startApiServer, type ApiServer } from "./apiServer.ts";

/** Small servers that answer as the products' documentation says, each with its own routes, lists, errors and thinking. */

interface FakeModel {
  readonly id: string;
  /** Name of the weights (vLLM, SGLang). */
  readonly weights?: string;
  readonly context?: number;
}

export interface FakeOptions {
  readonly models?: readonly FakeModel[];
  /** Refuse everybody else under the OpenAI routes. */
  readonly key?: string;
  /** How thinking comes: in the product's field, as tags, with a lone closing tag, or not at all. */
  readonly thinking?: "field" | "tags" | "lone-tag" | "none";
  /** Refuse members that a request to plain OpenAI does not have. */
  readonly strict?: boolean;
}

interface Body {
  readonly model?: string;
  readonly messages?: readonly { readonly content?: string }[];
  readonly stream?: boolean;
  readonly max_tokens?: number;
  readonly reasoning_effort?: string;
  readonly [member: string]: unknown;
}

type Kind = KnownProduct | "no-list";

export interface FakeServer extends ApiServer {
  readonly baseUrl: string;
  /** Bodies of the chats. */
  chats(): readonly Body[];
}

const field: Readonly<Record<Kind, string>> = {
  ollama: "reasoning",
  "lm-studio": "reasoning_content",
  vllm: "reasoning_content",
  sglang: "reasoning_content",
  "llama-cpp": "reasoning_content",
  "chat-proxy": "reasoning_content",
  "no-list": "reasoning_content",
};
const owners: Readonly<Record<Kind, string>> = {
  ollama: "library",
  "lm-studio": "organization_owner",
  vllm: "vllm",
  sglang: "sglang",
  "llama-cpp": "llamacpp",
  "chat-proxy": "z.ai",
  "no-list": "",
};
const plainMembers = /^(?:model|messages|stream|stream_options|max_tokens|temperature|top_p|stop|tools|tool_choice)$/;

export async function startCustomServer(kind: Kind, options: FakeOptions = {}): Promise<FakeServer> {
  const { models = [{ id: "glm-4.7-flash" }], key, thinking = "field", strict = false } = options;
  /** Ollama loads a model when it is first asked. */
  const loaded = new Set<string>();

  const server = await startApiServer(({ method, path, headers, body }, response) => {
    const route = `${method} ${path}`;
    if (key !== undefined && path.startsWith("/v1") && headers.authorization !== `Bearer ${key}`) {
      sendJson(response, 401, { error: "Unauthorized" });
    } else if (route === "POST /v1/chat/completions") chat(JSON.parse(body) as Body, response);
    else if (route === "GET /v1/models" && kind !== "no-list") sendJson(response, 200, list());
    else if (!beside(route, response)) lost(route, response);
  });

  function list(): object {
    if (kind === "ollama" && models.length === 0) return { object: "list", data: null };
    const data = models.map(({ id, weights, context }) => ({
      id,
      object: "model",
      created: 1_786_665_600,
      owned_by: owners[kind],
      ...(kind === "vllm" || kind === "sglang" ? { root: weights ?? id, max_model_len: context ?? 131_072 } : {}),
    }));
    return { object: "list", data };
  }

  /** The product's own routes. */
  function beside(route: string, response: ServerResponse): boolean {
    const answers: Readonly<Record<string, object>> = {
      "ollama GET /api/version": { version: "0.12.3" },
      "ollama GET /api/ps": {
        models: models
          .filter(({ id }) => loaded.has(id))
          .map(({ id, context }) => ({ name: id, model: id, size: 1, context_length: context ?? 4096 })),
      },
      "lm-studio GET /api/v0/models": {
        object: "list",
        data: models.map(({ id, context }) => ({
          id,
          object: "model",
          type: "llm",
          publisher: "zai-org",
          arch: "glm4",
          state: "loaded",
          max_context_length: 131_072,
          loaded_context_length: context ?? 4096,
        })),
      },
      "vllm GET /version": { version: "0.11.2" },
      "sglang GET /get_model_info": { model_path: models[0]?.weights ?? "", is_generation: true },
      "llama-cpp GET /props": { default_generation_settings: { n_ctx: models[0]?.context ?? 4096 }, total_slots: 1 },
    };
    const answer = answers[`${kind} ${route}`];
    if (answer) sendJson(response, 200, answer);
    return answer !== undefined;
  }

  /** What the product says to a path that it does not have. */
  function lost(route: string, response: ServerResponse): void {
    const page = "<!DOCTYPE html><html><head><title>Server</title></head><body></body></html>";
    if (kind === "ollama" || kind === "no-list") {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("404 page not found");
    } else if (kind === "lm-studio") sendJson(response, 200, { error: `Unexpected endpoint or method. (${route})` });
    else if (kind === "llama-cpp")
      sendJson(response, 404, { error: { code: 404, message: "File Not Found", type: "not_found_error" } });
    else if (kind === "chat-proxy") response.writeHead(200, { "Content-Type": "text/html" }).end(page);
    else sendJson(response, 404, { detail: "Not Found" });
  }

  function chat(body: Body, response: ServerResponse): void {
    const refused = refusal(body);
    if (refused !== undefined) {
      sendJson(response, 400, { error: { message: refused, type: "invalid_request_error", param: null, code: null } });
      return;
    }
    const model = body.model ?? "";
    if (kind !== "no-list" && !models.some(({ id }) => id === model)) {
      sendJson(response, 404, { error: { message: `The model '${model}' does not exist`, type: "not_found_error" } });
      return;
    }
    loaded.add(model);
    const question = body.messages?.at(-1)?.content ?? "";
    const pieces = deltas(`You said: ${question}`).slice(0, body.max_tokens);
    const cut = body.max_tokens !== undefined && pieces.length === body.max_tokens;
    const frames = [
      ...pieces.map((delta) => ({ choices: [{ index: 0, delta, finish_reason: null }] })),
      { choices: [{ index: 0, delta: {}, finish_reason: cut ? "length" : "stop" }] },
      { choices: [], usage: { prompt_tokens: 8, completion_tokens: pieces.length, total_tokens: 8 + pieces.length } },
    ].map((frame) => ({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_786_665_600, model, ...frame }));
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.end(`${frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join("")}data: [DONE]\n\n`);
  }

  function refusal({ model = "", reasoning_effort: effort, ...body }: Body): string | undefined {
    const unknown = Object.keys({ ...body, ...(effort === undefined ? {} : { reasoning_effort: effort }) }).filter(
      (member) => !plainMembers.test(member),
    );
    if (strict && unknown.length > 0) return `Extra inputs are not permitted: ${unknown.join(", ")}`;
    if (kind !== "ollama" || effort === undefined || effort === "none") return undefined;
    if (!["high", "medium", "low"].includes(effort)) return `invalid reasoning value: '${effort}'`;
    return thinking === "none" ? `"${model}" does not support thinking` : undefined;
  }

  function deltas(answer: string): object[] {
    const text = answer.split(/(?<= )/).map((content) => ({ content }));
    const thought = ["A ", "greeting."];
    switch (thinking) {
      case "none":
        return text;
      case "field":
        return [...thought.map((words) => ({ [field[kind]]: words })), ...text];
      case "tags":
        return [...["<think>", ...thought, "</think>\n"].map((content) => ({ content })), ...text];
      case "lone-tag":
        return [...[...thought, "</think>\n"].map((content) => ({ content })), ...text];
    }
  }

  return Object.assign(server, {
    baseUrl: `${server.origin}/v1`,
    chats: () =>
      server.received
        .filter(({ path }) => path.endsWith("/chat/completions"))
        .map(({ body }) => JSON.parse(body) as Body),
  });
}
