import {
  glmParsers,
  products,
  reasoningOf,
  usualProductAt,
  type ServerReport,
  type ThinkingForm,
} from "./customServer.ts";
import { joined } from "./problemWords.ts";
import type { Translate } from "./services.ts";

/** Below this a file or two fill the context (Ollama's documentation asks for twice as much for coding tools). */
const littleContext = 32_000;

/** How a name from outside is written: as it is in a notification, as code in Markdown. */
type Show = (name: string) => string;
const asIs: Show = (name) => name;

export interface Hint {
  readonly text: string;
  /** To be said at once, not only among the details. */
  readonly urgent?: true;
}

export function productName(
  { product, version = "" }: Pick<ServerReport, "product" | "version">,
  t: Translate,
): string {
  if (product === "unknown") return t("An OpenAI-compatible server");
  return `${products[product].name} ${version}`.trim();
}

export function thinkingWords(thinking: ThinkingForm, t: Translate): string {
  switch (thinking) {
    case "field":
      return t("Its thinking arrives separately from the answer.");
    case "text":
      return t("Its thinking arrives inside the answer and is separated here.");
    case "none":
      return t("It sent no thinking.");
  }
}

/** What answered, and with which models. */
export function serverWords(report: ServerReport, t: Translate): string {
  const name = productName(report, t);
  const { host } = new URL(report.baseUrl);
  const { id } = report.model;
  const count = report.models?.length;
  if (count === undefined) {
    return t("{0} answers at {1}. It has no model list; {2} was tried and works.", name, host, id);
  }
  return count === 1
    ? t("{0} answers at {1} with one model, {2}, which was tried and works.", name, host, id)
    : t("{0} answers at {1} with {2} models; {3} was tried and works.", name, host, count, id);
}

/** What to change at the server, by what answered and how. */
export function hintsFor(report: ServerReport, t: Translate, show: Show = asIs): readonly Hint[] {
  const refused = report.reasoning === "none" && reasoningOf(report.product) !== "none";
  return [
    ...productHints(report, t, show),
    ...(refused
      ? [
          {
            text: t(
              "It refused the switch for thinking that {0} usually takes ({1}), so none is sent.",
              productName({ product: report.product }, t),
              reasoningOf(report.product),
            ),
          },
        ]
      : []),
  ];
}

function productHints(report: ServerReport, t: Translate, show: Show): readonly Hint[] {
  const { product, context, thinking } = report;
  const model = show(report.model.id);
  const short = context !== undefined && context < littleContext;
  switch (product) {
    case "ollama":
      if (context === undefined)
        return [
          {
            text: t(
              "Depending on memory, Ollama gives a model as little as 4096 tokens of context and silently cuts longer prompts: raise it in Ollama's settings, or start it with OLLAMA_CONTEXT_LENGTH=64000.",
            ),
          },
        ];
      if (!short) return [];
      return [
        {
          text: t(
            "Ollama gives {0} only {1} tokens of context and silently cuts longer prompts: raise it in Ollama's settings, or start it with OLLAMA_CONTEXT_LENGTH=64000.",
            model,
            context,
          ),
          urgent: true,
        },
      ];
    case "lm-studio":
      return [
        ...(short
          ? [
              {
                text: t(
                  "LM Studio loaded {0} with {1} tokens of context: choose more where you load the model.",
                  model,
                  context,
                ),
              },
            ]
          : []),
        ...(thinking === "field"
          ? []
          : [
              {
                text: t(
                  "If an answer begins with thinking and a lone </think>, let LM Studio's developer settings separate reasoning_content from content.",
                ),
              },
            ]),
      ];
    case "vllm":
    case "sglang":
      return [{ text: parserHint(report, product, t) }];
    case "llama-cpp":
      return [
        {
          text: t(
            "Tool calls and the switch for thinking need Jinja templates: start a llama-server from before December 2025 with --jinja.",
          ),
        },
        ...(thinking === "text"
          ? [{ text: t("To get thinking separately, start llama-server with --reasoning-format deepseek.") }]
          : []),
        ...(short
          ? [{ text: t("llama-server gives a conversation {0} tokens of context: raise it with --ctx-size.", context) }]
          : []),
      ];
    case "chat-proxy":
      return [
        {
          text: t(
            "This looks like a proxy in front of the website chat.z.ai, such as ZtoApi: it breaks when the website changes and is outside Z.AI's terms; an API key is the reliable way.",
          ),
          urgent: true,
        },
      ];
    case "unknown":
      return [];
  }
}

/** Whether the flags are set already cannot be seen from outside, except that thinking in its own field needs its parser. */
function parserHint({ model, thinking }: ServerReport, product: "vllm" | "sglang", t: Translate): string {
  const { name } = products[product];
  const parsers = glmParsers(model);
  if (!parsers)
    return t(
      "For tool calls and separate thinking, {0} must run with the parsers of your model: --tool-call-parser and --reasoning-parser.",
      name,
    );
  const flags = [
    ...(product === "vllm" ? ["--enable-auto-tool-choice"] : []),
    `--tool-call-parser ${parsers.calls}`,
    ...(thinking === "field" ? [] : [`--reasoning-parser ${parsers.thinking}`]),
  ].join(" ");
  return thinking === "field"
    ? t("For tool calls of this model, {0} must run with {1}.", name, flags)
    : t("For tool calls and separate thinking of this model, {0} must run with {1}.", name, flags);
}

/** Nothing answers at an address: what to start there. `elsewhere`: the window is connected to another machine. */
export function silentWords(baseUrl: string, elsewhere: boolean, language: string, t: Translate): string {
  const { host, hostname } = new URL(baseUrl);
  const local = /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
  const product = local ? usualProductAt(baseUrl) : undefined;
  const { name = "", start } = product ? products[product] : {};
  const words =
    start === undefined
      ? t("Nothing answers at {0}. Start the server, or correct its address.", host)
      : t("Nothing answers at {0}. Start {1} there ({2}), or correct the address.", host, name, start);
  return elsewhere && local
    ? joined({ language }, words, t("This window is connected to another machine, and localhost is that one."))
    : words;
}
