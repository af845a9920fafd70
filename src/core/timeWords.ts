/** A moment (ms since the epoch) in the user's language. */
export function timeWords(at: number, language: string): string {
  const date = new Date(at);
  const moment = date.toLocaleString(language, {
    weekday: "short",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  });
  // The extension may run far away from its user; without the zone the time could mislead. Chinese would put it before the hour.
  const parts = new Intl.DateTimeFormat(language, { hour: "2-digit", timeZoneName: "short" }).formatToParts(date);
  const zone = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  return `${moment} ${zone}`.trimEnd();
}
