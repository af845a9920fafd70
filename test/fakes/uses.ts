import type { Use } from "../../src/api/usage/use.ts";

/** A use of Z.AI's general endpoint, but for what a test says otherwise. */
export function useOf(more: Partial<Use> = {}): Use {
  const place = { platform: "zai", host: "api.z.ai", kind: "chat", model: "glm-5.3" } as const;
  return { at: Date.UTC(2026, 10, 21, 8), ...place, input: 1200, cached: 900, output: 340, pictures: 0, ...more };
}
