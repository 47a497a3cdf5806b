import { Search } from "lucide-react";

export function SearchField({ label, value, onChange, className = "" }: { label: string; value: string; onChange: (text: string) => void; className?: string }) {
  return (
    <div className={`relative min-w-0 ${className}`}>
      <Search size={15} className="absolute top-2.5 left-2.5 text-fg3" aria-hidden />
      <input
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        onChange={(event) => { onChange(event.target.value); }}
        className="h-9 w-full rounded-[9px] border border-field bg-s1 pr-2.5 pl-8 text-[13.5px] hover:border-fg3"
      />
    </div>
  );
}
