import type { OccupancyPoint } from "@/api/types";
import { useT } from "@/lib/i18n";
import { weekdayNames } from "@/lib/time";
import { useFormat } from "@/lib/venue";

const hours = Array.from({ length: 24 }, (_, hour) => hour);

/** When the house is full: one cell per hour of the week. A real table, so it can also be read aloud. */
export function HeatMap({ points }: { points: OccupancyPoint[] }) {
  const t = useT();
  const format = useFormat();
  const days = weekdayNames(format.locale);
  // The busiest hour has the full colour: a quiet house is still readable.
  const top = Math.max(0.05, ...points.map((point) => point.ratio));
  const ratio = new Map(points.map((point) => [point.weekday * 24 + point.hour, point.ratio]));
  return (
    <div className="flex flex-col gap-3">
      <div className="relative overflow-x-auto" tabIndex={0} role="group" aria-label={t("reports.occupancy")}>
        <table className="num w-full min-w-[640px] table-fixed border-separate border-spacing-[3px] text-[11px]">
          <thead>
            <tr>
              <th className="w-9"><span className="sr-only">{t("tariff.weekdays")}</span></th>
              {hours.map((hour) => <th key={hour} scope="col" className="font-normal text-fg3">{hour % 3 === 0 ? hour : <span className="sr-only">{hour}</span>}</th>)}
            </tr>
          </thead>
          <tbody>
            {days.map((day, weekday) => (
              <tr key={day}>
                <th scope="row" className="text-left font-medium text-fg2">{day}</th>
                {hours.map((hour) => {
                  const value = ratio.get(weekday * 24 + hour) ?? 0;
                  return (
                    <td
                      key={hour}
                      title={`${day} ${String(hour)}:00 · ${format.percent(value)}`}
                      className="h-7 rounded-[5px]"
                      style={{ background: value <= 0.001 ? "var(--s3)" : `color-mix(in oklab, var(--accent) ${String(Math.round(10 + (value / top) * 90))}%, var(--s3))` }}
                    >
                      <span className="sr-only">{format.percent(value)}</span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="flex items-center gap-2 text-xs text-fg3" aria-hidden>
        {format.percent(0)}
        <span className="h-2 w-40 rounded-full" style={{ background: "linear-gradient(90deg, var(--s3), var(--accent))" }} />
        {format.percent(top)}
      </div>
    </div>
  );
}
