/**
 * A loopback server in a process of its own, so that its CPU does not count as the client's. Every POST is answered with
 * the same recorded-looking stream: a quarter thinking, the rest text, in frames as the service sends them. Prints its port.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const events = Number(process.argv[2] ?? 40_000);

function frame(index: number): string {
  const words = index % 7 === 0 ? '` + "code"\n' : ` token${index % 97}`;
  const delta =
    index < events / 4 ? { role: "assistant", reasoning_content: words } : { role: "assistant", content: words };
  const chunk = {
    id: "20261121101530a1b2c3d4e5f6",
    created: 1_795_255_530,
    object: "chat.completion.chunk",
    model: "glm-5.3",
    choices: [{ index: 0, delta }],
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

const last = {
  id: "20261121101530a1b2c3d4e5f6",
  created: 1_795_255_530,
  object: "chat.completion.chunk",
  model: "glm-5.3",
  choices: [{ index: 0, finish_reason: "stop", delta: { role: "assistant", content: "" } }],
  usage: { prompt_tokens: 8, completion_tokens: events, total_tokens: events + 8 },
};

const body = Buffer.from(
  `${Array.from({ length: events }, (_, index) => frame(index)).join("")}data: ${JSON.stringify(last)}\n\ndata: [DONE]\n\n`,
);

const server = createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    if (request.method === "GET") {
      response.end("{}");
      return;
    }
    response.writeHead(200, { "Content-Type": "text/event-stream;charset=UTF-8" });
    response.end(body);
  });
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
