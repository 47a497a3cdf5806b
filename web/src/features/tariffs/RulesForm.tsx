import { ArrowDown, ArrowUp, Plus, X } from "lucide-react";
import type { Rate, TariffRules } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { MoneyInput } from "@/components/domain/MoneyInput";
import { Field, Input, Select } from "@/components/Field";
import { WeekdayPicker } from "@/components/WeekdayPicker";
import { TimeInput } from "@/components/TimeInput";
import { useT } from "@/lib/i18n";
import { rateColours } from "./rules";

export function RulesForm({ rules, onChange }: { rules: TariffRules; onChange: (rules: TariffRules) => void }) {
  const t = useT();
  const set = (change: Partial<TariffRules>) => { onChange({ ...rules, ...change }); };
  const setRate = (index: number, change: Partial<Rate>) => { set({ rates: rules.rates.map((rate, at) => (at === index ? { ...rate, ...change } : rate)) }); };
  const move = (index: number, by: number) => {
    const rates = [...rules.rates];
    const [rate] = rates.splice(index, 1);
    if (rate) rates.splice(index + by, 0, rate);
    set({ rates });
  };
  const add = () => { set({ rates: [...rules.rates, { label: "", weekdays: [0, 1, 2, 3, 4], from: "12:00", to: "17:00", days: "any", rate_minor_per_hour: rules.base_rate_minor_per_hour }] }); };
  return (
    <div className="flex flex-col gap-4">
      <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
        <Field label={t("tariff.baseRate")}><MoneyInput value={rules.base_rate_minor_per_hour} onChange={(minor) => { set({ base_rate_minor_per_hour: minor ?? 0 }); }} /></Field>
        <Field label={t("tariff.minimum")}><MoneyInput value={rules.minimum_minor} onChange={(minor) => { set({ minimum_minor: minor ?? 0 }); }} /></Field>
        <Field label={t("tariff.block")}>
          <Select value={rules.block_seconds} onChange={(event) => { set({ block_seconds: Number(event.target.value) }); }}>
            {[...new Set([1, 60, 300, 600, 900, 1800, 3600, rules.block_seconds])].sort((a, b) => a - b).map((seconds) => <option key={seconds} value={seconds}>{seconds === 1 ? t("tariff.block.exact") : t("tariff.block.minutes", { n: Math.round(seconds / 60) })}</option>)}
          </Select>
        </Field>
        <Field label={t("tariff.rounding")}>
          <div className="flex gap-1.5">
            <MoneyInput aria-label={t("tariff.roundingTo")} value={rules.rounding_minor} onChange={(minor) => { set({ rounding_minor: Math.max(1, minor ?? 1) }); }} />
            <Select aria-label={t("tariff.rounding")} value={rules.rounding} onChange={(event) => { set({ rounding: event.target.value as TariffRules["rounding"] }); }}>
              {(["half_up", "up", "down"] as const).map((way) => <option key={way} value={way}>{t(`tariff.rounding.${way}`)}</option>)}
            </Select>
          </div>
        </Field>
      </div>
      <section aria-label={t("tariff.rates")} className="flex flex-col gap-2">
        <div className="flex items-center justify-between">
          <h3 className="text-[12.5px] font-medium text-fg2">{t("tariff.rates")} <span className="font-normal text-fg3">{t("tariff.rates.hint")}</span></h3>
          <Button size="sm" icon={<Plus size={14} />} onClick={add}>{t("tariff.addRate")}</Button>
        </div>
        {rules.rates.map((rate, index) => (
          <div key={index} className="flex flex-col gap-2.5 rounded-xl border border-line2 p-3">
            <div className="grid grid-cols-2 items-end gap-2.5 md:grid-cols-[12px_1.4fr_1fr_.9fr_.9fr_1fr_auto]">
              <i aria-hidden className="mb-3 size-3 rounded-[3px] max-md:hidden" style={{ background: rateColours[index % rateColours.length] }} />
              <Field label={t("tariff.rateName")}><Input value={rate.label} maxLength={60} onChange={(event) => { setRate(index, { label: event.target.value }); }} /></Field>
              <Field label={t("tariff.perHour")}><MoneyInput value={rate.rate_minor_per_hour} onChange={(minor) => { setRate(index, { rate_minor_per_hour: minor ?? 0 }); }} /></Field>
              <Field label={t("tariff.fromTime")}><TimeInput value={rate.from} onChange={(time) => { setRate(index, { from: time }); }} /></Field>
              <Field label={t("tariff.toTime")}><TimeInput value={rate.to} onChange={(time) => { setRate(index, { to: time }); }} /></Field>
              <Field label={t("tariff.days")}>
                <Select value={rate.days} onChange={(event) => { setRate(index, { days: event.target.value as Rate["days"] }); }}>
                  {(["any", "workdays", "holidays"] as const).map((days) => <option key={days} value={days}>{t(`tariff.days.${days}`)}</option>)}
                </Select>
              </Field>
              <div className="flex">
                <IconButton label={t("tariff.up", { name: rate.label })} disabled={index === 0} onClick={() => { move(index, -1); }}><ArrowUp size={16} /></IconButton>
                <IconButton label={t("tariff.down", { name: rate.label })} disabled={index === rules.rates.length - 1} onClick={() => { move(index, 1); }}><ArrowDown size={16} /></IconButton>
                <IconButton label={t("tariff.removeRate", { name: rate.label })} onClick={() => { set({ rates: rules.rates.filter((_, at) => at !== index) }); }}><X size={16} /></IconButton>
              </div>
            </div>
            <WeekdayPicker label={t("tariff.weekdays")} value={rate.weekdays} onChange={(weekdays) => { setRate(index, { weekdays }); }} />
          </div>
        ))}
        {rules.rates.length === 0 && <p className="rounded-xl border border-dashed border-line2 px-4 py-4 text-[13px] text-fg2">{t("tariff.noRates")}</p>}
      </section>
      <div className="grid gap-3 md:grid-cols-[1fr_1fr_1fr_2fr]">
        {(["basic", "premium", "vip"] as const).map((tier) => (
          <Field key={tier} label={t("tariff.discount", { tier: t(`tier.${tier}`) })}>
            <Input type="number" min={0} max={100} step={0.5} value={(rules.tier_discounts_bp[tier] ?? 0) / 100} onChange={(event) => { set({ tier_discounts_bp: { ...rules.tier_discounts_bp, [tier]: Math.round(Number(event.target.value) * 100) } }); }} />
          </Field>
        ))}
        <Holidays value={rules.holidays} onChange={(holidays) => { set({ holidays }); }} />
      </div>
    </div>
  );
}

function Holidays({ value, onChange }: { value: string[]; onChange: (days: string[]) => void }) {
  const t = useT();
  return (
    <Field label={t("tariff.holidays")}>
      <div className="flex flex-wrap items-center gap-1.5">
        {value.map((day) => (
          <span key={day} className="num inline-flex h-8 items-center gap-1 rounded-lg bg-s3 pl-2.5 text-[12.5px]">
            {day}
            <button type="button" aria-label={t("tariff.removeRate", { name: day })} className="grid size-7 place-items-center text-fg3 hover:text-fg" onClick={() => { onChange(value.filter((one) => one !== day)); }}><X size={13} /></button>
          </span>
        ))}
        <Input type="date" aria-label={t("tariff.addHoliday")} className="!w-36" value="" onChange={(event) => { if (event.target.value && !value.includes(event.target.value)) onChange([...value, event.target.value].sort()); }} />
      </div>
    </Field>
  );
}
