import { choiceOf, replyShape, sendReply } from "./agent-reply.ts";
import { readObjectField, textOfParts, type AgentRequest } from "./agent-request.ts";
import type { Account } from "./accounts.ts";
import { newId, words } from "./completion.ts";
import { sendJson } from "./delivery.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { invalid, readFlag, readText } from "./fields.ts";
import { isObject, type JsonObject } from "./json.ts";
import { writePdf, type PdfPage } from "./pdf-writer.ts";
import { planSlides, slideHtml, slideText, type Slide, type SlideChange } from "./slides.ts";
import { countTokens } from "./tokens.ts";

/** A deck in the making. */
export interface Conversation {
  readonly id: string;
  readonly owner: string;
  readonly deck: Slide[];
}

/** slides_glm_agent: streams unless told otherwise; thinks, works on pages, answers. @throws ApiError 1214. */
export async function answerSlides(exchange: Exchange, request: AgentRequest): Promise<void> {
  const { agentId, account, conversationId, parts, stream } = request;
  const order = textOfParts(parts);
  if (order === "") throw invalid("messages.content", "a text");
  const conversation =
    conversationId === undefined ? newConversation(exchange, account) : find(exchange, account, conversationId);
  const changes = planSlides(order, conversation.deck);
  for (const { position, slide } of changes) conversation.deck[position - 1] = slide;
  const thought = `The user wants: ${order.replace(/\s+/g, " ").slice(0, 200)}. That takes ${changes.length} page(s).`;
  const said = `Done: ${changes.map(({ position }) => position).join(", ")} of ${conversation.deck.length}.`;
  const tools = changes.map((change) => toolMessage(change, exchange.faults.has("slides-hostile")));
  const tokens = countTokens(order) + countTokens(thought + said) + countTokens(JSON.stringify(tools));
  await sendReply(exchange, {
    stream: stream ?? true,
    shape: replyShape(exchange, "message"),
    heading: { id: newId(), agent_id: agentId, conversation_id: conversation.id },
    pieces: [
      ...words(thought).map((piece) => textMessage("thinking", piece)),
      ...tools,
      ...words(said).map((piece) => textMessage("answer", piece)),
    ],
    whole: [textMessage("thinking", thought), ...tools, textMessage("answer", said)],
    usage: { prompt_tokens: countTokens(order), completion_tokens: tokens - countTokens(order), total_tokens: tokens },
  });
}

const textMessage = (phase: "thinking" | "answer", text: string): object => ({
  role: "assistant",
  phase,
  content: [{ type: "text", tag_cn: phase === "thinking" ? "思考" : "回答", tag_en: phase, text }],
});

function toolMessage({ position, slide, isNew }: SlideChange, hostile: boolean): object {
  const object = {
    tool_name: isNew ? "insert_page" : "update_page",
    input: slide.title,
    output: slideHtml(slide, hostile),
    position: [position],
  };
  const tags = isNew ? { tag_cn: "插入页面", tag_en: "Insert page" } : { tag_cn: "修改页面", tag_en: "Update page" };
  return { role: "assistant", phase: "tool", content: [{ type: "object", ...tags, object }] };
}

function newConversation({ state }: Exchange, account: Account): Conversation {
  const conversation: Conversation = { id: newId(), owner: account.key, deck: [] };
  state.conversations.set(conversation.id, conversation);
  return conversation;
}

function find({ state }: Exchange, account: Account, id: string): Conversation {
  const conversation = state.conversations.get(id);
  if (conversation === undefined || conversation.owner !== account.key)
    throw new ApiError("1214", { en: "The conversation does not exist", zh: "对话不存在" });
  return conversation;
}

/** Width and height in points, whatever the platform counts in. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** POST …/agents/conversation: a picture of every page, and the deck as PDF when that is wanted. */
export async function answerConversation(exchange: Exchange, body: JsonObject, account: Account): Promise<void> {
  const { state, cdn } = exchange;
  const agentId = readText(body, "agent_id");
  if (agentId !== "slides_glm_agent") throw invalid("agent_id", "slides_glm_agent");
  const { id, deck } = find(exchange, account, readText(body, "conversation_id"));
  const variables = readObjectField(body, "custom_variables");
  const sizes = readSizes(variables, deck.length, exchange.platform === "bigmodel" ? 72 / 2.54 : 1);
  const slides = [...deck];
  const images = slides.map((slide, index) => ({
    type: "image_url",
    tag_cn: `第 ${index + 1} 页`,
    tag_en: `Page ${index + 1}`,
    image_url: `${cdn}/${state.results.add(async () => (await paint(slide, sizes.get(index + 1))).png)}`,
  }));
  const pdf = (): string => `${cdn}/${state.results.add(() => toPdf(slides, sizes), "pdf")}`;
  const files =
    readFlag(variables, "include_pdf") === true
      ? [{ type: "file_url", tag_cn: "PDF 文件", tag_en: "PDF", file_url: pdf() }]
      : [];
  const message = { role: "assistant", content: [...files, ...images] };
  const choice = choiceOf([message], replyShape(exchange, "message"));
  await sendJson(exchange, 200, { agent_id: agentId, conversation_id: id, choices: [choice] });
}

/** `scale` is points per unit: Z.AI counts in points, BigModel in centimetres. */
function readSizes(variables: JsonObject, count: number, scale: number): Map<number, Size> {
  const pages = variables["pages"] ?? [];
  if (!Array.isArray(pages)) throw invalid("pages", "a list");
  return new Map(
    pages.map((page: unknown) => {
      const { position, width, height } = isObject(page) ? page : {};
      if (typeof position !== "number" || !Number.isInteger(position) || position < 1 || position > count)
        throw invalid("pages.position", `1-${count}`);
      for (const side of [width, height])
        if (typeof side !== "number" || side <= 0) throw invalid("pages", "width, height > 0");
      return [position, { width: Number(width) * scale, height: Number(height) * scale }] as const;
    }),
  );
}

/** A slide as a picture of 96 dots per inch. */
async function paint(
  slide: Slide,
  { width, height }: Size = { width: 960, height: 540 },
): Promise<PdfPage & { png: Buffer }> {
  const { drawPicture, toJpeg } = await import("./drawing.ts");
  const pixels = { width: Math.round((width * 96) / 72), height: Math.round((height * 96) / 72) };
  const png = drawPicture(slideText(slide), pixels.width, pixels.height);
  return { width, height, pixels, png, jpeg: await toJpeg(png), text: slideText(slide) };
}

async function toPdf(slides: readonly Slide[], sizes: ReadonlyMap<number, Size>): Promise<Buffer> {
  return writePdf(await Promise.all(slides.map((slide, index) => paint(slide, sizes.get(index + 1)))));
}
