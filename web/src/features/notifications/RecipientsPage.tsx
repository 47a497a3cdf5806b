import { useQueryClient } from "@tanstack/react-query";
import { Contact, Plus } from "lucide-react";
import { useState } from "react";
import type { Recipient, RecipientState } from "@/api/notify";
import { Button } from "@/components/Button";
import { type Column, DataTable } from "@/components/DataTable";
import { ChannelIcon, useChannels, useNotifyScope } from "@/components/domain/channels";
import { Empty } from "@/components/display";
import { Field, Select } from "@/components/Field";
import { Page } from "@/components/Page";
import { SearchField } from "@/components/SearchField";
import { useT } from "@/lib/i18n";
import { usePages } from "@/lib/query";
import { useDebounced } from "@/lib/useDebounced";
import { useFormat, usePermission } from "@/lib/venue";
import { AddRecipient } from "./AddRecipient";
import { RecipientSheet } from "./RecipientSheet";
import { recipientKinds, RecipientStateTag } from "./states";

const states: RecipientState[] = ["active", "unconfirmed", "opted_out"];

export function RecipientsPage() {
  const t = useT();
  const format = useFormat();
  const scope = useNotifyScope();
  const client = useQueryClient();
  const channels = useChannels();
  const mayManage = usePermission("notify.manage");
  const [filter, setFilter] = useState({ q: "", kind: "", state: "", channel_id: "" });
  const [open, setOpen] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const q = useDebounced(filter.q.trim());
  const recipients = usePages<Recipient>("/notify/recipients", { ...scope, ...filter, q, limit: 100 });
  const chosen = recipients.items.find((one) => one.id === open);
  const refresh = () => void client.invalidateQueries({ queryKey: ["/notify/recipients"] });
  const nameOf = (id: string) => channels.data?.items.find((channel) => channel.id === id)?.name;
  const filtering = Object.values(filter).some((value) => value !== "");
  const columns: Column<Recipient>[] = [
    { key: "address", header: t("recipients.address"), cell: (row) => <span className="flex items-center gap-2.5"><ChannelIcon kind={row.kind} /><span><b className="font-semibold">{row.address}</b>{row.name && <span className="block text-xs text-fg2">{row.name}</span>}</span></span> },
    { key: "state", header: t("servers.filter.state"), cell: (row) => <RecipientStateTag state={row.state} /> },
    { key: "channels", header: t("nav.channels"), wide: true, cell: (row) => row.channel_ids.map((id) => nameOf(id) ?? t("rules.aChannel")).join(", ") || <span className="text-fg3">{t("recipients.noChannel")}</span> },
    { key: "quiet", header: t("quiet.label"), wide: true, cell: (row) => (row.preferences.quiet ? `${row.preferences.quiet.start.slice(0, 5)}–${row.preferences.quiet.end.slice(0, 5)}` : "–") },
    { key: "since", header: t("recipients.since"), wide: true, align: "right", cell: (row) => format.date(row.verified_at ?? row.created_at) },
  ];
  const select = (name: "kind" | "state" | "channel_id", label: string, any: string, options: { value: string; label: string }[]) => (
    <Field label={label} hideLabel className="w-40 max-sm:w-[calc(50%-4px)]">
      <Select value={filter[name]} onChange={(event) => { setFilter({ ...filter, [name]: event.target.value }); }}>
        <option value="">{any}</option>
        {options.map((option) => <option key={option.value} value={option.value}>{option.label}</option>)}
      </Select>
    </Field>
  );
  return (
    <Page title={t("nav.recipients")} actions={mayManage && <Button tone="primary" icon={<Plus size={16} />} onClick={() => { setAdding(true); }}>{t("recipients.new")}</Button>}>
      <div className="mb-3 flex flex-wrap gap-2">
        <SearchField label={t("recipients.search")} value={filter.q} onChange={(text) => { setFilter({ ...filter, q: text }); }} className="w-64 max-sm:w-full" />
        {select("kind", t("recipients.kind"), t("recipients.anyKind"), recipientKinds.map((kind) => ({ value: kind, label: t(`kindOf.${kind}`) })))}
        {select("state", t("servers.filter.state"), t("servers.filter.anyState"), states.map((state) => ({ value: state, label: t(`recipients.state.${state}`) })))}
        {select("channel_id", t("log.channel"), t("log.anyChannel"), (channels.data?.items ?? []).map((channel) => ({ value: channel.id, label: channel.name })))}
      </div>
      <DataTable
        label={t("nav.recipients")}
        columns={columns}
        rows={recipients.items}
        rowKey={(row) => row.id}
        source={recipients}
        onRow={(row) => { setOpen(row.id); }}
        muted={(row) => row.state === "opted_out"}
        empty={
          <Empty icon={<Contact size={22} />} title={filtering ? t("recipients.noMatch") : t("recipients.none")} text={filtering ? t("servers.noMatch.text") : t("recipients.none.text")}>
            {!filtering && mayManage && <Button tone="primary" onClick={() => { setAdding(true); }}>{t("recipients.new")}</Button>}
          </Empty>
        }
      />
      {adding && <AddRecipient onClose={() => { setAdding(false); refresh(); }} />}
      {chosen && <RecipientSheet key={chosen.id} recipient={chosen} onClose={() => { setOpen(null); }} onChanged={refresh} />}
    </Page>
  );
}
