import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Bell, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import type { MyNotifications as Mine, Recipient } from "@/api/notify";
import { Button, IconButton } from "@/components/Button";
import { ChannelIcon } from "@/components/domain/channels";
import { Empty, Failed, Notice, SkeletonRows } from "@/components/display";
import { Checkbox, Segmented } from "@/components/Field";
import { Confirm, Dialog } from "@/components/overlay";
import { Card } from "@/components/Page";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { orToast, useAction } from "@/lib/useAction";
import { AddressField } from "./AddRecipient";
import { CodeEntry } from "./CodeEntry";
import { PreferenceFields } from "./PreferenceFields";
import { PushCard } from "./PushCard";
import { RecipientStateTag } from "./states";

export function MyNotificationsPage() {
  const t = useT();
  return (
    <>
      <h1 className="text-xl font-[650] tracking-tight">{t("my.nav.notifications")}</h1>
      <MyNotifications />
    </>
  );
}

/** A person's own addresses: what reaches them, when, and on which device. */
export function MyNotifications() {
  const t = useT();
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const mine = useQuery({ queryKey: ["/me/notifications"], queryFn: () => api.get<Mine>("/me/notifications") });
  const refresh = () => void client.invalidateQueries({ queryKey: ["/me/notifications"] });
  if (mine.isPending) return <SkeletonRows />;
  if (mine.isError) return <Failed error={mine.error} retry={() => void mine.refetch()} />;
  return (
    <>
      <PushCard mine={mine.data} />
      <Card title={t("myNotify.addresses")} actions={<Button size="sm" icon={<Plus size={14} />} onClick={() => { setAdding(true); }}>{t("action.add")}</Button>}>
        {mine.data.addresses.length === 0 ? (
          <Empty icon={<Bell size={20} />} title={t("myNotify.none")} text={t("myNotify.none.text")}><Button tone="primary" onClick={() => { setAdding(true); }}>{t("myNotify.add")}</Button></Empty>
        ) : (
          <ul className="flex flex-col">{mine.data.addresses.map((address) => <Address key={address.id} address={address} channels={mine.data.channels} onChanged={refresh} />)}</ul>
        )}
      </Card>
      {adding && <AddAddress channels={mine.data.channels} onClose={() => { setAdding(false); refresh(); }} />}
    </>
  );
}

function Address({ address, channels, onChanged }: { address: Recipient; channels: Mine["channels"]; onChanged: () => void }) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const action = useAction();
  const [draft, setDraft] = useState({ channel_ids: address.channel_ids, preferences: address.preferences });
  const title = address.kind === "webpush" ? address.name || t("kindOf.webpush") : address.address;
  const save = async () => {
    const done = await action.run(async () => {
      await api.patch(`/me/notifications/${address.id}`, draft);
      toast.good(t("action.saved"));
      onChanged();
    });
    if (done) setOpen(false);
  };
  const remove = async () => {
    await orToast(api.delete(`/me/notifications/${address.id}`));
    toast.good(t("recipients.deleted", { address: title }));
    onChanged();
  };
  return (
    <li className="flex flex-col gap-3 border-b border-line py-3 first:pt-0 last:border-0 last:pb-0">
      <div className="flex items-center gap-3">
        <ChannelIcon kind={address.kind} size={18} />
        <span className="min-w-0 flex-1"><b className="num block truncate font-semibold">{title}</b><span className="text-xs text-fg3">{t(`kindOf.${address.kind}`)}</span></span>
        <RecipientStateTag state={address.state} />
        <IconButton label={t("form.removeOne", { name: title })} className="-mr-2" onClick={() => { setDeleting(true); }}><Trash2 size={16} /></IconButton>
      </div>
      {address.state === "unconfirmed" && <CodeEntry own recipient={address} onConfirmed={onChanged} />}
      {address.problem && <Notice tone="broken">{t(`recipients.problem.${address.problem}`)}</Notice>}
      {address.state === "opted_out" && <Notice>{t("myNotify.optedOut")}</Notice>}
      {address.state === "active" && (
        <details open={open} onToggle={(event) => { setOpen(event.currentTarget.open); }}>
          <summary className="w-fit text-[13px] text-accent-text">{t("myNotify.settings")}</summary>
          <div className="mt-3 flex flex-col gap-4">
            <Channels kind={address.kind} channels={channels} value={draft.channel_ids} onChange={(ids) => { setDraft({ ...draft, channel_ids: ids }); }} />
            <PreferenceFields value={draft.preferences} onChange={(preferences) => { setDraft({ ...draft, preferences }); }} />
            {action.failure && <Notice tone="broken">{action.failure}</Notice>}
            <Button tone="primary" className="self-end" busy={action.busy} onClick={() => void save()}>{t("action.save")}</Button>
          </div>
        </details>
      )}
      {deleting && <Confirm open onClose={() => { setDeleting(false); }} title={t("recipients.delete.title", { address: title })} text={t("myNotify.delete.text")} action={t("action.delete")} onConfirm={remove} />}
    </li>
  );
}

function Channels({ kind, channels, value, onChange }: { kind: string; channels: Mine["channels"]; value: string[]; onChange: (ids: string[]) => void }) {
  const t = useT();
  const fitting = channels.filter((channel) => channel.kind === kind);
  return (
    <fieldset>
      <legend className="mb-1.5 text-[12.5px] font-medium text-fg2">{t("myNotify.channels")}</legend>
      {fitting.length === 0 && <p className="text-[13px] text-fg2">{t("myNotify.noChannels")}</p>}
      <div className="flex flex-col gap-1.5">
        {fitting.map((channel) => (
          <Checkbox key={channel.id} label={channel.name} checked={value.includes(channel.id)} onChange={(event) => { onChange(event.target.checked ? [...value, channel.id] : value.filter((id) => id !== channel.id)); }} />
        ))}
      </div>
    </fieldset>
  );
}

function AddAddress({ channels, onClose }: { channels: Mine["channels"]; onClose: () => void }) {
  const t = useT();
  const action = useAction();
  const kinds = (["sms", "whatsapp", "email"] as const).filter((kind) => channels.some((channel) => channel.kind === kind));
  const [kind, setKind] = useState<"sms" | "whatsapp" | "email">(kinds[0] ?? "email");
  const [address, setAddress] = useState("");
  const [ids, setIds] = useState(() => channels.filter((channel) => channel.kind === kind).map((channel) => channel.id));
  const [made, setMade] = useState<Recipient | null>(null);
  const create = () => action.run(async () => { setMade(await api.post<Recipient>("/me/notifications", { kind, address: address.trim(), channel_ids: ids })); });
  return (
    <Dialog open onClose={onClose} title={t("myNotify.add")} description={made ? undefined : t("recipients.new.text")}>
      {made ? (
        made.state === "unconfirmed" ? <CodeEntry own recipient={made} onConfirmed={onClose} /> : <Notice tone="free">{t("code.confirmed", { address: made.address })}</Notice>
      ) : kinds.length === 0 ? (
        <Notice>{t("myNotify.noKinds")}</Notice>
      ) : (
        <form className="flex flex-col gap-4" noValidate onSubmit={(event) => { event.preventDefault(); void create(); }}>
          <Segmented label={t("recipients.kind")} fill value={kind} onChange={(next) => { setKind(next); setIds(channels.filter((channel) => channel.kind === next).map((channel) => channel.id)); }} options={kinds.map((one) => ({ value: one, label: t(`kindOf.${one}`) }))} />
          <AddressField kind={kind} value={address} onChange={setAddress} error={action.field("address")} />
          <Channels kind={kind} channels={channels} value={ids} onChange={setIds} />
          {action.failure && <Notice tone="broken">{action.failure}</Notice>}
          <Button type="submit" size="lg" tone="primary" busy={action.busy} disabled={address.trim() === ""}>{t("recipients.sendCode")}</Button>
        </form>
      )}
    </Dialog>
  );
}
