import { randomBytes } from "node:crypto";
import type { Call } from "./completion.ts";
import { asString, isObject, parseJson } from "./json.ts";
import type { FunctionTool } from "./tools.ts";
import type { ChatRequest } from "./validate.ts";

/**
 * The functions that the model wants to call: those that the last user message names, as `read_file` or "read file", or by
 * `#tool:read_file`, optionally `#tool:read_file{"path":"a.ts"}`. None once a tool result has come back.
 */
export function chooseCalls({ messages, functions }: ChatRequest): Call[] {
  const last = messages.at(-1);
  if (functions.length === 0 || last === undefined || last.role !== "user") return [];
  const text = last.text.toLowerCase();
  return functions
    .filter(
      ({ name }) =>
        text.includes(name.toLowerCase()) ||
        (name.includes("_") && text.includes(name.toLowerCase().replaceAll("_", " "))),
    )
    .slice(0, 8)
    .map((tool) => ({
      id: `call_${randomBytes(10).toString("hex")}`,
      name: tool.name,
      args: givenArguments(tool, last.text) ?? inventArguments(tool, last.text),
    }));
}

function givenArguments({ name }: FunctionTool, text: string): string | undefined {
  const json = new RegExp(`#tool:${name}(\\{.*\\})`).exec(text)?.[1];
  return json !== undefined && isObject(parseJson(json)) ? json : undefined;
}

/** Fills the required fields from what the text offers: file names, quotations, numbers. */
function inventArguments({ parameters }: FunctionTool, text: string): string {
  const properties = isObject(parameters["properties"]) ? parameters["properties"] : {};
  const required: unknown[] = Array.isArray(parameters["required"]) ? parameters["required"] : [];
  const files = [...text.matchAll(/[\w@./\\*-]+\.\w{1,8}\b/g)].map(([file]) => file);
  const quotes = [...text.matchAll(/["“”'‘’`「]([^"“”'‘’`「」]+)["“”'‘’`」]/g)].map((match) => match[1] ?? "");
  const entries = required.map((field) => {
    const schema = isObject(properties[String(field)]) ? properties[String(field)] : {};
    return [String(field), inventValue(String(field), schema, files, quotes, text)];
  });
  return JSON.stringify(Object.fromEntries(entries));
}

function inventValue(field: string, schema: unknown, files: string[], quotes: string[], text: string): unknown {
  const described = isObject(schema) ? schema : {};
  const choices: unknown[] = Array.isArray(described["enum"]) ? described["enum"] : [];
  if (choices.length > 0) return choices[0];
  switch (asString(described["type"])) {
    case "number":
    case "integer":
      return Number(/\b\d+\b/.exec(text)?.[0] ?? 1);
    case "boolean":
      return true;
    case "array":
      return files.length > 0 ? files : quotes;
    case "object":
      return {};
    default:
      if (/path|file|uri/i.test(field)) return files.shift() ?? "src/index.ts";
      return quotes.shift() ?? (/glob|pattern/i.test(field) ? "**/*" : text.slice(0, 120));
  }
}
