import { useNavigate } from "@tanstack/react-router";
import { UserPlus, Users } from "lucide-react";
import { useState } from "react";
import type { Customer } from "@/api/types";
import { Button } from "@/components/Button";
import { type Column, DataTable } from "@/components/DataTable";
import { Avatar, Empty, Tag } from "@/components/display";
import { Field, Select } from "@/components/Field";
import { isBanned } from "@/components/domain/CustomerPicker";
import { Page } from "@/components/Page";
import { SearchField } from "@/components/SearchField";
import { useT } from "@/lib/i18n";
import { usePages } from "@/lib/query";
import { useDebounced } from "@/lib/useDebounced";
import { useFormat, usePermission, useVenue } from "@/lib/venue";
import { CustomerForm } from "./CustomerForm";

export const tierTones = { basic: "offline", premium: "paused", vip: "soon" } as const;

export function CustomersPage() {
  const t = useT();
  const format = useFormat();
  const venue = useVenue();
  const navigate = useNavigate();
  const mayManage = usePermission("venue.customers.manage");
  const [q, setQ] = useState("");
  const [tier, setTier] = useState("");
  const [adding, setAdding] = useState(false);
  const customers = usePages<Customer>("/customers", { venue_id: venue.id, q: useDebounced(q.trim()), tier });
  const open = (customer: Customer) => void navigate({ to: "/customers/$customerId", params: { customerId: customer.id } });

  const columns: Column<Customer>[] = [
    {
      key: "name",
      header: t("field.displayName"),
      cell: (row) => (
        <span className="flex items-center gap-2.5">
          <Avatar name={row.display_name} size={30} />
          <span>
            <b className="font-semibold">{row.display_name}</b>
            <span className="block text-xs text-fg3">{row.username ?? row.email ?? row.phone}</span>
          </span>
        </span>
      ),
    },
    { key: "tier", header: t("customer.tier"), wide: true, cell: (row) => <Tag tone={tierTones[row.tier]}>{t(`tier.${row.tier}`)}</Tag> },
    { key: "state", header: t("customer.state"), wide: true, cell: (row) => isBanned(row) ? <Tag tone="broken">{t("customer.banned")}</Tag> : row.active_session_id ? <Tag tone="play">{t("customer.playing")}</Tag> : "–" },
    { key: "visits", header: t("customer.visits"), wide: true, align: "right", cell: (row) => format.number(row.visits) },
    { key: "seen", header: t("customer.seen"), wide: true, cell: (row) => (row.last_seen_at ? format.date(row.last_seen_at) : "–") },
    { key: "due", header: t("customer.due"), wide: true, align: "right", cell: (row) => (row.wallet.due_minor > 0 ? <span className="font-semibold text-broken">{format.money(row.wallet.due_minor)}</span> : "–") },
    { key: "wallet", header: t("pay.wallet"), align: "right", cell: (row) => <>{format.money(row.wallet.paid_minor)}{row.wallet.bonus_minor > 0 && <span className="block text-xs text-fg3">+ {format.money(row.wallet.bonus_minor)} {t("customer.bonus")}</span>}</> },
  ];
  return (
    <Page title={t("nav.customers")} actions={mayManage && <Button tone="primary" icon={<UserPlus size={15} />} onClick={() => { setAdding(true); }}>{t("customer.new")}</Button>}>
      <div className="mb-3 flex flex-wrap gap-2">
        <SearchField label={t("customer.search")} value={q} onChange={setQ} className="w-80 max-sm:w-full" />
        <Field label={t("customer.tier")} hideLabel className="w-40">
          <Select value={tier} onChange={(event) => { setTier(event.target.value); }}>
            <option value="">{t("customer.allTiers")}</option>
            {(["basic", "premium", "vip"] as const).map((key) => <option key={key} value={key}>{t(`tier.${key}`)}</option>)}
          </Select>
        </Field>
      </div>
      <DataTable
        label={t("nav.customers")}
        columns={columns}
        rows={customers.items}
        rowKey={(row) => row.id}
        source={customers}
        onRow={open}
        empty={
          <Empty icon={<Users size={22} />} title={q ? t("customer.noneFound", { q }) : t("customer.none")} text={t("customer.none.text")}>
            {mayManage && <Button tone="primary" onClick={() => { setAdding(true); }}>{t("customer.new")}</Button>}
          </Empty>
        }
      />
      {adding && <CustomerForm initialName={customers.items.length === 0 ? q : ""} onClose={() => { setAdding(false); }} onSaved={open} />}
    </Page>
  );
}
