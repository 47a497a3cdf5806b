import { useState } from "react";
import type { GameServer } from "@/api/alerts";
import { Button } from "@/components/Button";
import { Notice } from "@/components/display";
import { Field, Input } from "@/components/Field";
import { Sheet } from "@/components/overlay";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useAction } from "@/lib/useAction";
import { AddressFields, draftOf, ProtocolFields, type ServerDraft, settingsOf, ShownFields, targetOf, WatchFields } from "./ServerFields";
import { servers } from "./store";

export function ServerEditor({ server, onClose, onSaved }: { server: GameServer; onClose: () => void; onSaved: (server: GameServer) => void }) {
  const t = useT();
  const [draft, setDraft] = useState(() => draftOf(server));
  const action = useAction();
  const polled = server.origin === "polled";
  const change = (part: Partial<ServerDraft>) => { setDraft({ ...draft, ...part }); };
  const save = async () => {
    const { address: _address, ...where } = targetOf(draft);
    const own = { name: draft.name.trim(), tags: draft.tags, public: draft.public };
    const done = await action.run(async () => {
      onSaved(await api.patch<GameServer>(`/alerts/servers/${server.id}`, polled ? { ...where, ...settingsOf(draft), ...own } : own));
      toast.good(t("tariff.saved", { name: own.name || server.own_name || server.name }));
    });
    if (done) onClose();
  };
  const known = [...new Set(servers.getList().flatMap((one) => one.tags))].sort();
  return (
    <Sheet open onClose={onClose} title={server.name}>
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <Field label={t("server.name")} error={action.field("name")} hint={server.own_name ? t("server.name.own", { name: server.own_name }) : t("server.name.hint")}><Input value={draft.name} maxLength={80} placeholder={server.own_name} onChange={(event) => { change({ name: event.target.value }); }} /></Field>
        {polled && (
          <>
            <AddressFields draft={draft} onChange={change} field={action.field} fixed />
            <ProtocolFields draft={draft} onChange={change} />
            <WatchFields draft={draft} onChange={change} />
          </>
        )}
        <ShownFields draft={draft} onChange={change} known={known} />
        {action.failure && <Notice tone="broken">{action.failure}</Notice>}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" tone="primary" busy={action.busy} >{t("action.save")}</Button>
        </div>
      </form>
    </Sheet>
  );
}
