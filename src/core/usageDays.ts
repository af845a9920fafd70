/**
 * Days and weeks as the clock on the wall has them, in ms since the epoch. A day of 23 or 25 hours is a day; one without a
 * midnight begins with its first moment.
 */

export function startOfDay(at: number, daysLater = 0): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + daysLater).getTime();
}

/** The Monday, whatever the language: "en" does not say where on earth its reader is. */
export function startOfWeek(at: number): number {
  const sinceMonday = (new Date(at).getDay() + 6) % 7;
  return startOfDay(at, -sinceMonday);
}
