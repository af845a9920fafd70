import type { Completion } from "./completion.ts";
import type { Faults } from "./scenarios.ts";

/** Changes a finished answer as the content scenarios of the request say. */
export function applyContentFaults(completion: Completion, faults: Faults): void {
  completion.content = faults.find("say")?.text ?? completion.content;
  const half = completion.content.slice(0, Math.floor(completion.content.length / 2));
  const empty = (finish: string): void => {
    Object.assign(completion, { content: "", calls: [], finish });
  };
  const thinking = completion.reasoning === "" ? "Let me think about the request. " : completion.reasoning;
  if (faults.has("sensitive"))
    Object.assign(completion, { content: half, calls: [], finish: "sensitive", filtered: true });
  if (faults.has("network-error")) {
    empty("network_error");
    completion.reasoning = "";
  }
  if (faults.has("context-exceeded"))
    Object.assign(completion, { content: half, calls: [], finish: "model_context_window_exceeded" });
  if (faults.has("length")) {
    empty("length");
    completion.reasoning = thinking;
  }
  if (faults.has("length-mid")) Object.assign(completion, { content: half, calls: [], finish: "length" });
  if (faults.has("thinking-only")) {
    empty("stop");
    completion.reasoning = thinking;
  }
  if (faults.has("empty-content")) {
    empty("stop");
    completion.reasoning = "";
  }
  if (faults.has("lone-think") || faults.has("think-inline")) {
    const open = faults.has("think-inline") ? "<think>" : "";
    completion.content = `${open}${thinking}</think>\n\n${completion.content}`;
    completion.reasoning = "";
  }
  if (faults.has("box-markers")) completion.content = `<|begin_of_box|>${completion.content}<|end_of_box|>`;
  if (faults.has("arg-key")) {
    completion.content +=
      "\n<tool_call>read_file\n<arg_key>path</arg_key>\n<arg_value>src/a.ts</arg_value>\n</tool_call>";
  }
  if (faults.has("bad-args"))
    completion.calls = completion.calls.map((call) => ({ ...call, args: '{"path": "a.ts", ' }));
  if (faults.has("stop-with-calls")) completion.finish = "stop";
  const times = faults.value("repeat", 400);
  if (times !== undefined) completion.content = "I will now look at the file again. ".repeat(times);
}
