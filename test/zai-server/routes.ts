import { authenticate } from "./accounts.ts";
import { agentsRoute } from "./agents.ts";
import { asyncChatRoute } from "./async-chat.ts";
import { chatRoute } from "./chat.ts";
import { deliver, sendJson } from "./delivery.ts";
import type { Area, Exchange, HostArea } from "./exchange.ts";
import { filesRoute } from "./files.ts";
import { imagesRoute } from "./images.ts";
import { jobsRoute } from "./jobs.ts";
import { knowledgeRoute } from "./knowledge.ts";
import { listedModels } from "./models.ts";
import { monitorRoute } from "./monitor.ts";
import { layoutRoute } from "./ocr.ts";
import { openAiRoute } from "./openai.ts";
import { readerRoute } from "./reader.ts";
import { contentTypeOf } from "./result-store.ts";
import { sendSpring404 } from "./scenario-replies.ts";
import { speechRoute } from "./speech.ts";
import { tokenizerRoute } from "./tokenizer.ts";
import { transcriptionsRoute } from "./transcriptions.ts";
import { videosRoute } from "./videos.ts";
import { voicesRoute } from "./voices.ts";
import { webSearchRoute } from "./web-search.ts";

/** What stands beside the two bases and looks after its own keys. */
const besideTheBases: readonly HostArea[] = [
  resultFilesRoute,
  elsewhereRoute,
  openAiRoute,
  knowledgeRoute,
  monitorRoute,
  agentsRoute,
];
/** What exists below /api/paas/v4 and /api/coding/paas/v4. */
const onBothBases: readonly Area[] = [modelsRoute, chatRoute];
/** What exists below /api/paas/v4 only. An area that only one platform has looks at `exchange.platform`. */
const onGeneralBase: readonly Area[] = [
  imagesRoute,
  jobsRoute,
  layoutRoute,
  videosRoute,
  transcriptionsRoute,
  speechRoute,
  voicesRoute,
  asyncChatRoute,
  tokenizerRoute,
  webSearchRoute,
  readerRoute,
  filesRoute,
];

/** Finds who answers a request. The first area that knows the call takes it; without one it is the framework's 404. */
export async function route(exchange: Exchange): Promise<void> {
  const { recorded, request, platform, endpoint } = exchange;
  const path = exchange.path.split("?")[0] ?? "/";
  for (const area of besideTheBases) {
    const answer = area(`${recorded.method} ${path}`, exchange);
    if (answer !== undefined) return answer;
  }
  const name = /^\/api\/(?:coding\/)?paas\/v4(\/.*)$/.exec(path)?.[1];
  if (name === undefined) return sendSpring404(exchange);
  const account = authenticate(request.headers.authorization, platform);
  for (const area of endpoint === "general" ? [...onBothBases, ...onGeneralBase] : onBothBases) {
    const answer = area(`${recorded.method} ${name}`, exchange, account);
    if (answer !== undefined) return answer;
  }
  return sendSpring404(exchange);
}

function modelsRoute(call: string, exchange: Exchange): Promise<void> | undefined {
  if (call !== "GET /models") return undefined;
  const owner = exchange.platform === "zai" ? "z-ai" : "zhipuai";
  return sendJson(exchange, 200, {
    object: "list",
    data: listedModels.map((id) => ({ id, object: "model", created: 1_786_665_600, owned_by: owner })),
  });
}

function resultFilesRoute(call: string, exchange: Exchange): Promise<void> | undefined {
  const name = /^\w+ \/cdn\/(.*)$/.exec(call)?.[1];
  return name === undefined ? undefined : serveFile(exchange, name);
}

/** Result files are open to all, and must never be asked for with the key. */
async function serveFile(exchange: Exchange, name: string): Promise<void> {
  if (exchange.request.headers.authorization !== undefined) {
    return sendJson(exchange, 400, { error: "a result file was requested with an Authorization header" });
  }
  const bytes = await exchange.state.results.read(name);
  if (bytes === undefined)
    return deliver(exchange, 404, { "Content-Type": "text/html" }, [Buffer.from("<h1>404 Not Found</h1>")]);
  return deliver(exchange, 200, { "Content-Type": contentTypeOf(name) }, [bytes]);
}

/** The host that the `redirect` scenario leads to. */
function elsewhereRoute(call: string, exchange: Exchange): Promise<void> | undefined {
  if (!/^\w+ \/elsewhere/.test(call)) return undefined;
  return deliver(exchange, 200, { "Content-Type": "text/plain" }, [Buffer.from("another host\n")]);
}
