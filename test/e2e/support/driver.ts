import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** Calls functions inside the extension host through the test driver extension. */
export type Driver = {
  /** To be put into the server's environment. */
  env: Record<string, string>;
  /**
   * Runs a function body in the extension host with `vscode`, `args`, `context` (the driver's own) and `require` in
   * scope. The result must be JSON. Waits for a host that is still starting.
   */
  host<T = unknown>(body: string, args?: unknown): Promise<T>;
  /** Process id of the current extension host. */
  pid(): number | undefined;
  /** Ends an extension host that no window has any more, which would outlive it by seconds, and forgets it. */
  kill(): Promise<void>;
};

/** @param dir an existing folder in which the driver leaves its address. */
export function createDriver(dir: string): Driver {
  const token = randomBytes(24).toString("hex");
  const file = join(dir, "driver.json");
  const where = (): { port: number; pid: number } | undefined =>
    existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { port: number; pid: number }) : undefined;

  const call = async (body: string, args: unknown): Promise<unknown> => {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const address = where();
      if (address) {
        try {
          return await post(address.port, token, body, args);
        } catch (error) {
          // Refused = the old host is gone and the new one has not spoken yet. A host that answered is final.
          if (error instanceof DriverError || !isRefused(error)) throw error;
        }
      }
      if (Date.now() > deadline) throw new Error("The test driver did not answer within 60 s.");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return {
    env: { GLM_DRIVER_TOKEN: token, GLM_DRIVER_FILE: file },
    host: <T>(body: string, args: unknown = null) => call(body, args) as Promise<T>,
    pid: () => where()?.pid,
    kill: async () => {
      const pid = where()?.pid;
      rmSync(file, { force: true });
      if (pid === undefined) return;
      while (killed(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
    },
  };
}

/** Whether there was something left to kill. */
function killed(pid: number): boolean {
  try {
    return process.kill(pid, "SIGKILL");
  } catch {
    return false;
  }
}

/** The function body threw inside the extension host. */
class DriverError extends Error {}

async function post(port: number, token: string, body: string, args: unknown): Promise<unknown> {
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ body, args }),
  });
  const parsed = (await answer.json()) as { value?: unknown; error?: string };
  if (parsed.error !== undefined) throw new DriverError(parsed.error);
  return parsed.value;
}

function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED";
}
