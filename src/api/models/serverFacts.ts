import * as v from "valibot";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { listOf, looseNumber, readAs, someText } from "../http/loose.ts";
import { askJson, requireReady } from "../http/request.ts";

/** A model and the tokens that the server gives it, where it tells. */
interface RunningModel {
  readonly id: string;
  readonly context: number | undefined;
}

/** What servers that one runs oneself say beside the OpenAI routes. Undefined = not asked, or no such answer. */
export interface ServerFacts {
  /** `GET /api/version` of Ollama. */
  readonly ollamaVersion?: string | undefined;
  /** `GET /api/ps` of Ollama: the models in memory. */
  readonly ollamaRunning?: readonly RunningModel[] | undefined;
  /** `GET /api/v0/models` of LM Studio, with the context of the loaded ones. */
  readonly lmStudioModels?: readonly RunningModel[] | undefined;
  /** `GET /version` of vLLM. Others answer there as well: it names the version, not the product. */
  readonly vllmVersion?: string | undefined;
  /** `GET /get_model_info` of SGLang: name or path of the weights. */
  readonly sglangWeights?: string | undefined;
  /** `GET /props` of llama.cpp's server: tokens of one slot. */
  readonly llamaCppContext?: number | undefined;
}

const limitMs = 5_000;

const version = v.pipe(
  v.object({ version: someText }),
  v.transform((answer) => answer.version),
);
const running = v.pipe(
  v.object({
    models: listOf(
      v.pipe(
        v.object({ name: someText, context_length: looseNumber }),
        v.transform(({ name, context_length: context }): RunningModel => ({ id: name, context })),
      ),
    ),
  }),
  v.transform((answer) => answer.models),
);
// `state` is what no other server's list has.
const lmStudio = v.pipe(
  v.object({
    data: listOf(
      v.pipe(
        v.object({ id: someText, state: someText, loaded_context_length: looseNumber }),
        v.transform(({ id, loaded_context_length: context }): RunningModel => ({ id, context })),
      ),
    ),
  }),
  v.transform((answer) => answer.data),
  v.minLength(1),
);
const sglang = v.pipe(
  v.object({ model_path: someText }),
  v.transform((answer) => answer.model_path),
);
const llamaCpp = v.pipe(
  v.object({ default_generation_settings: v.object({ n_ctx: v.number() }) }),
  v.transform((answer) => answer.default_generation_settings.n_ctx),
);

/**
 * Asks a server for the facts in `wanted`, each with one cheap GET beside the base URL (docs of Ollama, LM Studio 0.3,
 * vLLM, SGLang, llama.cpp; read 2026-11-22). A server that has no such path leaves a fact out; only `cancelled` is thrown.
 */
export async function fetchServerFacts(
  context: ClientContext,
  wanted: readonly (keyof ServerFacts)[],
  options: RequestOptions = {},
): Promise<ServerFacts> {
  requireReady(context, "models");
  const ask = async <Schema extends v.GenericSchema>(
    fact: keyof ServerFacts,
    path: string,
    schema: Schema,
  ): Promise<v.InferOutput<Schema> | undefined> => {
    if (!wanted.includes(fact)) return undefined;
    try {
      const answer = await askJson(context, { method: "GET", path, below: "beside" }, limitMs, {
        ...options,
        retries: 0,
      });
      return readAs(context, schema, answer);
    } catch (error) {
      if (error instanceof ApiError && error.code !== "cancelled") return undefined;
      throw error;
    }
  };
  const [ollamaVersion, ollamaRunning, lmStudioModels, vllmVersion, sglangWeights, llamaCppContext] = await Promise.all(
    [
      ask("ollamaVersion", "/api/version", version),
      ask("ollamaRunning", "/api/ps", running),
      ask("lmStudioModels", "/api/v0/models", lmStudio),
      ask("vllmVersion", "/version", version),
      ask("sglangWeights", "/get_model_info", sglang),
      ask("llamaCppContext", "/props", llamaCpp),
    ],
  );
  return { ollamaVersion, ollamaRunning, lmStudioModels, vllmVersion, sglangWeights, llamaCppContext };
}
