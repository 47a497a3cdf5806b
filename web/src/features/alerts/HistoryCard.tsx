import { useQuery } from "@tanstack/react-query";
import { ChartSpline } from "lucide-react";
import { useState } from "react";
import { Area, CartesianGrid, ComposedChart, Line, ReferenceArea, ResponsiveContainer, Tooltip, XAxis, YAxis } from "recharts";
import type { History, HistoryPoint, HistoryRange } from "@/api/alerts";
import { Empty, Failed, Skeleton } from "@/components/display";
import { Segmented } from "@/components/Field";
import { Card } from "@/components/Page";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { localDate } from "@/lib/time";
import { useFormat } from "@/lib/venue";

const ranges: HistoryRange[] = ["day", "week", "month"];

export function HistoryCard({ serverId }: { serverId: string }) {
  const t = useT();
  const [range, setRange] = useState<HistoryRange>("day");
  const history = useQuery({
    queryKey: ["history", serverId, range],
    queryFn: () => api.get<History>(`/alerts/servers/${serverId}/history`, { range }),
    refetchInterval: 60_000,
    placeholderData: (previous) => previous,
  });
  return (
    <Card title={t("history.title")} actions={<Segmented label={t("reports.span")} value={range} onChange={setRange} options={ranges.map((one) => ({ value: one, label: t(`history.${one}`) }))} />}>
      {history.isPending && <Skeleton className="h-72" />}
      {history.isError && <Failed error={history.error} retry={() => void history.refetch()} />}
      {history.data && <Chart history={history.data} />}
    </Card>
  );
}

interface Band {
  from: string;
  to: string;
}

/** Spans in which the server was mostly away, as bands behind the curve. */
export function downBands(points: HistoryPoint[]): Band[] {
  const bands: Band[] = [];
  let open: Band | null = null;
  for (const point of points) {
    const down = point.average !== null && point.up < 0.5;
    if (down && open) open.to = point.at;
    else if (down) bands.push((open = { from: point.at, to: point.at }));
    else open = null;
  }
  return bands;
}

function Chart({ history }: { history: History }) {
  const t = useT();
  const format = useFormat();
  const known = history.points.filter((point) => point.average !== null);
  const days = history.range !== "day";
  const label = (at: string) => (days ? format.day(at) : format.time(at));
  const dayOf = (at: string | undefined) => (at ? localDate(at, format.zone) : "");
  const midnights = history.points.filter((point, index) => index > 0 && dayOf(point.at) !== dayOf(history.points[index - 1]?.at)).map((point) => point.at);
  const one = (value: number) => format.number(Math.round(value * 10) / 10);
  if (known.length === 0) return <Empty icon={<ChartSpline size={22} />} title={t("history.none")} text={t("history.none.text")} />;
  const few = known.length < 4 && { r: 2.5, fill: "var(--accent)" };
  const facts: [string, string, string?][] = [
    [t("history.peak"), history.peak ? format.number(history.peak.players) : "–", history.peak ? format.dateTime(history.peak.at) : undefined],
    [t("history.average"), history.average === null ? "–" : one(history.average)],
    [t("history.uptime"), history.uptime === null ? "–" : format.percent(history.uptime, 1)],
  ];
  const summary = t("history.summary", { peak: facts[0]?.[1] ?? "", average: facts[1]?.[1] ?? "", uptime: facts[2]?.[1] ?? "" });
  return (
    <>
      <dl className="num flex flex-wrap gap-x-8 gap-y-2">
        {facts.map(([name, value, note]) => (
          <div key={name}><dt className="text-xs text-fg3">{name}</dt><dd className="text-lg leading-tight font-[650]">{value}{note && <span className="ml-2 text-xs font-normal text-fg3">{note}</span>}</dd></div>
        ))}
      </dl>
      <div className="h-64 w-full" role="img" aria-label={summary}>
        <ResponsiveContainer>
          <ComposedChart data={history.points} margin={{ top: 8, right: 4, left: 0, bottom: 0 }} accessibilityLayer={false}>
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="at" {...(days && { ticks: midnights })} tickFormatter={label} tick={{ fill: "var(--fg3)", fontSize: 11.5 }} tickLine={false} axisLine={{ stroke: "var(--line2)" }} minTickGap={42} />
            <YAxis width={34} allowDecimals={false} tick={{ fill: "var(--fg3)", fontSize: 11.5 }} tickLine={false} axisLine={false} domain={[0, "auto"]} tickCount={5} />
            {downBands(history.points).map((band) => <ReferenceArea key={band.from} x1={band.from} x2={band.to} fill="var(--broken)" fillOpacity={0.14} strokeOpacity={0} />)}
            <Tooltip cursor={{ stroke: "var(--line2)" }} content={({ active, payload }) => {
              const point = payload[0]?.payload as HistoryPoint | undefined;
              return active && point ? (
                <div className="num rounded-lg border border-line2 bg-s1 px-3 py-2 text-[13px] shadow-pop">
                  <div className="text-fg2">{format.dateTime(point.at)}</div>
                  {point.average === null ? t("history.noData") : <><b>{one(point.average)}</b> {t("history.onAverage")} · <b>{point.peak}</b> {t("history.atMost")}{point.up < 1 && <div className="text-broken">{t("history.upShare", { share: format.percent(point.up) })}</div>}</>}
                </div>
              ) : null;
            }} />
            <Area dataKey="average" type="monotone" stroke="var(--accent)" strokeWidth={1.6} fill="color-mix(in oklab, var(--accent) 18%, transparent)" isAnimationActive={false} connectNulls={false} dot={few} />
            <Line dataKey="peak" type="monotone" stroke="var(--free)" strokeWidth={1.3} strokeDasharray="4 3" dot={false} isAnimationActive={false} connectNulls={false} />
          </ComposedChart>
        </ResponsiveContainer>
      </div>
      <div className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-fg2" aria-hidden>
        <span className="flex items-center gap-1.5"><i className="h-2.5 w-3.5 rounded-sm border-t-2 border-accent bg-[color-mix(in_oklab,var(--accent)_20%,transparent)]" />{t("history.average")}</span>
        <span className="flex items-center gap-1.5"><i className="w-3.5 border-t-2 border-dashed border-free" />{t("history.peak")}</span>
        <span className="flex items-center gap-1.5"><i className="h-2.5 w-3.5 rounded-sm bg-[color-mix(in_oklab,var(--broken)_22%,transparent)]" />{t("history.away")}</span>
      </div>
      <details className="text-[13px]">
        <summary className="w-fit text-fg2">{t("history.asTable")}</summary>
        <div className="mt-2 max-h-64 overflow-auto" tabIndex={0} role="group" aria-label={t("history.asTable")}>
          <table className="num w-full text-left">
            <caption className="sr-only">{summary}</caption>
            <thead><tr className="text-xs text-fg3"><th scope="col" className="font-medium">{t("audit.at")}</th><th scope="col" className="text-right font-medium">{t("history.average")}</th><th scope="col" className="text-right font-medium">{t("history.peak")}</th><th scope="col" className="text-right font-medium">{t("history.uptime")}</th></tr></thead>
            <tbody>{known.map((point) => <tr key={point.at}><td>{format.dateTime(point.at)}</td><td className="text-right">{one(point.average ?? 0)}</td><td className="text-right">{point.peak}</td><td className="text-right">{format.percent(point.up)}</td></tr>)}</tbody>
          </table>
        </div>
      </details>
    </>
  );
}
