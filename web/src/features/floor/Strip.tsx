import { Skeleton, Money, Sparkline } from "@/components/display";
import { Kpi } from "@/components/Page";
import { useT } from "@/lib/i18n";
import { useFormat, usePermission } from "@/lib/venue";
import { useSummary } from "./store";

/** What the person at the counter wants to know before looking at any station. */
export function Strip({ onAttention }: { onAttention: () => void }) {
  const t = useT();
  const format = useFormat();
  const summary = useSummary();
  const seesMoney = usePermission("billing.payments.view");
  if (!summary)
    return (
      <div className="grid grid-cols-2 gap-2.5 px-4 pb-3 md:grid-cols-4 md:px-[22px]">
        {[0, 1, 2, 3].map((key) => <Skeleton key={key} className="h-[84px] !rounded-xl" />)}
      </div>
    );
  const usable = summary.stations - summary.maintenance;
  const attention = summary.requests + summary.alerts.filter((alert) => alert.kind !== "time_request").length;
  // Beside next to nothing everything is an enormous growth: then it says nothing.
  const lastWeek = summary.takings_last_week_minor;
  const growth = lastWeek > 0 && summary.takings_today_minor < 5 * lastWeek ? summary.takings_today_minor / lastWeek - 1 : null;
  const soon = summary.ending_soon;
  return (
    <section aria-label={t("floor.strip")} className="grid grid-cols-2 gap-2.5 px-4 pb-3 md:grid-cols-4 md:px-[22px] max-sm:gap-2">
      <Kpi label={t("floor.occupancy")} note={<span className="inline-block max-w-[42%] truncate align-bottom">{t("floor.freeShort", { n: summary.free })}</span>}>
        {summary.in_use}<em className="text-[.72em] font-medium text-fg3 not-italic">/{usable}</em>
        <Sparkline values={summary.occupancy_24h} className="absolute right-0 bottom-0 h-[58%] w-[54%] opacity-90" />
      </Kpi>
      <Kpi label={t("floor.endingSoon")} {...(soon.length > 0 && { tone: "soon" as const })} note={soon.length > 0 ? soon.join(" · ") : t("floor.nobodyEnds")}>
        {soon.length}
      </Kpi>
      <button type="button" onClick={onAttention} disabled={attention === 0} className="min-w-0 rounded-xl text-left hover:brightness-110">
        <Kpi label={t("floor.attention")} {...(attention > 0 && { tone: "broken" as const })} note={summary.alerts[0] ? `${summary.alerts[0].station_name}: ${summary.alerts[0].text}` : t("floor.allWell")}>
          {attention}
        </Kpi>
      </button>
      <Kpi label={t("floor.today")} note={seesMoney && growth !== null ? t("floor.growth", { change: `${growth >= 0 ? "+" : "−"}${format.percent(Math.abs(growth))}` }) : t("floor.today.note")}>
        {seesMoney ? <Money minor={summary.takings_today_minor} /> : "–"}
      </Kpi>
    </section>
  );
}
