/**
 * A loopback server in a process of its own that says when things happened, in nanoseconds of the machine's monotonic clock,
 * which all processes share. Prints its port. Paths, below which a client adds `/chat/completions`:
 * `/first` answers with headers, then with a frame whose text is the time of its writing. `/drip/<id>` writes a frame each
 * millisecond for ever. `/many/<count>` writes so many frames. `GET /closed/<id>` tells when the socket of a drip was closed.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

const blockEvents = 250;
const closings = new Map<string, Promise<bigint>>();

function frame(content: string, finish?: string): string {
  const choice = { index: 0, ...(finish === undefined ? {} : { finish_reason: finish }), delta: { content } };
  return `data: ${JSON.stringify({ id: "1", created: 1_795_255_530, model: "glm-5.3", choices: [choice] })}\n\n`;
}
const end = `${frame("", "stop")}data: [DONE]\n\n`;

async function first(response: ServerResponse): Promise<void> {
  response.flushHeaders();
  await pause(2);
  response.write(frame(String(process.hrtime.bigint())));
  await pause(1);
  response.end(end);
}

async function drip(response: ServerResponse, id: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<bigint>();
  closings.set(id, promise);
  response.once("close", () => resolve(process.hrtime.bigint()));
  while (!response.destroyed) {
    response.write(frame("word "));
    await pause(1);
  }
}

async function many(response: ServerResponse, count: number): Promise<void> {
  for (let sent = 0; sent < count && !response.destroyed; sent += blockEvents) {
    // Numbered, because the client ends an answer that goes round in circles.
    const block = Array.from({ length: blockEvents }, (_, index) => frame(` token${sent + index}`)).join("");
    if (!response.write(block)) await new Promise((resolve) => response.once("drain", resolve));
  }
  response.end(end);
}

const server = createServer((request, response) => {
  const [, kind, argument = ""] = (request.url ?? "").split("/");
  response.on("error", () => {});
  request.resume();
  request.on("end", () => {
    if (kind === "closed") {
      void (closings.get(argument) ?? Promise.resolve("unseen")).then((at) => response.end(String(at)));
      return;
    }
    response.writeHead(200, { "Content-Type": "text/event-stream;charset=UTF-8" });
    if (kind === "first") void first(response);
    else if (kind === "drip") void drip(response, argument);
    else void many(response, Number(argument));
  });
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
