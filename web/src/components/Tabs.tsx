import { Tabs as Radix } from "radix-ui";
import type { ReactNode } from "react";

export interface TabItem {
  value: string;
  label: string;
  count?: number;
  content: ReactNode;
}

export function Tabs({ value, onChange, items, label }: { value: string; onChange: (value: string) => void; items: TabItem[]; label: string }) {
  return (
    <Radix.Root value={value} onValueChange={onChange} className="flex flex-col gap-4">
      <Radix.List aria-label={label} className="no-print flex gap-0.5 overflow-x-auto border-b border-line [scrollbar-width:none]">
        {items.map((item) => (
          <Radix.Trigger
            key={item.value}
            value={item.value}
            className="-mb-px flex shrink-0 items-center gap-1.5 border-b-2 border-transparent px-3 py-2 text-[13px] font-medium text-fg2 hover:text-fg focus-visible:-outline-offset-2 data-[state=active]:border-accent data-[state=active]:text-fg"
          >
            {item.label}
            {item.count !== undefined && <span className="num rounded-full bg-s3 px-1.5 text-[11px] text-fg2">{item.count}</span>}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {items.map((item) => (
        <Radix.Content key={item.value} value={item.value} className="outline-none">
          {item.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
