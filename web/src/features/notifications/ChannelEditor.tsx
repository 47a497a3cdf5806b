import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Channel, KindField, KindInfo, NewChannel } from "@/api/notify";
import { Button } from "@/components/Button";
import { Copyable } from "@/components/Copyable";
import { ChannelIcon } from "@/components/domain/channels";
import { Notice, SkeletonRows } from "@/components/display";
import { Field, Input, Select, Switch } from "@/components/Field";
import { Confirm, Sheet } from "@/components/overlay";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { may, useMe } from "@/lib/session";
import { toast } from "@/lib/toast";
import { orToast, useAction } from "@/lib/useAction";
import { useVenue } from "@/lib/venue";
import { useKinds } from "./ChannelsPage";
import { fieldWords } from "./explain";

type Made = Channel & Partial<Pick<NewChannel, "signing_key">>;

/** First what kind of channel, then the fields of that kind as the server describes them. */
export function ChannelEditor({ channel, onClose }: { channel: Channel | null; onClose: () => void }) {
  const t = useT();
  const kinds = useKinds();
  const client = useQueryClient();
  const [kind, setKind] = useState<KindInfo["kind"] | null>(channel?.kind ?? null);
  const [made, setMade] = useState<Made | null>(null);
  const info = kinds.data?.items.find((one) => one.kind === kind);
  const saved = async (result: Made) => {
    toast.good(t("tariff.saved", { name: result.name }));
    await client.invalidateQueries({ queryKey: ["/notify/channels"] });
    if (!channel && (result.signing_key ?? result.incoming_url)) setMade(result);
    else onClose();
  };
  return (
    <Sheet open onClose={onClose} title={channel?.name ?? made?.name ?? (info ? t("channels.newOf", { kind: t(`channels.name.${info.kind}`) }) : t("channels.new"))}>
      {kinds.isPending && <SkeletonRows rows={4} />}
      {made ? (
        <AfterMaking made={made} onClose={onClose} />
      ) : info ? (
        <ChannelForm info={info} channel={channel} onSaved={saved} onGone={onClose} onBack={() => { setKind(null); }} />
      ) : (
        <div className="grid grid-cols-2 gap-2.5">
          {kinds.data?.items.map((one) => (
            <button key={one.kind} type="button" className="card flex flex-col items-start gap-2 p-4 text-left font-medium hover:border-accent" onClick={() => { setKind(one.kind); }}>
              <ChannelIcon kind={one.kind} size={20} />
              <span>{t(`channels.name.${one.kind}`)}<span className="block text-xs font-normal text-fg3">{t(`channels.kind.${one.kind}`)}</span></span>
            </button>
          ))}
        </div>
      )}
    </Sheet>
  );
}

/** Shown once: what other programs need to trust or to reach this channel. */
function AfterMaking({ made, onClose }: { made: Made; onClose: () => void }) {
  const t = useT();
  return (
    <div className="flex flex-col gap-4">
      {made.signing_key && (
        <>
          <Notice>{t("channels.signingKey.once")}</Notice>
          <Copyable label={t("channels.signingKey")} text={made.signing_key} />
        </>
      )}
      {made.incoming_url && <Incoming url={made.incoming_url} />}
      <Button tone="primary" className="self-end" onClick={onClose}>{t("action.done")}</Button>
    </div>
  );
}

function Incoming({ url }: { url: string }) {
  const t = useT();
  return (
    <div className="flex flex-col gap-1.5">
      <Copyable label={t("channels.incoming")} text={url} />
      <p className="text-xs text-fg3">{t("channels.incoming.hint")}</p>
    </div>
  );
}

interface Values {
  name: string;
  venue_id: string | null;
  fields: Record<string, string | boolean>;
}

function ChannelForm({ info, channel, onSaved, onGone, onBack }: { info: KindInfo; channel: Channel | null; onSaved: (channel: Made) => Promise<void>; onGone: () => void; onBack: () => void }) {
  const t = useT();
  const me = useMe();
  const venue = useVenue();
  const client = useQueryClient();
  const everywhere = may(me, "notify.manage", null);
  const action = useAction();
  const [deleting, setDeleting] = useState(false);
  const [values, setValues] = useState<Values>(() => ({
    name: channel?.name ?? t(`channels.name.${info.kind}`),
    venue_id: channel ? channel.venue_id : venue.id,
    fields: Object.fromEntries(info.fields.filter((field) => field.type !== "secret").map((field) => [field.name, valueOf(field, channel?.config[field.name])])),
  }));
  const set = (name: string, value: string | boolean) => { setValues({ ...values, fields: { ...values.fields, [name]: value } }); };
  const save = () =>
    action.run(async () => {
      const given = (secret: boolean) => Object.fromEntries(info.fields.filter((field) => (field.type === "secret") === secret).flatMap((field) => {
        const value = values.fields[field.name];
        return value === undefined || (value === "" && (secret || !channel)) ? [] : [[field.name, value === "" ? null : value]];
      }));
      const body = { name: values.name.trim(), config: given(false), secrets: given(true) };
      await onSaved(await (channel ? api.patch<Made>(`/notify/channels/${channel.id}`, body) : api.post<Made>("/notify/channels", { venue_id: values.venue_id, kind: info.kind, ...body })));
    });
  const remove = async () => {
    await orToast(api.delete(`/notify/channels/${channel?.id ?? ""}`));
    toast.good(t("channels.deleted", { name: channel?.name ?? "" }));
    await client.invalidateQueries({ queryKey: ["/notify/channels"] });
    onGone();
  };
  const missing = info.fields.some((field) => field.required && (values.fields[field.name] ?? "") === "" && !(field.type === "secret" && channel?.secrets_set.includes(field.name)));
  return (
    <>
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <Field label={t("server.name")} error={action.field("name")}><Input value={values.name} maxLength={80} autoFocus={!channel} onChange={(event) => { setValues({ ...values, name: event.target.value }); }} /></Field>
        {!channel && (
          <Field label={t("scope.belongs")} hint={values.venue_id === null ? t("scope.installation.hint") : undefined}>
            <Select value={values.venue_id ?? ""} onChange={(event) => { setValues({ ...values, venue_id: event.target.value || null }); }}>
              {everywhere && <option value="">{t("scope.installation")}</option>}
              {me.venues.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
            </Select>
          </Field>
        )}
        {info.fields.map((field) => (
          <KindFieldInput key={field.name} field={{ ...field, ...fieldWords(info.kind, field, t) }} value={values.fields[field.name]} isSet={channel?.secrets_set.includes(field.name) ?? false} error={action.field(field.name) ?? action.field(`config.${field.name}`) ?? action.field(`secrets.${field.name}`)} onChange={(value) => { set(field.name, value); }} />
        ))}
        {info.fields.length === 0 && <Notice tone="play">{t("channels.noFields")}</Notice>}
        {channel?.incoming_url && <Incoming url={channel.incoming_url} />}
        {action.failure && <Notice tone="broken">{action.failure}</Notice>}
        <div className="flex gap-2">
          {channel ? <Button tone="danger" onClick={() => { setDeleting(true); }}>{t("action.delete")}</Button> : <Button tone="quiet" onClick={onBack}>{t("action.back")}</Button>}
          <span className="flex-1" />
          <Button type="submit" tone="primary" busy={action.busy} disabled={values.name.trim() === "" || missing}>{channel ? t("action.save") : t("action.create")}</Button>
        </div>
      </form>
      {deleting && channel && <Confirm open onClose={() => { setDeleting(false); }} title={t("channels.delete.title", { name: channel.name })} text={t("channels.delete.text", { n: channel.queued })} action={t("action.delete")} onConfirm={remove} />}
    </>
  );
}

const valueOf = (field: KindField, stored: unknown): string | boolean => (field.type === "bool" ? (stored ?? field.default ?? false) === true : typeof stored === "string" ? stored : field.type === "select" ? (field.options[0] ?? "") : "");

function KindFieldInput({ field, value, isSet, error, onChange }: { field: KindField; value: string | boolean | undefined; isSet: boolean; error: string | undefined; onChange: (value: string | boolean) => void }) {
  const t = useT();
  const [replacing, setReplacing] = useState(false);
  if (field.type === "bool") return <Switch label={field.label} hint={field.help} checked={value === true} onChange={onChange} />;
  const text = typeof value === "string" ? value : "";
  const label = field.required ? field.label : t("channels.optional", { label: field.label });
  if (field.type === "secret" && isSet && !replacing)
    return (
      <Field label={label} hint={field.help}>
        <div className="flex gap-2">
          <Input value="••••••••••••" readOnly disabled />
          <Button onClick={() => { setReplacing(true); }}>{t("channels.replace")}</Button>
        </div>
      </Field>
    );
  return (
    <Field label={label} hint={field.help} error={error}>
      {field.type === "select" ? (
        <Select value={text} onChange={(event) => { onChange(event.target.value); }}>{field.options.map((option) => <option key={option}>{option}</option>)}</Select>
      ) : (
        <Input value={text} type={field.type === "url" ? "url" : "text"} autoComplete="off" spellCheck={false} autoFocus={replacing} className={field.type === "secret" ? "font-mono" : ""} onChange={(event) => { onChange(event.target.value); }} />
      )}
    </Field>
  );
}
