/** Instants are UTC strings; what people see is the venue's wall clock. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = `${locale}|${zone}|${JSON.stringify(options)}`;
  let found = formats.get(id);
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { timeZone: zone, ...options });
    formats.set(id, found);
  }
  return found;
}

export type Instant = string | number | Date;

export function formatTime(at: Instant, zone: string, locale: string): string {
  return formatter(locale, zone, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));
}
export function formatClock(at: Instant, zone: string, locale: string): string {
  return formatter(locale, zone, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(new Date(at));
}
export function formatDate(at: Instant, zone: string, locale: string): string {
  return formatter(locale, zone, { day: "numeric", month: "short", year: "numeric" }).format(new Date(at));
}
export function formatDay(at: Instant, zone: string, locale: string): string {
  return formatter(locale, zone, { weekday: "short", day: "numeric", month: "short" }).format(new Date(at));
}
export function formatDateTime(at: Instant, zone: string, locale: string): string {
  return formatter(locale, zone, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(at));
}

export interface WallClock {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

export function wallClock(at: Instant, zone: string): WallClock {
  const parts = formatter("en-CA", zone, {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
  }).formatToParts(new Date(at));
  const value = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return { year: value("year"), month: value("month"), day: value("day"), hour: value("hour"), minute: value("minute"), second: value("second") };
}

const two = (n: number) => String(n).padStart(2, "0");

/** "2026-11-20" on the venue's calendar. */
export function localDate(at: Instant, zone: string): string {
  const wall = wallClock(at, zone);
  return `${String(wall.year)}-${two(wall.month)}-${two(wall.day)}`;
}
/** "2026-11-20T22:00" on the venue's wall clock, as a datetime-local field wants it. */
export function localDateTime(at: Instant, zone: string): string {
  const wall = wallClock(at, zone);
  return `${localDate(at, zone)}T${two(wall.hour)}:${two(wall.minute)}`;
}

function zoneOffset(at: number, zone: string): number {
  const wall = wallClock(at, zone);
  return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second) - Math.floor(at / 1000) * 1000;
}

/** The instant of a wall-clock time. A time that the clock skips in spring moves on by the gap. */
export function instantOf(local: string, zone: string): Date {
  const [date = "", time = "00:00"] = local.split("T");
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  const naive = Date.UTC(year, month - 1, day, hour, minute);
  const first = naive - zoneOffset(naive, zone);
  const second = naive - zoneOffset(first, zone);
  return new Date(first === second ? first : Math.max(first, second));
}

export function startOfDay(at: Instant, zone: string): Date {
  return instantOf(`${localDate(at, zone)}T00:00`, zone);
}
/** Calendar days, not 24 h: the day of a clock change keeps its midnight. */
export function addDays(at: Instant, days: number, zone: string): Date {
  const wall = wallClock(at, zone);
  const shifted = new Date(Date.UTC(wall.year, wall.month - 1, wall.day + days));
  const date = shifted.toISOString().slice(0, 10);
  return instantOf(`${date}T${two(wall.hour)}:${two(wall.minute)}`, zone);
}
/** Monday is 0. */
export function weekdayOf(at: Instant, zone: string): number {
  const wall = wallClock(at, zone);
  return (new Date(Date.UTC(wall.year, wall.month - 1, wall.day)).getUTCDay() + 6) % 7;
}

export function weekdayNames(locale: string, style: "short" | "long" = "short"): string[] {
  const name = new Intl.DateTimeFormat(locale, { weekday: style, timeZone: "UTC" });
  return Array.from({ length: 7 }, (_, day) => name.format(new Date(Date.UTC(2024, 0, 1 + day))));
}

/** "1 h 20 min", "45 min", "30 s". */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${String(whole)} s`;
  const minutes = Math.round(whole / 60);
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${String(rest)} min`;
  return rest === 0 ? `${String(hours)} h` : `${String(hours)} h ${String(rest)} min`;
}

/** Hours and minutes large, seconds small: ["1:14", ":22"]. */
export function countdownParts(seconds: number): [string, string] {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return [`${String(hours)}:${two(minutes)}`, `:${two(whole % 60)}`];
}

export function relativeTime(at: Instant, now: number, locale: string): string {
  const seconds = (new Date(at).getTime() - now) / 1000;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  const size = Math.abs(seconds);
  if (size < 60) return format.format(Math.round(seconds), "second");
  if (size < 3600) return format.format(Math.round(seconds / 60), "minute");
  if (size < 86_400) return format.format(Math.round(seconds / 3600), "hour");
  return format.format(Math.round(seconds / 86_400), "day");
}
