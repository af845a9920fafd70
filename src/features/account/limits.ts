import type { Deadlines } from "../../api/context.ts";
import type { Limits } from "../../api/http/governor.ts";
import { readSetting } from "../../host/config.ts";

/** Seconds. VS Code's own network breaks off at 300 by itself; ours has to come first to be able to say what happened. */
const longestOnHost = 280;

/** How long a server may keep silent while it answers a question. */
export function silenceLimits(): Partial<Deadlines> {
  const wanted = readSetting("glm.network.timeout");
  const seconds = readSetting("glm.network.transport") === "host" ? Math.min(wanted, longestOnHost) : wanted;
  return { firstByte: seconds * 1000, idle: seconds * 1000, whole: seconds * 1000 };
}

/** How many requests of a key run and wait. */
export function queueLimits(): Limits {
  return {
    parallel: readSetting("glm.network.parallelRequests"),
    waiting: readSetting("glm.network.queueSize"),
  };
}
