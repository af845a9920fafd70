import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { stopChild } from "../harness/process.ts";

export interface ServerProcess {
  readonly origin: string;
  stop(): Promise<void>;
}

/**
 * Starts a server of this folder, or at an absolute path, that prints its port first. Throws, and leaves no process behind,
 * when it does not do so within `patience` ms.
 */
export async function startServer(
  script: string,
  parameters: readonly string[] = [],
  patience = 20_000,
): Promise<ServerProcess> {
  const server = spawn(process.execPath, ["--no-warnings", resolve(import.meta.dirname, script), ...parameters], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(), patience);
  try {
    // Without an exit to wait for, a server that ends early would be waited for in vain.
    server.once("exit", () => controller.abort());
    const [line] = (await once(server.stdout, "data", { signal })) as [Buffer];
    const port = Number(line.toString());
    if (!Number.isInteger(port) || port <= 0) throw new Error(`no port: ${line.toString()}`);
    return { origin: `http://127.0.0.1:${port}`, stop: () => stopChild(server) };
  } catch (error) {
    await stopChild(server);
    throw new Error(`${script} did not start`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
