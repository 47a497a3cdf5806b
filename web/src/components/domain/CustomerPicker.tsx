import { useQuery } from "@tanstack/react-query";
import { Search, X } from "lucide-react";
import { useId, useState } from "react";
import type { Customer, Page } from "@/api/types";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { useDebounced } from "@/lib/useDebounced";
import { useFormat, useVenue } from "@/lib/venue";
import { IconButton } from "../Button";
import { Avatar } from "../display";

export const isBanned = (customer: Customer): boolean =>
  customer.ban_reason !== null && (customer.banned_until === null || Date.parse(customer.banned_until) > Date.now());

/** Finds a customer by name, user name, e-mail or phone. Arrow keys and Enter work as people expect. */
export function CustomerPicker({ value, onChange, label, autoFocus = false }: {
  value: Customer | null;
  onChange: (customer: Customer | null) => void;
  label: string;
  autoFocus?: boolean;
}) {
  const t = useT();
  const format = useFormat();
  const venue = useVenue();
  const id = useId();
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const q = useDebounced(text.trim());
  const found = useQuery({
    queryKey: ["/customers", "picker", venue.id, q],
    queryFn: ({ signal }) => api.get<Page<Customer>>("/customers", { venue_id: venue.id, q, limit: 7 }, signal),
    enabled: open && q.length > 0,
    placeholderData: (previous) => previous,
  });
  const items = q ? (found.data?.items ?? []) : [];
  const choose = (customer: Customer | undefined) => {
    if (!customer) return;
    onChange(customer);
    setText("");
    setOpen(false);
  };

  if (value)
    return (
      <div className="flex items-center gap-2.5 rounded-[10px] border border-line2 bg-s2 p-2">
        <Avatar name={value.display_name} size={34} />
        <div className="min-w-0 flex-1">
          <div className="truncate font-semibold">{value.display_name}</div>
          <div className="num truncate text-xs text-fg2">
            {t(`tier.${value.tier}`)} · {t("wallet.of", { amount: format.money(value.wallet.paid_minor + value.wallet.bonus_minor) })}
            {isBanned(value) && <strong className="ml-1 text-broken">{t("customer.banned")}</strong>}
          </div>
        </div>
        <IconButton label={t("customer.unpick")} onClick={() => { onChange(null); }} className="size-8"><X size={16} /></IconButton>
      </div>
    );

  return (
    <div className="relative">
      <label htmlFor={id} className="sr-only">{label}</label>
      <Search size={15} className="absolute top-2.5 left-2.5 text-fg3" aria-hidden />
      <input
        id={id}
        role="combobox"
        aria-expanded={open && items.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={open && items[at] ? `${id}-${String(at)}` : undefined}
        autoComplete="off"
        autoFocus={autoFocus}
        placeholder={label}
        value={text}
        onChange={(event) => { setText(event.target.value); setOpen(true); setAt(0); }}
        onFocus={() => { setOpen(true); }}
        onBlur={() => { setTimeout(() => { setOpen(false); }, 150); }}
        onKeyDown={(event) => {
          if (event.key === "ArrowDown") setAt((n) => Math.max(0, Math.min(n + 1, items.length - 1)));
          else if (event.key === "ArrowUp") setAt((n) => Math.max(n - 1, 0));
          else if (event.key === "Enter" && text.trim() !== "") choose(open ? items[at] : undefined); // never submits the form around it
          else if (event.key === "Escape" && open && text) { setOpen(false); setText(""); event.stopPropagation(); }
          else return;
          event.preventDefault();
        }}
        className="h-9 w-full rounded-[9px] border border-field bg-s1 pr-2.5 pl-8 text-[13.5px] hover:border-fg3"
      />
      {open && q !== "" && (
        <ul id={`${id}-list`} role="listbox" aria-label={label} className="absolute inset-x-0 top-10 z-20 overflow-hidden rounded-xl border border-line2 bg-s1 p-1 shadow-pop">
          {items.map((customer, index) => (
            <li
              key={customer.id}
              id={`${id}-${String(index)}`}
              role="option"
              aria-selected={index === at}
              onMouseDown={(event) => { event.preventDefault(); choose(customer); }}
              onMouseEnter={() => { setAt(index); }}
              className={`flex cursor-pointer items-center gap-2.5 rounded-lg px-2 py-1.5 ${index === at ? "bg-s3" : ""}`}
            >
              <Avatar name={customer.display_name} size={28} />
              <span className="min-w-0 flex-1 truncate">
                {customer.display_name} <span className="text-xs text-fg3">{customer.username ?? customer.phone ?? customer.email}</span>
              </span>
              <span className="num text-xs text-fg2">{format.money(customer.wallet.paid_minor + customer.wallet.bonus_minor)}</span>
            </li>
          ))}
          {items.length === 0 && !found.isFetching && <li className="px-3 py-2 text-[13px] text-fg2">{t("customer.noneFound", { q })}</li>}
        </ul>
      )}
    </div>
  );
}
