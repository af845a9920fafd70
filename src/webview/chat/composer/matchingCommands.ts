import type { SlashCommandView } from "../../../protocol/asks.ts";

/** The commands whose name begins with what was typed, then those that contain it; each in the host's order. */
export function matchingCommands(commands: readonly SlashCommandView[], query: string): SlashCommandView[] {
  const wanted = query.toLowerCase();
  const names = commands.map((command) => ({ command, at: command.name.toLowerCase().indexOf(wanted) }));
  return [...names.filter(({ at }) => at === 0), ...names.filter(({ at }) => at > 0)].map(({ command }) => command);
}
