import type { AgentReply } from "./agentReply.ts";
import { agentResult } from "./agentResult.ts";
import { askAgent } from "./agents.ts";
import { checkOneOf } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { download, videoKind, type DownloadedFile } from "../http/download.ts";
import { unreadable } from "../http/loose.ts";
import { requireReady } from "../http/request.ts";
import { ofTask, pollUntil } from "../http/tasks.ts";

const agentId = "vidu_template_agent";

/** What the picture can be made to do (API notes 10.2; read 2026-11-21). */
export const effectTemplates = ["french_kiss", "bodyshake", "sexy_me"] as const;

export interface EffectVideoRequest {
  readonly template: (typeof effectTemplates)[number];
  /** What happens. Not empty. */
  readonly prompt: string;
  /** Public http(s) address of the picture: the service fetches it. */
  readonly imageUrl: string;
}

export type EffectVideoResult =
  | { readonly status: "processing" }
  /** Not to be trusted: `download` looks at the address before it is fetched. */
  | { readonly status: "success"; readonly url: string };

/**
 * Makes a short video of a picture and downloads it (API notes 10.2). Throws `bad-request` for a request that breaks a rule,
 * `result-failed` or `content-blocked` when the service gave up, `timeout` after `deadlines.video`, which does not count the
 * download. Every error of a video that was started has its id as `taskId`.
 */
export async function generateEffectVideo(
  context: ClientContext,
  request: EffectVideoRequest,
  options: RequestOptions = {},
): Promise<DownloadedFile<"mp4" | "webm" | "mov">> {
  const asyncId = await startEffectVideo(context, request, options);
  const { deadlines, pollIntervalMs } = context;
  const plan = { firstMs: 2 * pollIntervalMs, longestMs: 4 * pollIntervalMs, totalMs: deadlines.video };
  const look = async (bounded: RequestOptions) => {
    const result = await effectVideoResult(context, asyncId, bounded);
    return result.status === "success" ? result.url : undefined;
  };
  return ofTask(asyncId, async () =>
    download(context, await pollUntil(context, look, plan, options), videoKind, options),
  );
}

/** Starts such a video and returns the id to ask for it. */
export async function startEffectVideo(
  context: ClientContext,
  { template, prompt, imageUrl }: EffectVideoRequest,
  options: RequestOptions = {},
): Promise<string> {
  requireReady(context, "agents");
  checkOneOf("template", template, effectTemplates);
  const content = [
    { type: "text", text: prompt },
    { type: "image", url: imageUrl },
  ] as const;
  const request = { agentId, messages: [{ role: "user", content }], variables: { template } } as const;
  const { asyncId } = await askAgent(context, request, options);
  if (asyncId === undefined) throw unreadable(context);
  return asyncId;
}

/** One look at a video that was started. Throws `content-blocked` or `result-failed` when it failed. */
export async function effectVideoResult(
  context: ClientContext,
  asyncId: string,
  options: RequestOptions = {},
): Promise<EffectVideoResult> {
  const reply = await agentResult(context, { agentId, asyncId }, options);
  const url = videoOf(reply);
  if (url !== undefined) return { status: "success", url };
  if (reply.status === "success") throw unreadable(context);
  return { status: "processing" };
}

function videoOf({ messages }: AgentReply): string | undefined {
  const links = messages.flatMap(({ content }) => content.filter((part) => part.type === "link"));
  return links.find(({ kind }) => kind === "video")?.url;
}
