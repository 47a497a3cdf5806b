import type { Rate, TariffRules } from "@/api/types";

export function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

/** Whether a rate's window covers a minute of a weekday; a window past midnight belongs to the evening it began. */
export function covers(rate: Rate, weekday: number, minute: number): boolean {
  const from = minutesOf(rate.from);
  const to = minutesOf(rate.to);
  if (from < to) return rate.weekdays.includes(weekday) && minute >= from && minute < to;
  return (
    (rate.weekdays.includes(weekday) && minute >= from) ||
    (rate.weekdays.includes((weekday + 6) % 7) && minute < to)
  );
}

/** The index of the first matching rate, or -1 for the base rate. Holiday rates are not part of a usual week. */
export function rateAt(rules: TariffRules, weekday: number, minute: number): number {
  return rules.rates.findIndex((rate) => rate.days !== "holidays" && covers(rate, weekday, minute));
}

export interface Span {
  from: number;
  to: number;
  rate: number;
}
export function daySpans(rules: TariffRules, weekday: number, step = 15): Span[] {
  const spans: Span[] = [];
  for (let minute = 0; minute < 1440; minute += step) {
    const rate = rateAt(rules, weekday, minute);
    const last = spans.at(-1);
    if (last?.rate === rate) last.to = minute + step;
    else spans.push({ from: minute, to: minute + step, rate });
  }
  return spans;
}

export const rateColours = ["var(--play)", "var(--paused)", "var(--reserved)", "var(--soon)", "var(--free)", "var(--broken)"];

export function emptyRules(): TariffRules {
  return {
    base_rate_minor_per_hour: 300,
    rates: [],
    block_seconds: 60,
    minimum_minor: 0,
    rounding_minor: 1,
    rounding: "half_up",
    tier_discounts_bp: { basic: 0, premium: 1000, vip: 2000 },
    holidays: [],
  };
}

/** What the server would refuse, said at the place where it is typed. */
export function problemOfRate(rate: Rate): "tariff.problem.label" | "tariff.problem.days" | "tariff.problem.window" | null {
  if (rate.label.trim() === "") return "tariff.problem.label";
  if (rate.weekdays.length === 0) return "tariff.problem.days";
  if (!/^\d\d:\d\d/.test(rate.from) || !/^\d\d:\d\d/.test(rate.to)) return "tariff.problem.window";
  return null;
}
