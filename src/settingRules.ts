import type { Settings } from "./contributions.ts";

/** What a setting takes. Anyone can write anything into settings.json by hand. */
export type SettingRule =
  | { readonly kind: "text" | "flag" | "list" | "record" }
  | { readonly kind: "choice"; readonly of: readonly string[] }
  | {
      readonly kind: "number";
      readonly low: number;
      /** Absent = no limit. */
      readonly high?: number;
      readonly whole?: true;
      /** `null` is a value: nothing is sent. */
      readonly mayBeEmpty?: true;
    };

const text: SettingRule = { kind: "text" };

/** As package.json has them; a test compares both. */
export const settingRules: Readonly<Record<keyof Settings, SettingRule>> = {
  "glm.platform": { kind: "choice", of: ["zai-coding", "zai", "bigmodel-coding", "bigmodel", "custom"] },
  "glm.model.chat": text,
  "glm.model.edit": text,
  "glm.model.vision": text,
  "glm.model.ocr": text,
  "glm.model.image": text,
  "glm.model.background": text,
  "glm.model.overrides": { kind: "list" },
  "glm.request.thinking": { kind: "choice", of: ["auto", "on", "off"] },
  "glm.request.effort": { kind: "choice", of: ["auto", "low", "medium", "high", "max"] },
  "glm.request.maxTokens": { kind: "number", low: 1, whole: true, mayBeEmpty: true },
  "glm.request.temperature": { kind: "number", low: 0, high: 1, mayBeEmpty: true },
  "glm.request.topP": { kind: "number", low: 0.01, high: 1, mayBeEmpty: true },
  "glm.network.transport": { kind: "choice", of: ["host", "undici"] },
  "glm.network.timeout": { kind: "number", low: 10, high: 1800, whole: true },
  "glm.network.parallelRequests": { kind: "number", low: 1, high: 16, whole: true },
  "glm.network.queueSize": { kind: "number", low: 0, high: 200, whole: true },
  "glm.usage.quota": { kind: "flag" },
  "glm.custom.baseUrl": text,
  "glm.custom.dialect": { kind: "choice", of: ["openai", "zai"] },
  "glm.custom.reasoning": {
    kind: "choice",
    of: ["none", "chat_template_kwargs", "reasoning-bool", "reasoning_effort", "zai"],
  },
  "glm.custom.extraBody": { kind: "record" },
  "glm.custom.extraHeaders": { kind: "record" },
};

export function fitsRule(value: unknown, rule: SettingRule): boolean {
  switch (rule.kind) {
    case "text":
      return typeof value === "string";
    case "flag":
      return typeof value === "boolean";
    case "list":
      return Array.isArray(value);
    case "record":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case "choice":
      return typeof value === "string" && rule.of.includes(value);
    case "number":
      if (value === null) return rule.mayBeEmpty === true;
      return (
        typeof value === "number" &&
        value >= rule.low &&
        value <= (rule.high ?? Number.MAX_SAFE_INTEGER) &&
        (!rule.whole || Number.isInteger(value))
      );
  }
}
