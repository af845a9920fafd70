const weekMs = 7 * 86_400_000;

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

/** The same where there is little room: "4:40 PM", "Wed 4:40 PM", and the date from a week on. `now` in ms since the epoch. */
export function shortTimeWords(at: number, now: number, language: string): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString(language, { hour: "numeric", minute: "2-digit" });
  if (date.toDateString() === new Date(now).toDateString()) return time;
  const day = at - now < weekMs ? ({ weekday: "short" } as const) : ({ month: "short", day: "numeric" } as const);
  return `${date.toLocaleDateString(language, day)} ${time}`;
}
