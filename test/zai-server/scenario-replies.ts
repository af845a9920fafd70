import { ApiError } from "./errors.ts";
import { deliver, sendJson } from "./delivery.ts";
import type { Exchange } from "./exchange.ts";
import { sendRefusal } from "./refusals.ts";

const html = { "Content-Type": "text/html" };

/** Plays the `reply` scenario or business code of a request; false when it has none and must be answered normally. */
export async function playReply(exchange: Exchange): Promise<boolean> {
  const { faults } = exchange;
  const code = faults.code;
  if (code !== undefined) {
    const error = new ApiError(
      code.name,
      code.message,
      code.date === undefined ? fillModel(exchange) : { date: code.date },
    );
    await sendRefusal(exchange, error, retryHeader(exchange, code.retryAfter ?? code.value));
    return true;
  }
  for (const [name, play] of Object.entries(replies)) {
    if (!faults.has(name)) continue;
    await play(exchange);
    return true;
  }
  return false;
}

function fillModel({ body }: Exchange): { model?: string } {
  const model = typeof body === "object" && body !== null && "model" in body ? String(body.model) : undefined;
  return model === undefined ? {} : { model };
}

function retryHeader({ faults }: Exchange, value: number | string | undefined): Record<string, string> {
  const any = value ?? faults.names.map((name) => faults.find(name)?.retryAfter).find((each) => each !== undefined);
  return any === undefined ? {} : { "Retry-After": String(any) };
}

const replies: Readonly<Record<string, (exchange: Exchange) => Promise<void>>> = {
  waf: (exchange) =>
    deliver(exchange, 405, html, [
      Buffer.from(
        '<!doctypehtml><html lang="zh-cn"><head><title>405</title></head><body data-spm="a3c0e"><div>Sorry, your request has been ' +
          'blocked as it may cause potential threats to the server.</div><a href="https://errors.aliyun.com/">help</a></body></html>',
      ),
    ]),
  html502: (exchange) => deliver(exchange, 502, html, [gatewayPage(502, "Bad Gateway")]),
  html504: (exchange) => deliver(exchange, 504, html, [gatewayPage(504, "Gateway Time-out")]),
  "empty-body": (exchange) =>
    deliver(exchange, exchange.faults.value("empty-body", 500) ?? 500, retryHeader(exchange, undefined), []),
  spring404: (exchange) => sendSpring404(exchange),
  "envelope-200": (exchange) =>
    sendJson(exchange, 200, { code: exchange.faults.value("envelope-200", 500), msg: "System busy", success: false }),
  "error-string": (exchange) => sendJson(exchange, 400, { error: "the upstream refused the request" }),
  detail: (exchange) => sendJson(exchange, 400, { detail: "the upstream refused the request" }),
  "numeric-code": (exchange) => {
    const code = exchange.faults.value("numeric-code", 1302) ?? 1302;
    const error = new ApiError(String(code));
    return sendJson(exchange, error.status, { error: { code, message: error.text[exchange.language] } });
  },
  redirect: (exchange) => {
    const { location } = exchange.faults.find("redirect") ?? {};
    return deliver(
      exchange,
      exchange.faults.value("redirect", 307) ?? 307,
      { Location: location ?? elsewhere(exchange) },
      [],
    );
  },
  json: (exchange) => sendJson(exchange, 200, new ApiError("1305").body(exchange.language)),
  reset: async ({ response }) => {
    response.socket?.resetAndDestroy();
  },
};

/** A host that is not the caller's: by name on the official ones, `localhost` for who came by number. */
function elsewhere({ cdn, path, request }: Exchange): string {
  if (cdn.startsWith("https:")) return `https://elsewhere.glm-simulator.test/elsewhere${path}`;
  return `http://localhost:${String(request.socket.localPort)}/elsewhere${path}`;
}

function gatewayPage(status: number, words: string): Buffer {
  return Buffer.from(
    `<html>\r\n<head><title>${status} ${words}</title></head>\r\n<body>\r\n<center><h1>${status} ${words}</h1></center>` +
      "\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
  );
}

/** What the web framework says about a path that it does not have; the gateway has cut `/api/paas` or `/api/coding/paas` off. */
export async function sendSpring404(exchange: Exchange): Promise<void> {
  const path = (exchange.path.split("?")[0] ?? "").replace(/^\/api\/(coding\/)?paas/, "");
  await sendJson(exchange, 404, {
    timestamp: new Date().toISOString().replace("Z", "+00:00"),
    status: 404,
    error: "Not Found",
    path,
  });
}
