import type { PlatformId } from "../../api/platforms.ts";
import { services, serviceOf, type Service } from "../../core/keyFinding.ts";

/** Where it is kept what the user was told, across windows and restarts. */
export interface Memory {
  get(key: string): unknown;
  set(key: string, value: unknown): Thenable<void>;
}

export interface PolicyNote {
  /** True the first time, for whoever is about to tell: a plan is not meant for this extension. */
  isDue(service: Service): boolean;
  /** Called before a request. Tells it once on the first one that draws a plan, and never delays one. */
  beforeRequest(platform: PlatformId): void;
}

/** `tell` shows the note by itself; a verdict on a key takes the words along. */
export function createPolicyNote(memory: Memory, tell: (service: Service) => unknown): PolicyNote {
  function isDue(service: Service): boolean {
    const key = `planPolicy.told.${services[service].host}`;
    if (memory.get(key) === true) return false;
    // Where it cannot be kept it is told again in the next window.
    void memory.set(key, true).then(undefined, () => undefined);
    return true;
  }
  return {
    isDue,
    beforeRequest(platform) {
      const service = serviceOf(platform);
      if (service !== undefined && platform === services[service].plan && isDue(service)) tell(service);
    },
  };
}
