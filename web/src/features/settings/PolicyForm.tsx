import { useQueryClient } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import type { Venue, VenuePolicy } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { MoneyInput } from "@/components/domain/MoneyInput";
import { Notice } from "@/components/display";
import { Field, Input, Segmented, Switch } from "@/components/Field";
import { Card } from "@/components/Page";
import { errorText } from "@/lib/errors";
import { api } from "@/lib/http";
import { TimeInput } from "@/components/TimeInput";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useVenue } from "@/lib/venue";

export function PolicyForm() {
  const t = useT();
  const venue = useVenue();
  const client = useQueryClient();
  const [policy, setPolicy] = useState<VenuePolicy>(venue.policy);
  const [warn, setWarn] = useState(venue.policy.warn_seconds.map((seconds) => seconds / 60).join(", "));
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const set = (change: Partial<VenuePolicy>) => { setPolicy({ ...policy, ...change }); };
  const warnings = warn.split(/[,;\s]+/).filter(Boolean).map(Number);
  const warnWrong = warnings.some((minutes) => !(minutes > 0 && minutes <= 120));
  const save = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const body = { policy: { ...policy, warn_seconds: warnings.map((minutes) => Math.round(minutes * 60)).sort((a, b) => b - a) } };
      client.setQueryData(["venue", venue.id], await api.patch<Venue>(`/venues/${venue.id}`, body));
      toast.good(t("action.saved"));
    } catch (error) {
      setFailure(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  const number = (value: number | null, onChange: (value: number | null) => void, props: { min?: number; max?: number } = {}) => (
    <Input type="number" value={value ?? ""} {...props} onChange={(event) => { onChange(event.target.value === "" ? null : Number(event.target.value)); }} />
  );
  return (
    <form className="flex max-w-3xl flex-col gap-4" onSubmit={(event) => { event.preventDefault(); void save(); }}>
      <Card title={t("policy.play")}>
        <Switch label={t("policy.pause")} hint={t("policy.pause.hint")} checked={policy.pause_allowed} onChange={(pause_allowed) => { set({ pause_allowed }); }} />
        {policy.pause_allowed && <Field label={t("policy.pauseMax")} className="max-w-60">{number(policy.pause_max_seconds / 60, (minutes) => { set({ pause_max_seconds: Math.round((minutes ?? 0) * 60) }); }, { min: 0 })}</Field>}
        <Switch label={t("policy.selfService")} hint={t("policy.selfService.hint")} checked={policy.self_service} onChange={(self_service) => { set({ self_service }); }} />
        <Field label={t("policy.warn")} hint={t("policy.warn.hint")} error={warnWrong ? t("form.number") : undefined} className="max-w-60"><Input value={warn} onChange={(event) => { setWarn(event.target.value); }} /></Field>
      </Card>
      <Card title={t("policy.refunds")}>
        <div className="flex flex-col gap-1.5">
          <span className="text-[12.5px] font-medium text-fg2">{t("policy.refund")}</span>
          <Segmented label={t("policy.refund")} value={policy.refund} onChange={(refund) => { set({ refund }); }} options={(["none", "wallet", "original"] as const).map((value) => ({ value, label: t(`policy.refund.${value}`) }))} />
        </div>
        {policy.refund !== "none" && <Field label={t("policy.refundMinimum")} className="max-w-60">{number(policy.refund_minimum_seconds / 60, (minutes) => { set({ refund_minimum_seconds: Math.round((minutes ?? 0) * 60) }); }, { min: 0 })}</Field>}
        <Switch label={t("policy.outages")} hint={t("policy.outages.hint")} checked={policy.credit_outages} onChange={(credit_outages) => { set({ credit_outages }); }} />
      </Card>
      <Card title={t("policy.wallet")}>
        <Switch label={t("policy.bonusFirst")} hint={t("policy.bonusFirst.hint")} checked={policy.spend_bonus_first} onChange={(spend_bonus_first) => { set({ spend_bonus_first }); }} />
        <Field label={t("policy.guestLimit")} hint={t("policy.guestLimit.hint")} className="max-w-60"><MoneyInput value={policy.guest_postpaid_limit_minor} onChange={(minor) => { set({ guest_postpaid_limit_minor: minor ?? 0 }); }} /></Field>
        <Rows title={t("policy.bonus")} rows={policy.topup_bonus} onAdd={() => { set({ topup_bonus: [...policy.topup_bonus, { from_minor: 2000, bonus_bp: 1000 }] }); }} onRemove={(index) => { set({ topup_bonus: policy.topup_bonus.filter((_, at) => at !== index) }); }} empty={t("policy.bonus.none")} row={(step, index) => {
          const change = (next: Partial<typeof step>) => { set({ topup_bonus: policy.topup_bonus.map((one, at) => (at === index ? { ...one, ...next } : one)) }); };
          return (
            <>
              <Field label={t("policy.bonus.from")}><MoneyInput value={step.from_minor} onChange={(minor) => { change({ from_minor: minor ?? 0 }); }} /></Field>
              <Field label={t("policy.bonus.percent")}>{number(step.bonus_bp / 100, (percent) => { change({ bonus_bp: Math.round((percent ?? 0) * 100) }); }, { min: 0, max: 100 })}</Field>
            </>
          );
        }} />
      </Card>
      <Card title={t("policy.young")}>
        <Field label={t("policy.minimumAge")} hint={t("zone.minimumAge.hint")} className="max-w-60">{number(policy.minimum_age, (minimum_age) => { set({ minimum_age }); }, { min: 0, max: 99 })}</Field>
        <Rows title={t("policy.curfew")} rows={policy.curfew} onAdd={() => { set({ curfew: [...policy.curfew, { under_age: 16, from: "22:00", to: "06:00" }] }); }} onRemove={(index) => { set({ curfew: policy.curfew.filter((_, at) => at !== index) }); }} empty={t("policy.curfew.none")} row={(rule, index) => {
          const change = (next: Partial<typeof rule>) => { set({ curfew: policy.curfew.map((one, at) => (at === index ? { ...one, ...next } : one)) }); };
          return (
            <>
              <Field label={t("policy.curfew.under")}>{number(rule.under_age, (age) => { change({ under_age: age ?? 0 }); }, { min: 1, max: 30 })}</Field>
              <Field label={t("tariff.fromTime")}><TimeInput value={rule.from} onChange={(time) => { change({ from: time }); }} /></Field>
              <Field label={t("tariff.toTime")}><TimeInput value={rule.to} onChange={(time) => { change({ to: time }); }} /></Field>
            </>
          );
        }} />
      </Card>
      {failure && <Notice tone="broken">{failure}</Notice>}
      <Button type="submit" tone="primary" className="self-end" busy={busy} disabled={warnWrong}>{t("action.save")}</Button>
    </form>
  );
}

function Rows<T>({ title, rows, row, onAdd, onRemove, empty }: { title: string; rows: T[]; row: (item: T, index: number) => React.ReactNode; onAdd: () => void; onRemove: (index: number) => void; empty: string }) {
  const t = useT();
  return (
    <section aria-label={title} className="flex flex-col gap-2 border-t border-line pt-3">
      <div className="flex items-center justify-between">
        <h3 className="text-[13px] font-medium">{title}</h3>
        <Button size="sm" icon={<Plus size={14} />} onClick={onAdd}>{t("action.add")}</Button>
      </div>
      {rows.length === 0 && <p className="text-[13px] text-fg2">{empty}</p>}
      {rows.map((item, index) => (
        <div key={index} className="flex items-end gap-2 [&>div]:flex-1">
          {row(item, index)}
          <IconButton label={t("action.remove")} onClick={() => { onRemove(index); }}><X size={16} /></IconButton>
        </div>
      ))}
    </section>
  );
}
