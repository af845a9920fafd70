import { spawn } from "node:child_process";
import { join } from "node:path";
import { hostTransport, type Transport } from "../../src/api/transport.ts";
import { createUndiciTransport } from "../../src/api/transports/undici.ts";
import { stopChild } from "../harness/process.ts";
import type { Metrics } from "./metrics.ts";

const idleMs = 60_000;

/**
 * Whether a question that comes a minute after the last answer finds its connection still open: the connections that each
 * transport had to open anew. The host's fetch is that of plain Node here, which VS Code's is too, but for the proxy.
 */
export async function transportMetrics(): Promise<Metrics> {
  const server = spawn(process.execPath, [join(import.meta.dirname, "countingServer.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const own = createUndiciTransport();
  try {
    const port = await new Promise<string>((resolve, reject) => {
      server.once("error", reject);
      server.once("exit", () => reject(new Error("the counting server ended early")));
      server.stdout.once("data", (line: Buffer) => resolve(line.toString().trim()));
    });
    const newConnections = async (transport: Transport, path: string): Promise<number> => {
      const ask = async () => Number(await (await transport(`http://127.0.0.1:${port}${path}`, {})).text());
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
    await stopChild(server);
  }
}
