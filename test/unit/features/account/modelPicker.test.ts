import { expect, it, vi } from "vitest";
import { createCatalog } from "../../../../src/api/models/catalog.ts";
import { selectModel, type ModelPickerDeps } from "../../../../src/features/account/modelPicker.ts";
import { userSettings } from "../../../fakes/userSettings.ts";

const { pick } = vi.hoisted(() => ({
  /** The list as VS Code would show it. */
  pick: {
    items: [] as { readonly label: string; readonly description?: string }[],
    activeItems: [],
    busy: false,
    hide: () => {},
    onDidAccept() {},
    onDidTriggerButton() {},
    onDidHide(listener: () => void) {
      this.hide = listener;
    },
    show() {},
    dispose() {},
  },
}));

vi.mock("vscode", async () => {
  const { vscodeWithSettings } = await import("../../../fakes/userSettings.ts");
  return {
    ...vscodeWithSettings,
    ThemeIcon: Object,
    l10n: { t: (message: string) => message },
    window: { createQuickPick: () => pick },
  };
});

it("makes no icon of the name that a server gives a model", async () => {
  userSettings["glm.platform"] = "custom";
  userSettings["glm.custom.baseUrl"] = "http://localhost:11434/v1";
  const client = { models: async () => ["$(flame) hot"] };
  const deps = { keys: { get: async () => undefined }, makeClient: async () => client, catalog: createCatalog() };
  const done = selectModel(deps as unknown as ModelPickerDeps);
  await expect.poll(() => pick.items.some(({ label }) => label.endsWith("(flame) hot"))).toBe(true);
  for (const { label, description } of pick.items) expect(`${label} ${description}`).not.toContain("$(");
  pick.hide();
  await done;
});
