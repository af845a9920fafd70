/**
 * A loopback server of the OpenAI kind in a process of its own. The last message of a request says what it wants, e.g.
 * `60000 characters at 2000 tokens/s`; a rate of 0 sends everything at once. Prints its port.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { answerText, tokensOf } from "./answerText.ts";

const model = "bench-model";

function frame(delta: { content?: string }, rest: Record<string, unknown> = {}): string {
  const choice = { index: 0, delta, finish_reason: null, ...rest };
  const chunk = { id: "1", object: "chat.completion.chunk", created: 1_795_255_530, model, choices: [choice] };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

async function answer(response: ServerResponse, length: number, perSecond: number): Promise<void> {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  const tokens = tokensOf(answerText(length));
  const start = performance.now();
  let sent = 0;
  while (sent < tokens.length && !response.destroyed) {
    // By the clock and not by the number of pauses, which are longer than asked for.
    const due = perSecond === 0 ? tokens.length : Math.ceil(((performance.now() - start) / 1000) * perSecond);
    response.write(
      tokens
        .slice(sent, due)
        .map((content) => frame({ content }))
        .join(""),
    );
    sent = Math.max(sent, due);
    await pause(1);
  }
  response.end(`${frame({}, { finish_reason: "stop" })}data: [DONE]\n\n`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  if (request.method === "GET") {
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ object: "list", data: [{ id: model, object: "model" }] }));
    return;
  }
  const wanted = [...body.matchAll(/(\d+) characters at (\d+) tokens\/s/g)].at(-1);
  await answer(response, Number(wanted?.[1] ?? 100), Number(wanted?.[2] ?? 0));
}

const server = createServer((request, response) => {
  response.on("error", () => {});
  void handle(request, response);
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
