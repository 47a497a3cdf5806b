import { Link } from "@tanstack/react-router";
import { History, Trash2 } from "lucide-react";
import { useState } from "react";
import type { Recipient } from "@/api/notify";
import { Button } from "@/components/Button";
import { ChannelIcon, ChannelPicker } from "@/components/domain/channels";
import { Notice } from "@/components/display";
import { Field, Input, Select } from "@/components/Field";
import { Confirm, Sheet } from "@/components/overlay";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { orToast, useAction } from "@/lib/useAction";
import { useFormat, usePermission } from "@/lib/venue";
import { CodeEntry } from "./CodeEntry";
import { PreferenceFields } from "./PreferenceFields";
import { RecipientStateTag } from "./states";

export function RecipientSheet({ recipient, onClose, onChanged }: { recipient: Recipient; onClose: () => void; onChanged: () => void }) {
  const t = useT();
  const format = useFormat();
  const action = useAction();
  const mayManage = usePermission("notify.manage");
  const [draft, setDraft] = useState({ name: recipient.name, locale: recipient.locale, channel_ids: recipient.channel_ids, preferences: recipient.preferences });
  const [deleting, setDeleting] = useState(false);
  const save = async () => {
    const done = await action.run(async () => {
      await api.patch(`/notify/recipients/${recipient.id}`, draft);
      toast.good(t("action.saved"));
      onChanged();
    });
    if (done) onClose();
  };
  const remove = async () => {
    await orToast(api.delete(`/notify/recipients/${recipient.id}`));
    toast.good(t("recipients.deleted", { address: recipient.address }));
    onChanged();
    onClose();
  };
  return (
    <Sheet open onClose={onClose} title={recipient.address}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-[13px] text-fg2">
        <ChannelIcon kind={recipient.kind} />
        {t(`kindOf.${recipient.kind}`)}
        <RecipientStateTag state={recipient.state} />
        <Link to="/notifications/log" search={{ recipient: recipient.id }} className="ml-auto flex items-center gap-1.5 text-accent-text hover:underline"><History size={14} aria-hidden />{t("recipients.log")}</Link>
      </div>
      {recipient.state === "opted_out" && <Notice>{t("recipients.optedOut", { date: recipient.opted_out_at ? format.dateTime(recipient.opted_out_at) : "–" })}</Notice>}
      {recipient.problem && <Notice tone="broken">{t(`recipients.problem.${recipient.problem}`)}</Notice>}
      {recipient.state === "unconfirmed" && mayManage && <CodeEntry recipient={recipient} onConfirmed={onChanged} />}
      <form className="flex flex-col gap-5" noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <fieldset disabled={!mayManage} className="contents">
          <div className="grid grid-cols-2 gap-3">
            <Field label={t("recipients.name")} error={action.field("name")}><Input value={draft.name} maxLength={80} onChange={(event) => { setDraft({ ...draft, name: event.target.value }); }} /></Field>
            <Field label={t("menu.language")}><Select value={draft.locale} onChange={(event) => { setDraft({ ...draft, locale: event.target.value }); }}><option value="en">English</option><option value="de">Deutsch</option></Select></Field>
          </div>
          <ChannelPicker label={t("recipients.channels")} venueId={recipient.venue_id} kinds={[recipient.kind]} value={draft.channel_ids} onChange={(ids) => { setDraft({ ...draft, channel_ids: ids }); }} />
          <PreferenceFields value={draft.preferences} onChange={(preferences) => { setDraft({ ...draft, preferences }); }} />
        </fieldset>
        {action.failure && <Notice tone="broken">{action.failure}</Notice>}
        {mayManage && (
          <div className="flex gap-2">
            <Button tone="danger" icon={<Trash2 size={15} />} onClick={() => { setDeleting(true); }}>{t("action.delete")}</Button>
            <span className="flex-1" />
            <Button type="submit" tone="primary" busy={action.busy}>{t("action.save")}</Button>
          </div>
        )}
      </form>
      {deleting && <Confirm open onClose={() => { setDeleting(false); }} title={t("recipients.delete.title", { address: recipient.address })} text={t("recipients.delete.text")} action={t("action.delete")} onConfirm={remove} />}
    </Sheet>
  );
}
