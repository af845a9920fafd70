import { hostTransport, type Transport } from "../../src/api/transport.ts";
import { createUndiciTransport } from "../../src/api/transports/undici.ts";
import type { Metrics } from "./metrics.ts";
import { startServer } from "./serverProcess.ts";

const idleMs = 60_000;

/**
 * Whether a question that comes a minute after the last answer finds its connection still open: the connections that each
 * transport had to open anew. The host's fetch is that of plain Node here, which VS Code's is too, but for the proxy.
 */
export async function transportMetrics(): Promise<Metrics> {
  const server = await startServer("countingServer.ts");
  const own = createUndiciTransport();
  try {
    const newConnections = async (transport: Transport, path: string): Promise<number> => {
      const ask = async () => Number(await (await transport(`${server.origin}${path}`, {})).text());
      const before = await ask();
      await new Promise((resolve) => setTimeout(resolve, idleMs));
      return (await ask()) - before;
    };
    const [host, undici] = await Promise.all([
      newConnections(hostTransport, "/host"),
      newConnections(own.transport, "/undici"),
    ]);
    return {
      "transport.undici.newConnectionsAfterIdle60s": undici,
      "transport.hostFetch.newConnectionsAfterIdle60s": host,
    };
  } finally {
    await own.close();
    await server.stop();
  }
}
