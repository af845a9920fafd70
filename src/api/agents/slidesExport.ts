import type { AgentTags } from "./agentReply.ts";
import { postToAgents } from "./agents.ts";
import { check, checkInteger } from "../http/checks.ts";
import type { RequestOptions } from "../client.ts";
import type { ClientContext } from "../context.ts";
import { ApiError } from "../errors.ts";
import { ofHost, type PerHost } from "../platforms.ts";
import { hostOf, requireReady } from "../http/request.ts";
import { slidesAgent } from "./slides.ts";

/** What a page's size is measured in on each host (API notes 10.2 and 17), and how much of it a point is. */
export const pageUnits: PerHost<{ readonly name: "pt" | "cm"; readonly perPoint: number }> = {
  zai: { name: "pt", perPoint: 1 },
  bigmodel: { name: "cm", perPoint: 2.54 / 72 },
};

export interface SlidesExportRequest {
  /** Of the `conversation` part that came with the slides. */
  readonly conversationId: string;
  /** Also as PDF. */
  readonly includePdf?: boolean | undefined;
  /** Sizes of pages that differ from the agent's own: number from 1, width and height in points (1/72 inch). */
  readonly pages?:
    | readonly { readonly position: number; readonly width: number; readonly height: number }[]
    | undefined;
}

export interface ExportedFile {
  /** Not to be trusted: `download` with `documentKind` or `pictureKind` looks at it before it is fetched. */
  readonly url: string;
  /** File names in both languages, if the service gave them. */
  readonly tags: AgentTags;
}

export interface ExportedSlides {
  /** PDF and PowerPoint files. */
  readonly files: readonly ExportedFile[];
  /** Pictures of slides. */
  readonly images: readonly ExportedFile[];
}

/**
 * Exports the slides of a conversation (API notes 10.2). Throws `result-failed` when there is nothing to export and `timeout`
 * after `deadlines.agent`.
 */
export async function exportSlides(
  context: ClientContext,
  { conversationId, includePdf, pages }: SlidesExportRequest,
  options: RequestOptions = {},
): Promise<ExportedSlides> {
  const { endpoint, deadlines } = context;
  requireReady(context, "agents");
  check(conversationId.trim() !== "", "conversation_id", "not empty");
  for (const { position, width, height } of pages ?? []) {
    checkInteger("position", position, 1, Infinity);
    check(width > 0 && Number.isFinite(width), "width", "more than 0");
    check(height > 0 && Number.isFinite(height), "height", "more than 0");
  }
  const { perPoint } = ofHost(endpoint, pageUnits);
  const inUnits = (points: number) => Math.round(points * perPoint * 100) / 100;
  const body = JSON.stringify({
    agent_id: slidesAgent,
    conversation_id: conversationId,
    custom_variables: {
      include_pdf: includePdf,
      pages: pages?.map(({ position, width, height }) => ({
        position,
        width: inUnits(width),
        height: inUnits(height),
      })),
    },
  });
  const reply = await postToAgents(context, "/conversation", body, deadlines.agent, options);
  const links = reply.messages.flatMap(({ content }) => content.filter((part) => part.type === "link"));
  if (links.length === 0) throw new ApiError("result-failed", { host: hostOf(endpoint.baseUrl) });
  const ofKind = (wanted: "file" | "image"): readonly ExportedFile[] =>
    links.filter(({ kind }) => kind === wanted).map(({ url, tags }) => ({ url, tags }));
  return { files: ofKind("file"), images: ofKind("image") };
}
