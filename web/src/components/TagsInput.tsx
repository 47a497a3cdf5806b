import { X } from "lucide-react";
import { useState } from "react";
import { useT } from "@/lib/i18n";
import { Input } from "./Field";

/** Short words as chips: Enter, comma or leaving the field adds what was typed. */
export function TagsInput({ value, onChange, placeholder, suggestions = [], mono = false }: {
  value: string[];
  onChange: (next: string[]) => void;
  placeholder?: string;
  suggestions?: string[];
  mono?: boolean;
}) {
  const t = useT();
  const [text, setText] = useState("");
  const add = (raw: string) => {
    const words = raw.split(/[\s,;]+/).filter((word) => word !== "" && !value.includes(word));
    if (words.length > 0) onChange([...value, ...new Set(words)]);
    setText("");
  };
  const free = suggestions.filter((one) => !value.includes(one)).slice(0, 8);
  return (
    <div className="flex flex-col gap-1.5">
      {value.length > 0 && (
        <div className="flex flex-wrap gap-1.5">
          {value.map((one) => (
            <span key={one} className={`inline-flex h-7 items-center rounded-lg bg-s3 pl-2.5 text-[12.5px] ${mono ? "font-mono" : ""}`}>
              {one}
              <button type="button" aria-label={t("form.removeOne", { name: one })} className="grid size-7 place-items-center text-fg3 hover:text-fg" onClick={() => { onChange(value.filter((other) => other !== one)); }}><X size={13} /></button>
            </span>
          ))}
        </div>
      )}
      <Input
        value={text}
        placeholder={placeholder}
        className={mono ? "font-mono" : ""}
        onChange={(event) => { if (/[,;]$/.test(event.target.value)) add(event.target.value); else setText(event.target.value); }}
        onKeyDown={(event) => { if (event.key === "Enter" && text.trim() !== "") { event.preventDefault(); add(text); } }}
        onBlur={() => { add(text); }}
      />
      {free.length > 0 && (
        <div className="flex flex-wrap gap-1">
          {free.map((one) => <button key={one} type="button" className="rounded-md px-1.5 py-0.5 text-xs font-medium text-accent-text hover:bg-s3" onClick={() => { add(one); }}>+ {one}</button>)}
        </div>
      )}
    </div>
  );
}
