import { ApiError } from "./errors.ts";
import { asString, isObject, type JsonObject } from "./json.ts";
import type { Platform } from "./accounts.ts";
import { readFilters, type SearchFilters } from "./web-search.ts";

/** A function the model may call. */
export interface FunctionTool {
  readonly name: string;
  readonly parameters: JsonObject;
}

/** The server's own web search, as asked for. */
export interface WebSearch {
  readonly query: string | undefined;
  readonly filters: SearchFilters;
  readonly returned: boolean;
  readonly before: boolean;
}

/** Everything the `tools` field asks for. */
export interface Tools {
  readonly functions: readonly FunctionTool[];
  readonly search: WebSearch | undefined;
}

const wrong = (en: string): ApiError => new ApiError("1210", { en, zh: `tools 参数有误：${en}` });
const invalid = (field: string): ApiError =>
  new ApiError("1214", { en: `${field} is not valid`, zh: `${field} 参数非法` });

const engines: Record<Platform, readonly string[]> = {
  // Schema and guide disagree about the name on Z.AI; both are let through, unless a scenario says otherwise.
  zai: ["search_pro_jina", "search-prime"],
  bigmodel: ["search_std", "search_pro", "search_pro_sogou", "search_pro_quark"],
};

/** What the checks need to know about the surroundings. */
export interface ToolRules {
  readonly platform: Platform;
  readonly endpoint: "general" | "coding";
  /** Scenario `search-engine-prime`: of Z.AI's two names only the guide's is taken. */
  readonly primeOnly: boolean;
}

/**
 * Checks `tools`.
 * @throws ApiError 1210 for counts and shapes, 1214 for search settings outside their lists.
 */
export function readTools(value: unknown, rules: ToolRules): Tools {
  const { platform, endpoint } = rules;
  if (value === undefined || value === null) return { functions: [], search: undefined };
  if (!Array.isArray(value)) throw wrong("tools must be a list");
  if (value.length > 128) throw wrong("at most 128 tools");
  const functions: FunctionTool[] = [];
  let search: WebSearch | undefined;
  for (const tool of value as unknown[]) {
    const type = isObject(tool) ? tool["type"] : undefined;
    const settings = isObject(tool) && typeof type === "string" ? tool[type] : undefined;
    if (!isObject(settings)) throw wrong("each tool needs a type and an object of that name");
    if (type === "function") functions.push(readFunction(settings));
    else if (type === "web_search") {
      // The plan offers search through its MCP servers, not inside chat.
      if (endpoint === "coding") throw wrong("web_search is not offered on the coding endpoint");
      if (settings["enable"] === true) search = readSearch(settings, rules);
    } else if (type === "retrieval") {
      if (asString(settings["knowledge_id"]) === undefined) throw invalid("retrieval.knowledge_id");
    } else if (type !== "mcp" || platform !== "bigmodel") throw wrong(`unknown tool type ${String(type)}`);
  }
  return { functions, search };
}

function readFunction(settings: JsonObject): FunctionTool {
  const name = asString(settings["name"]) ?? "";
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) throw wrong("function.name must match ^[a-zA-Z0-9_-]{1,64}$");
  if (typeof settings["description"] !== "string") throw wrong(`function ${name} lacks a description`);
  const parameters = settings["parameters"];
  if (!isObject(parameters) || parameters["type"] !== "object")
    throw wrong(`function ${name} lacks parameters of type object`);
  return { name, parameters };
}

function readSearch(settings: JsonObject, { platform, primeOnly }: ToolRules): WebSearch {
  const engine = asString(settings["search_engine"]) ?? "";
  const refused = primeOnly && engine === "search_pro_jina";
  if (refused || !engines[platform].includes(engine)) throw invalid("web_search.search_engine");
  const intent = settings["search_intent"];
  if (intent !== undefined && intent !== "true" && intent !== "false") throw invalid("web_search.search_intent");
  return {
    query: asString(settings["search_query"]),
    filters: readFilters(settings, engine, "web_search."),
    returned: settings["search_result"] === true,
    before: settings["result_sequence"] === "before",
  };
}
