/** Names under which other tools of the service look for a key; the order is that in which they are offered. */
export const keyVariables = ["ZAI_API_KEY", "ZHIPU_API_KEY", "ZHIPUAI_API_KEY", "ZHIPU_AI_API_KEY"] as const;
export type KeyVariable = (typeof keyVariables)[number];

/** Which of them are set, each value under its first name. The values must not be shown, logged or sent before a click. */
export function keysInEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ReadonlyMap<KeyVariable, string> {
  const found = new Map<KeyVariable, string>();
  for (const name of keyVariables) {
    const value = environment[name]?.trim() ?? "";
    if (value !== "" && ![...found.values()].includes(value)) found.set(name, value);
  }
  return found;
}
