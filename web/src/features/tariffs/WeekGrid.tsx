import type { TariffRules } from "@/api/types";
import { useT } from "@/lib/i18n";
import { weekdayNames } from "@/lib/time";
import { useFormat } from "@/lib/venue";
import { daySpans, rateColours } from "./rules";

const clock = (minute: number) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

/** A usual week as a picture: which rate holds when. The same facts are in every span's label. */
export function WeekGrid({ rules, compact = false }: { rules: TariffRules; compact?: boolean }) {
  const t = useT();
  const format = useFormat();
  const days = weekdayNames(format.locale);
  const nameOf = (rate: number) => (rate < 0 ? t("tariff.base") : (rules.rates[rate]?.label ?? ""));
  const priceOf = (rate: number) => (rate < 0 ? rules.base_rate_minor_per_hour : (rules.rates[rate]?.rate_minor_per_hour ?? 0));
  return (
    <span className="flex w-full flex-col gap-2">
      <span role="img" aria-label={t("tariff.week")} className="flex flex-col gap-[3px]">
        {days.map((day, weekday) => (
          <span key={day} className="grid grid-cols-[28px_minmax(0,1fr)] items-center gap-2">
            <span className="text-[11px] text-fg3">{day}</span>
            <span className={`flex overflow-hidden rounded-[4px] bg-s3 ${compact ? "h-2.5" : "h-5"}`}>
              {daySpans(rules, weekday).map((span) => (
                <i
                  key={span.from}
                  title={`${day} ${clock(span.from)}–${clock(span.to)} · ${nameOf(span.rate)} · ${format.rate(priceOf(span.rate))}`}
                  style={{
                    width: `${String(((span.to - span.from) / 1440) * 100)}%`,
                    background: span.rate < 0 ? "transparent" : rateColours[span.rate % rateColours.length],
                    opacity: span.rate < 0 ? 1 : 0.85,
                  }}
                />
              ))}
            </span>
          </span>
        ))}
        <span className="num ml-9 flex justify-between text-[10.5px] text-fg3">{["0", "6", "12", "18", "24"].map((hour) => <span key={hour}>{hour}</span>)}</span>
      </span>
      <span className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-fg2">
        <Legend colour="var(--s3)" label={nameOf(-1)} price={format.rate(priceOf(-1))} />
        {rules.rates.map((rate, index) => <Legend key={index} colour={rateColours[index % rateColours.length] ?? ""} label={rate.days === "holidays" ? `${rate.label} (${t("tariff.holidays")})` : rate.label} price={format.rate(rate.rate_minor_per_hour)} />)}
      </span>
    </span>
  );
}

function Legend({ colour, label, price }: { colour: string; label: string; price: string }) {
  return (
    <span className="flex items-center gap-1.5">
      <i className="size-2.5 rounded-[3px] border border-line2" style={{ background: colour }} />
      {label} <span className="num text-fg3">{price}</span>
    </span>
  );
}
