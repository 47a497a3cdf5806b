import { useState } from "react";
import { Field, Input } from "@/components/Field";
import { useT } from "@/lib/i18n";
import { formatDuration } from "@/lib/time";

/** Usual spans as buttons, any other in minutes. */
export function Minutes({ value, onChange, presets = [15, 30, 60, 120], autoFocus = false }: { value: number; onChange: (minutes: number) => void; presets?: number[]; autoFocus?: boolean }) {
  const t = useT();
  const [text, setText] = useState(presets.includes(value) ? "" : String(value));
  return (
    <div className="flex items-end gap-1.5">
      <div role="group" aria-label={t("start.duration")} className={`grid flex-1 auto-cols-fr grid-flow-col gap-1.5 ${presets.length > 4 ? "max-xs:grid-flow-row max-xs:grid-cols-3" : ""}`}>
        {presets.map((minutes) => (
          <button
            key={minutes}
            type="button"
            aria-pressed={value === minutes && text === ""}
            onClick={() => { setText(""); onChange(minutes); }}
            className="num h-9 rounded-lg border border-line2 px-1 text-[12.5px] font-medium whitespace-nowrap hover:bg-s3 aria-pressed:border-accent aria-pressed:bg-[color-mix(in_oklab,var(--accent)_16%,transparent)] aria-pressed:text-accent-text"
          >
            {formatDuration(minutes * 60)}
          </button>
        ))}
      </div>
      <Field label={t("start.minutes")} hideLabel className="w-[68px]">
        <Input
          inputMode="numeric"
          autoFocus={autoFocus}
          placeholder="min"
          value={text}
          className="num text-center"
          onChange={(event) => {
            const digits = event.target.value.replace(/\D/g, "").slice(0, 4);
            setText(digits);
            onChange(Math.min(1440, Number(digits || 0)));
          }}
        />
      </Field>
    </div>
  );
}
