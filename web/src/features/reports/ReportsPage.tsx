import { useQuery } from "@tanstack/react-query";
import { ChartColumn } from "lucide-react";
import { useState } from "react";
import { Bar, BarChart, CartesianGrid, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { Items, OccupancyPoint, RevenuePoint } from "@/api/types";
import { Empty, Failed, Money, Skeleton } from "@/components/display";
import { Segmented } from "@/components/Field";
import { Card, Kpi, Page } from "@/components/Page";
import { clock } from "@/lib/clock";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { addDays, startOfDay } from "@/lib/time";
import { useFormat, useVenue } from "@/lib/venue";
import { HeatMap } from "./HeatMap";

type Span = "1" | "7" | "30" | "90";

export function ReportsPage() {
  const t = useT();
  const venue = useVenue();
  const [span, setSpan] = useState<Span>("30");
  const today = startOfDay(clock.now(), venue.timezone);
  const range = {
    venue_id: venue.id,
    from: addDays(today, 1 - Number(span), venue.timezone).toISOString(),
    to: addDays(today, 1, venue.timezone).toISOString(),
  };
  return (
    <Page
      title={t("nav.reports")}
      wide
      controls={
        <Segmented
          label={t("reports.span")}
          value={span}
          onChange={setSpan}
          options={[
            { value: "1" as Span, label: t("reports.today") },
            { value: "7" as Span, label: t("reports.days", { n: 7 }) },
            { value: "30" as Span, label: t("reports.days", { n: 30 }) },
            { value: "90" as Span, label: t("reports.days", { n: 90 }) },
          ]}
        />
      }
    >
      <div className="flex flex-col gap-4">
        <Revenue range={range} by={span === "1" ? "hour" : "day"} />
        <Occupancy range={span === "1" ? { ...range, from: addDays(today, -27, venue.timezone).toISOString() } : range} />
      </div>
    </Page>
  );
}

interface Range {
  venue_id: string;
  from: string;
  to: string;
}

function Revenue({ range, by }: { range: Range; by: "day" | "hour" }) {
  const t = useT();
  const format = useFormat();
  const revenue = useQuery({ queryKey: ["revenue", range, by], queryFn: () => api.get<Items<RevenuePoint>>("/reports/revenue", { ...range, by }) });
  if (revenue.isError) return <Failed error={revenue.error} retry={() => void revenue.refetch()} />;
  const items = revenue.data?.items ?? [];
  const total = items.reduce((sum, point) => sum + point.amount_minor, 0);
  const count = items.reduce((sum, point) => sum + point.count, 0);
  const best = items.reduce<RevenuePoint | null>((top, point) => (top === null || point.amount_minor > top.amount_minor ? point : top), null);
  const label = (at: string) => (by === "hour" ? format.time(at) : format.day(at));
  return (
    <>
      <div className="grid grid-cols-2 gap-2.5 lg:grid-cols-4">
        <Kpi label={t("reports.total")}><Money minor={total} /></Kpi>
        <Kpi label={by === "day" ? t("reports.perDay") : t("reports.perHour")}><Money minor={items.length > 0 ? Math.round(total / items.length) : 0} /></Kpi>
        <Kpi label={t("reports.payments")}>{format.number(count)}</Kpi>
        <Kpi label={t("reports.best")} note={best && best.amount_minor > 0 ? format.money(best.amount_minor) : undefined}>{best && best.amount_minor > 0 ? label(best.at) : "–"}</Kpi>
      </div>
      <Card title={t("reports.revenue")}>
        {revenue.isPending ? (
          <Skeleton className="h-72" />
        ) : total === 0 && count === 0 ? (
          <Empty icon={<ChartColumn size={22} />} title={t("reports.none")} text={t("reports.none.text")} />
        ) : (
          <div className="h-72 w-full" role="img" aria-label={t("reports.revenue.label", { total: format.money(total), best: best ? label(best.at) : "–" })}>
            <ResponsiveContainer>
              <BarChart data={items} margin={{ top: 8, right: 4, left: 0, bottom: 0 }} accessibilityLayer={false}>
                <CartesianGrid vertical={false} stroke="var(--line)" />
                <XAxis dataKey="at" tickFormatter={label} tick={{ fill: "var(--fg3)", fontSize: 11.5 }} tickLine={false} axisLine={{ stroke: "var(--line2)" }} minTickGap={26} />
                <YAxis width={62} tickFormatter={(value: number) => format.money(value).replace(/[.,]00(?=\D|$)/, "")} tick={{ fill: "var(--fg3)", fontSize: 11.5 }} tickLine={false} axisLine={false} />
                <Tooltip cursor={{ fill: "var(--s3)" }} content={({ active, payload }) => {
                  const point = payload[0]?.payload as RevenuePoint | undefined;
                  return active && point ? (
                    <div className="num rounded-lg border border-line2 bg-s1 px-3 py-2 text-[13px] shadow-pop">
                      <div className="text-fg2">{label(point.at)}</div>
                      <b>{format.money(point.amount_minor)}</b> <span className="text-fg3">· {t("till.receipts", { n: point.count })}</span>
                    </div>
                  ) : null;
                }} />
                <Bar dataKey="amount_minor" fill="var(--accent)" radius={[4, 4, 0, 0]} maxBarSize={38} isAnimationActive={false} />
              </BarChart>
            </ResponsiveContainer>
          </div>
        )}
      </Card>
    </>
  );
}

function Occupancy({ range }: { range: Range }) {
  const t = useT();
  const occupancy = useQuery({ queryKey: ["occupancy", range], queryFn: () => api.get<Items<OccupancyPoint>>("/reports/occupancy", { ...range }) });
  return (
    <Card title={t("reports.occupancy")}>
      {occupancy.isError ? <Failed error={occupancy.error} retry={() => void occupancy.refetch()} /> : occupancy.data ? <HeatMap points={occupancy.data.items} /> : <Skeleton className="h-60" />}
    </Card>
  );
}
