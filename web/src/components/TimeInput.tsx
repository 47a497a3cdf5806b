import { useState } from "react";
import { Input } from "./Field";

/** "9" is 09:00, "930" is 09:30, "21.5" is nothing; null when it is no time of day. */
export function parseTime(text: string): string | null {
  const match = /^\s*(\d{1,2})(?:[:.h]?(\d{2}))?(?::00)?\s*$/.exec(text);
  if (!match) return null;
  const hours = Number(match[1]);
  const minutes = Number(match[2] ?? 0);
  if (hours > 24 || minutes > 59 || (hours === 24 && minutes > 0)) return null;
  return `${String(hours % 24).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
}

/** A time of day on the 24 h clock, whatever the browser's own language is. */
export function TimeInput({ value: stored, onChange, className = "", ...rest }: { value: string; onChange: (time: string) => void; className?: string; "aria-label"?: string }) {
  const value = stored.slice(0, 5); // the server answers with seconds
  const [text, setText] = useState(value);
  const [shown, setShown] = useState(value);
  if (value !== shown) {
    setShown(value);
    setText(value);
  }
  return (
    <Input
      {...rest}
      inputMode="numeric"
      autoComplete="off"
      placeholder="00:00"
      maxLength={5}
      value={text}
      className={`num ${className}`}
      onChange={(event) => { setText(event.target.value); }}
      onBlur={() => {
        const time = parseTime(text);
        setText(time ?? value);
        if (time !== null && time !== value) onChange(time);
      }}
      onKeyDown={(event) => {
        const time = parseTime(text);
        if (event.key === "Enter" && time !== null && time !== value) onChange(time);
      }}
    />
  );
}
