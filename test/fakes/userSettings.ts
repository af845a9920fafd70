import manifest from "../../package.json" with { type: "json" };

/** What a test writes into settings.json, by id. */
export const userSettings: Record<string, unknown> = {};

const defaults = new Map(
  manifest.contributes.configuration.flatMap(({ properties }) =>
    Object.entries(properties).map(([id, setting]): [string, unknown] => [id, setting.default]),
  ),
);

/** As much of the module `vscode` as reading settings needs. */
export const vscodeWithSettings = {
  workspace: {
    getConfiguration: () => ({
      inspect: (id: string) => ({ defaultValue: defaults.get(id), globalValue: userSettings[id] }),
    }),
  },
};
