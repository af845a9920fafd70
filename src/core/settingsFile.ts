import { visit } from "jsonc-parser";

/** `folder`: `.vscode/settings.json`. `workspace`: a `.code-workspace`, which has its settings in a part of its own. */
export type SettingsFileKind = "folder" | "workspace";

/**
 * Which of the settings `ids` a settings file sets, in the order of `ids`. Names count in every form in which they can be
 * written: dotted, as objects nested in each other, partly both, and in blocks for a language (`"[python]"`). Comments and
 * trailing commas are fine, and of a broken file that counts which VS Code would still read. `text` is from outside.
 */
export function settingsIn<Id extends string>(text: string, kind: SettingsFileKind, ids: readonly Id[]): Id[] {
  const found = new Set<string>();
  /** What leads to a name of ours. */
  const prefixes = new Set(ids.flatMap((id) => [...id.matchAll(/\./g)].map(({ index }) => id.slice(0, index))));
  const nameOf = (path: readonly (string | number)[]): string | undefined => {
    const names = path.map(String);
    if (kind === "workspace" && names.shift() !== "settings") return undefined;
    if (/^(\[[^\]]+\])+$/.test(names[0] ?? "")) names.shift();
    return names.join(".");
  };
  try {
    visit(text, {
      onObjectProperty(property, ...[, , , , pathTo]) {
        const name = nameOf([...pathTo(), property]);
        if (name !== undefined) found.add(name);
      },
      onObjectBegin: (...[, , , , pathTo]) => {
        const path = pathTo();
        const name = nameOf(path);
        // Everything else need not be looked at, however much of it there is.
        return path.length === 0 || (name !== undefined && (name === "" || prefixes.has(name)));
      },
      onArrayBegin: () => false,
      // Without these the parser never hears that what was passed over has ended.
      onObjectEnd() {},
      onArrayEnd() {},
    });
  } catch {
    // Nested deeper than the parser can follow: what comes before counts.
  }
  return ids.filter((id) => found.has(id));
}
