import { type Ref, useState } from "react";
import { currencySymbol, parseMoney } from "@/lib/money";
import { useFormat } from "@/lib/venue";
import { Input } from "../Field";

/** An amount in the venue's currency and locale; speaks minor units, null when it is no amount. */
export function MoneyInput({ value, onChange, ref, ...rest }: {
  value: number | null;
  onChange: (minor: number | null) => void;
  placeholder?: string;
  autoFocus?: boolean;
  disabled?: boolean;
  className?: string;
  ref?: Ref<HTMLInputElement>;
  "aria-label"?: string;
}) {
  const format = useFormat();
  const [text, setText] = useState(() => (value === null ? "" : format.moneyInput(value)));
  const [shown, setShown] = useState(value);
  const [typing, setTyping] = useState(false);
  if (value !== shown && !typing) {
    // changed from outside (a preset, a reset): what was typed gives way
    setShown(value);
    if (parseMoney(text, format.currency) !== value) setText(value === null ? "" : format.moneyInput(value));
  }
  return (
    <div className="relative">
      <span aria-hidden className="pointer-events-none absolute inset-y-0 left-2.5 grid place-items-center text-[13.5px] text-fg3">{currencySymbol(format.currency, format.locale)}</span>
      <Input
        ref={ref}
        inputMode="decimal"
        autoComplete="off"
        value={text}
        onFocus={() => { setTyping(true); }}
        onBlur={() => { setTyping(false); }}
        onChange={(event) => {
          setText(event.target.value);
          const minor = parseMoney(event.target.value, format.currency);
          setShown(minor);
          onChange(minor);
        }}
        style={{ paddingLeft: 14 + currencySymbol(format.currency, format.locale).length * 9 }}
        {...rest}
      />
    </div>
  );
}
