import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";

/** How a finished command ended; `output` is stdout and stderr in the order of arrival. */
export type Finished = { code: number; output: string };

/** `inherit` lets the person see the output; `capture` (the default) only returns it. */
export type Output = "inherit" | "capture";

export type RunOptions = {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  output?: Output;
  /** Milliseconds; the process is killed then and counts as failed with code 124. */
  timeout?: number;
};

/** Runs one command to its end. Rejects only when it cannot be started at all. */
export function run(command: string, args: string[], options: RunOptions = {}): Promise<Finished> {
  const inherit = options.output === "inherit";
  const stdio: StdioOptions = inherit ? "inherit" : ["ignore", "pipe", "pipe"];
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env ?? process.env, stdio });
    let output = "";
    let timedOut = false;
    const collect = (chunk: Buffer): void => void (output += chunk.toString());
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
    const timer =
      options.timeout === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill("SIGKILL");
          }, options.timeout);
    child.once("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code: timedOut ? 124 : (code ?? 1), output });
    });
  });
}

/** Like {@link run}, but a non-zero code becomes an Error that ends with the command's last lines. */
export async function runOrThrow(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { code, output } = await run(command, args, options);
  if (code !== 0) {
    const tail = output.trimEnd().split("\n").slice(-25).join("\n");
    throw new Error(`\`${command} ${args.join(" ")}\` ended with code ${code}\n${tail}`);
  }
  return output;
}

/** Asks a child to end, then kills it after `patience` ms. Resolves when it is gone. Touches no other process. */
export async function stopChild(child: ChildProcess, patience = 4000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => void child.once("close", () => resolve()));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), patience);
  await gone;
  clearTimeout(timer);
}

/** True when a command of this name can be started from PATH. */
export async function commandExists(name: string): Promise<boolean> {
  const probe = process.platform === "win32" ? "where" : "which";
  try {
    return (await run(probe, [name])).code === 0;
  } catch {
    return false;
  }
}

/**
 * How to call npm with the Node that runs us. Inside `npm run` npm tells its own script; otherwise PATH decides.
 */
export function npmCommand(): { command: string; prefix: string[] } {
  const script = process.env["npm_execpath"];
  if (script?.endsWith("npm-cli.js")) return { command: process.execPath, prefix: [script] };
  return { command: process.platform === "win32" ? "npm.cmd" : "npm", prefix: [] };
}
