import { useT } from "@/lib/i18n";
import { Field, Switch } from "./Field";
import { TimeInput } from "./TimeInput";
import { ZoneSelect } from "./ZoneSelect";

interface Span {
  start: string;
  end: string;
  time_zone: string;
}

/** Hours in which nothing is sent; they may run past midnight. */
export function QuietFields<T extends Span>({ value, fresh, onChange, hint, children }: {
  value: T | null;
  /** What switching on begins with. */
  fresh: T;
  onChange: (next: T | null) => void;
  hint: string;
  children?: React.ReactNode;
}) {
  const t = useT();
  return (
    <div className="flex flex-col gap-3">
      <Switch label={t("quiet.label")} hint={hint} checked={value !== null} onChange={(on) => { onChange(on ? fresh : null); }} />
      {value && (
        <div className="flex flex-col gap-3 rounded-xl border border-line2 p-3">
          <div className="grid grid-cols-[84px_84px_minmax(0,1fr)] gap-2.5">
            <Field label={t("quiet.from")}><TimeInput value={value.start} onChange={(start) => { onChange({ ...value, start }); }} /></Field>
            <Field label={t("quiet.to")}><TimeInput value={value.end} onChange={(end) => { onChange({ ...value, end }); }} /></Field>
            <Field label={t("quiet.zone")}><ZoneSelect value={value.time_zone} onChange={(zone) => { onChange({ ...value, time_zone: zone }); }} /></Field>
          </div>
          {children}
        </div>
      )}
    </div>
  );
}
