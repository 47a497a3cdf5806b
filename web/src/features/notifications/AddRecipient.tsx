import { useState } from "react";
import type { ChannelKind, Recipient } from "@/api/notify";
import { Button } from "@/components/Button";
import { ChannelPicker } from "@/components/domain/channels";
import { Notice } from "@/components/display";
import { Field, Input, Segmented, Select } from "@/components/Field";
import { Dialog } from "@/components/overlay";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { may, useMe } from "@/lib/session";
import { useAction } from "@/lib/useAction";
import { useVenue } from "@/lib/venue";
import { CodeEntry } from "./CodeEntry";

type Kind = "sms" | "whatsapp" | "email";
const kinds: Kind[] = ["sms", "whatsapp", "email"];

export function AddRecipient({ onClose }: { onClose: () => void }) {
  const t = useT();
  const me = useMe();
  const venue = useVenue();
  const everywhere = may(me, "notify.manage", null);
  const action = useAction();
  const [kind, setKind] = useState<Kind>("sms");
  const [address, setAddress] = useState("");
  const [name, setName] = useState("");
  const [locale, setLocale] = useState(me.locale.startsWith("de") ? "de" : "en");
  const [home, setHome] = useState<string>(venue.id);
  const [channelIds, setChannelIds] = useState<string[]>([]);
  const [made, setMade] = useState<Recipient | null>(null);
  const create = () =>
    action.run(async () => {
      setMade(await api.post<Recipient>("/notify/recipients", { venue_id: home || null, kind, address: address.trim(), locale, channel_ids: channelIds, ...(name.trim() && { name: name.trim() }) }));
    });
  if (made)
    return (
      <Dialog open onClose={onClose} title={t("recipients.confirm.title", { address: made.address })} description={t("recipients.confirm.text")}>
        <div className="flex flex-col gap-4">
          {made.state === "unconfirmed" ? <CodeEntry recipient={made} onConfirmed={onClose} /> : <Notice tone="free">{t("code.confirmed", { address: made.address })}</Notice>}
          <Button tone="quiet" className="self-end" onClick={onClose}>{t("recipients.later")}</Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog open onClose={onClose} title={t("recipients.new")} description={t("recipients.new.text")}>
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => { event.preventDefault(); void create(); }}>
        <Segmented label={t("recipients.kind")} value={kind} onChange={(next) => { setKind(next); setChannelIds([]); }} options={kinds.map((one) => ({ value: one, label: t(`kindOf.${one}`) }))} fill />
        <div className="grid gap-3 sm:grid-cols-2">
          <AddressField kind={kind} value={address} onChange={setAddress} error={action.field("address")} />
          <Field label={t("recipients.name")} error={action.field("name")}><Input value={name} maxLength={80} onChange={(event) => { setName(event.target.value); }} /></Field>
          <Field label={t("menu.language")}><Select value={locale} onChange={(event) => { setLocale(event.target.value); }}><option value="en">English</option><option value="de">Deutsch</option></Select></Field>
          <Field label={t("scope.belongs")}>
            <Select value={home} onChange={(event) => { setHome(event.target.value); setChannelIds([]); }}>
              {everywhere && <option value="">{t("scope.installation")}</option>}
              {me.venues.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
            </Select>
          </Field>
        </div>
        <ChannelPicker label={t("recipients.channels")} venueId={home || null} kinds={[kind as ChannelKind]} value={channelIds} onChange={setChannelIds} />
        {action.failure && <Notice tone="broken">{action.failure}</Notice>}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" tone="primary" busy={action.busy} disabled={address.trim() === ""}>{t("recipients.sendCode")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

export function AddressField({ kind, value, error, onChange }: { kind: Kind; value: string; error: string | undefined; onChange: (text: string) => void }) {
  const t = useT();
  return kind === "email" ? (
    <Field label={t("field.email")} error={error}><Input value={value} type="email" autoComplete="email" maxLength={254} placeholder="sam@example.org" onChange={(event) => { onChange(event.target.value); }} /></Field>
  ) : (
    <Field label={t("recipients.phone")} hint={t("recipients.phone.hint")} error={error}><Input value={value} type="tel" autoComplete="tel" maxLength={32} className="num" placeholder="+49 151 2345678" onChange={(event) => { onChange(event.target.value); }} /></Field>
  );
}
