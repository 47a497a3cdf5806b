import { useT } from "@/lib/i18n";
import { weekdayNames } from "@/lib/time";
import { useFormat } from "@/lib/venue";

/** Monday is 0. */
export function WeekdayPicker({ label, value, onChange }: { label: string; value: number[]; onChange: (days: number[]) => void }) {
  const t = useT();
  const { locale } = useFormat();
  const short = weekdayNames(locale);
  const long = weekdayNames(locale, "long");
  const preset = (days: number[], text: string) => (
    <button type="button" className="px-1.5 text-xs font-medium text-accent-text hover:underline" onClick={() => { onChange(days); }}>{text}</button>
  );
  return (
    <div role="group" aria-label={label} className="flex flex-wrap items-center gap-1">
      {short.map((name, day) => (
        <button
          key={name}
          type="button"
          title={long[day]}
          aria-pressed={value.includes(day)}
          onClick={() => { onChange(value.includes(day) ? value.filter((one) => one !== day) : [...value, day].sort()); }}
          className="h-8 min-w-10 rounded-lg border border-line2 px-2 text-[12.5px] font-medium text-fg2 hover:bg-s3 aria-pressed:border-accent aria-pressed:bg-[color-mix(in_oklab,var(--accent)_16%,transparent)] aria-pressed:text-accent-text"
        >
          {name}
        </button>
      ))}
      {preset([0, 1, 2, 3, 4], t("weekdays.work"))}
      {preset([5, 6], t("weekdays.weekend"))}
      {preset([0, 1, 2, 3, 4, 5, 6], t("weekdays.all"))}
    </div>
  );
}
