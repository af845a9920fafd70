import { expect, it, vi } from "vitest";
import type { UsageDeps } from "../../../../src/features/usage/index.ts";
import { openMenu } from "../../../../src/features/usage/menu.ts";
import type { Monitor } from "../../../../src/features/usage/monitor.ts";

const { shown } = vi.hoisted(() => ({ shown: [] as { readonly command: string; readonly label: string }[] }));

vi.mock("vscode", () => ({
  ThemeIcon: Object,
  l10n: { t: (message: string) => message },
  window: { showQuickPick: async (items: typeof shown) => void shown.push(...items) },
}));

it("the menu says what is diagnosed", async () => {
  const deps = {
    connections: { endpoint: () => undefined, isReady: async () => false, platformName: () => "Z.AI" },
    problems: { actionLabel: (action: string) => action },
  };
  await openMenu(deps as unknown as UsageDeps, { words: () => undefined } as unknown as Monitor);
  expect(shown.find(({ command }) => command === "glm.diagnose")?.label).toBe("Diagnose connection");
});
