import { createServer, type IncomingHttpHeaders } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";

/** One CONNECT that arrived. */
interface Asked {
  readonly authority: string;
  readonly headers: IncomingHttpHeaders;
}

export interface ConnectProxy {
  readonly origin: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

/**
 * An HTTP proxy on loopback that knows CONNECT only and leads every authority to one loopback port. `answer` may refuse by
 * a status other than 200, or by hanging up (`"hang-up"`).
 */
export async function startConnectProxy(
  targetPort: number,
  answer: (asked: Asked) => number | "hang-up" = () => 200,
): Promise<ConnectProxy> {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => sockets.delete(socket));
  };
  const server = createServer((_, response) => response.writeHead(400).end());
  server.on("connection", track);
  server.on("connect", (request, socket: Socket, head: Buffer) => {
    const wish = { authority: request.url ?? "", headers: request.headers };
    asked.push(wish);
    const status = answer(wish);
    if (status === "hang-up") {
      socket.destroy();
      return;
    }
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    const onward = connect(targetPort, "127.0.0.1");
    track(onward);
    socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
    onward.write(head);
    socket.pipe(onward).pipe(socket);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}
