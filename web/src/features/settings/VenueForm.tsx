import { useQueryClient } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { z } from "zod";
import type { OpeningHours, Venue } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { Notice } from "@/components/display";
import { Field, Input, Select } from "@/components/Field";
import { Card } from "@/components/Page";
import { useZodForm } from "@/lib/forms";
import { api } from "@/lib/http";
import { TimeInput } from "@/components/TimeInput";
import { useT } from "@/lib/i18n";
import { optionalText, requiredText } from "@/lib/rules";
import { weekdayNames } from "@/lib/time";
import { toast } from "@/lib/toast";
import { useFormat, useVenue } from "@/lib/venue";

const schema = z.object({
  name: requiredText(80),
  address: optionalText(200),
  phone: optionalText(40),
  timezone: requiredText(64),
  locale: requiredText(16),
  tax_name: optionalText(40),
  tax_percent: z.number().min(0, "form.number").max(100, "form.number"),
});
const zones: string[] = Intl.supportedValuesOf("timeZone");

export function VenueForm() {
  const t = useT();
  const venue = useVenue();
  const client = useQueryClient();
  const [hours, setHours] = useState<OpeningHours[]>(venue.opening_hours);
  const form = useZodForm(schema, { name: venue.name, address: venue.address, phone: venue.phone, timezone: venue.timezone, locale: venue.locale, tax_name: venue.tax_name, tax_percent: venue.tax_rate_bp / 100 });
  const save = form.onSubmit(async ({ tax_percent: percent, ...values }) => {
    const saved = await api.patch<Venue>(`/venues/${venue.id}`, { ...values, tax_rate_bp: Math.round(percent * 100), opening_hours: hours });
    client.setQueryData(["venue", venue.id], saved);
    toast.good(t("action.saved"));
  });
  return (
    <form onSubmit={save} className="flex max-w-3xl flex-col gap-4" noValidate>
      <Card title={t("settings.venue")}>
        <div className="grid gap-3.5 sm:grid-cols-2">
          <Field label={t("station.name")} error={form.error("name")}><Input {...form.register("name")} /></Field>
          <Field label={t("field.phone")} error={form.error("phone")}><Input {...form.register("phone")} /></Field>
          <Field label={t("settings.address")} error={form.error("address")} className="sm:col-span-2"><Input {...form.register("address")} /></Field>
          <Field label={t("settings.timezone")} error={form.error("timezone")}>
            <Select {...form.register("timezone")}>{[...new Set([venue.timezone, ...zones])].sort().map((zone) => <option key={zone}>{zone}</option>)}</Select>
          </Field>
          <Field label={t("settings.locale")} hint={t("settings.locale.hint")} error={form.error("locale")}><Input {...form.register("locale")} /></Field>
          <Field label={t("settings.currency")} hint={t("settings.currency.hint")}><Input value={venue.currency} disabled readOnly /></Field>
          <div className="grid grid-cols-2 gap-3">
            <Field label={t("settings.taxName")} error={form.error("tax_name")}><Input {...form.register("tax_name")} /></Field>
            <Field label={t("settings.taxRate")} error={form.error("tax_percent")}><Input type="number" step="0.1" {...form.register("tax_percent", { valueAsNumber: true })} /></Field>
          </div>
        </div>
      </Card>
      <Hours value={hours} onChange={setHours} />
      {form.failure && <Notice tone="broken">{form.failure}</Notice>}
      <Button type="submit" tone="primary" className="self-end" busy={form.busy}>{t("action.save")}</Button>
    </form>
  );
}

/** Several spans a day are possible; one that ends before it begins runs past midnight. */
function Hours({ value, onChange }: { value: OpeningHours[]; onChange: (hours: OpeningHours[]) => void }) {
  const t = useT();
  const { locale } = useFormat();
  return (
    <Card title={t("settings.hours")}>
      <div className="flex flex-col">
        {weekdayNames(locale, "long").map((name, weekday) => {
          const spans = value.filter((span) => span.weekday === weekday);
          const replace = (old: OpeningHours, next: OpeningHours | null) => { onChange(value.flatMap((span) => (span === old ? (next ? [next] : []) : [span]))); };
          return (
            <div key={name} className="grid min-h-12 grid-cols-[110px_1fr_auto] items-center gap-3 border-b border-line py-1.5 last:border-0 max-sm:grid-cols-[84px_1fr_auto]">
              <span className="font-medium">{name}</span>
              <div className="flex flex-wrap gap-x-5 gap-y-2">
                {spans.length === 0 && <span className="text-[13px] text-fg3">{t("settings.closed")}</span>}
                {spans.map((span, index) => (
                  <span key={index} className="flex items-center gap-1.5">
                    <TimeInput aria-label={t("settings.opens", { day: name })} value={span.opens} className="!w-[84px]" onChange={(time) => { replace(span, { ...span, opens: time }); }} />
                    <span aria-hidden>–</span>
                    <TimeInput aria-label={t("settings.closes", { day: name })} value={span.closes} className="!w-[84px]" onChange={(time) => { replace(span, { ...span, closes: time }); }} />
                    <IconButton label={t("tariff.removeRate", { name })} className="size-8" onClick={() => { replace(span, null); }}><X size={15} /></IconButton>
                  </span>
                ))}
              </div>
              <IconButton label={t("settings.addHours", { day: name })} onClick={() => { onChange([...value, { weekday, opens: "12:00", closes: "00:00" }]); }}><Plus size={16} /></IconButton>
            </div>
          );
        })}
      </div>
    </Card>
  );
}
