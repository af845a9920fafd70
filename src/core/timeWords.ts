/** A moment (ms since the epoch) in the user's language. */
export function timeWords(at: number, language: string): string {
  return new Date(at).toLocaleString(language, {
    weekday: "short",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    // The extension may run far away from its user; without the zone the time could mislead.
    timeZoneName: "short",
  });
}
