/**
 * A loopback server in a process of its own that counts its connections per path and keeps idle ones for 120 s. As most
 * servers, it does not tell how long. Answers every request with the number of connections that have asked for its path;
 * prints its port.
 */
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";

const seen = new Map<string, Set<Socket>>();

const server = createServer((request, response) => {
  const path = request.url ?? "";
  const sockets = seen.get(path) ?? new Set<Socket>();
  seen.set(path, sockets.add(request.socket));
  // Named here, so that Node does not add how long it keeps the connection.
  response.writeHead(200, { Connection: "keep-alive" });
  response.end(String(sockets.size));
});
server.keepAliveTimeout = 120_000;
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
