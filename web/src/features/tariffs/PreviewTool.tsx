import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Price, TariffRules, TierKey, Zone } from "@/api/types";
import { Notice, SkeletonRows } from "@/components/display";
import { PriceLines } from "@/components/domain/PriceLines";
import { Field, Input, Select } from "@/components/Field";
import { clock } from "@/lib/clock";
import { errorText } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { addDays, localDate, weekdayOf } from "@/lib/time";
import { useDebounced } from "@/lib/useDebounced";
import { useVenue } from "@/lib/venue";

/** "What does Friday 22:00 to 02:00 cost a Premium member?", also for rules that are not saved yet. */
export function PreviewTool({ zones, rules, zoneIds = [] }: { zones: Zone[]; rules?: TariffRules; zoneIds?: string[] }) {
  const t = useT();
  const venue = useVenue();
  const [zone, setZone] = useState("");
  const [tier, setTier] = useState<TierKey>("premium");
  const [span, setSpan] = useState(() => {
    const friday = addDays(clock.now(), (4 - weekdayOf(clock.now(), venue.timezone) + 7) % 7, venue.timezone);
    return { from: `${localDate(friday, venue.timezone)}T22:00`, to: `${localDate(addDays(friday, 1, venue.timezone), venue.timezone)}T02:00` };
  });
  const zoneId = zone || zoneIds[0] || zones[0]?.id;
  const asked = useDebounced(JSON.stringify({ venue_id: venue.id, zone_id: zoneId, tier, starts_at: span.from, ends_at: span.to, ...(rules && { rules }) }), 250);
  const valid = zoneId !== undefined && span.from !== "" && span.to > span.from;
  const price = useQuery({
    queryKey: ["preview", asked],
    queryFn: ({ signal }) => api.post<Price>("/tariffs/preview", JSON.parse(asked), { signal }),
    enabled: valid,
    placeholderData: (previous) => previous,
  });
  return (
    <div className="grid items-start gap-4 md:grid-cols-[280px_minmax(0,1fr)]">
      <div className="flex flex-col gap-3">
        <Field label={t("till.zone")}>
          <Select value={zoneId ?? ""} onChange={(event) => { setZone(event.target.value); }}>{zones.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}</Select>
        </Field>
        <Field label={t("customer.tier")}>
          <Select value={tier} onChange={(event) => { setTier(event.target.value as TierKey); }}>{(["basic", "premium", "vip"] as const).map((key) => <option key={key} value={key}>{t(`tier.${key}`)}</option>)}</Select>
        </Field>
        <Field label={t("preview.from")}><Input type="datetime-local" value={span.from} onChange={(event) => { setSpan({ ...span, from: event.target.value }); }} /></Field>
        <Field label={t("preview.to")} error={span.to !== "" && span.to <= span.from ? t("preview.order") : undefined}><Input type="datetime-local" value={span.to} onChange={(event) => { setSpan({ ...span, to: event.target.value }); }} /></Field>
        <p className="text-xs text-fg3">{t("preview.zone", { zone: venue.timezone })}</p>
      </div>
      <div className="card p-4" aria-live="polite">
        {price.isError ? <Notice tone="broken">{errorText(price.error)}</Notice> : price.data ? <PriceLines lines={price.data.lines} total={price.data.total_minor} /> : <SkeletonRows rows={3} />}
      </div>
    </div>
  );
}
