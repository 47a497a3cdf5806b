import { useT } from "@/lib/i18n";
import { minorDigits } from "@/lib/money";
import { useFormat } from "@/lib/venue";
import { Field } from "../Field";
import { MoneyInput } from "./MoneyInput";

/** Usual amounts as buttons, any other typed. */
export function AmountPicker({ value, onChange, presets = [10, 20, 50, 100] }: { value: number | null; onChange: (minor: number | null) => void; presets?: number[] }) {
  const t = useT();
  const format = useFormat();
  const unit = 10 ** minorDigits(format.currency);
  return (
    <div className="grid grid-cols-[repeat(4,minmax(0,1fr))] items-end gap-1.5 sm:grid-cols-[repeat(4,minmax(0,1fr))_1.4fr]">
      {presets.map((preset) => (
        <button
          key={preset}
          type="button"
          aria-pressed={value === preset * unit}
          onClick={() => { onChange(preset * unit); }}
          className="num h-9 rounded-lg border border-line2 text-[13px] font-medium hover:bg-s3 aria-pressed:border-accent aria-pressed:bg-[color-mix(in_oklab,var(--accent)_16%,transparent)] aria-pressed:text-accent-text"
        >
          {format.money(preset * unit).replace(/[.,]00(?=\D|$)/, "")}
        </button>
      ))}
      <Field label={t("pay.amount")} hideLabel className="max-sm:col-span-4"><MoneyInput value={value} onChange={onChange} /></Field>
    </div>
  );
}

/** The highest step that the amount reaches gives its share as bonus. */
export function bonusFor(amount: number, steps: { from_minor: number; bonus_bp: number }[]): number {
  const step = steps.filter((one) => amount >= one.from_minor).sort((a, b) => b.from_minor - a.from_minor)[0];
  return step ? Math.floor((amount * step.bonus_bp) / 10_000) : 0;
}
