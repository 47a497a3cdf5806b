import { useState } from "react";
import type { StationKind, Zone } from "@/api/types";
import { Button } from "@/components/Button";
import { Notice } from "@/components/display";
import { Field, Input, Select } from "@/components/Field";
import { Dialog } from "@/components/overlay";
import { errorText } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useVenue } from "@/lib/venue";
import { stationKinds } from "./StationEditor";

export function BulkForm({ zones, onClose }: { zones: Zone[]; onClose: () => void }) {
  const t = useT();
  const venue = useVenue();
  const [draft, setDraft] = useState({ zone_id: zones[0]?.id ?? "", kind: "pc" as StationKind, prefix: "A", first: 1, count: 10 });
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const set = (change: Partial<typeof draft>) => { setDraft({ ...draft, ...change }); };
  const valid = draft.prefix.trim() !== "" && draft.count >= 1 && draft.count <= 200 && draft.first >= 0;
  const create = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const { items } = await api.post<{ items: { name: string }[] }>("/stations/bulk", { venue_id: venue.id, ...draft, prefix: draft.prefix.trim() });
      toast.good(t("bulk.done", { n: items.length }), `${items[0]?.name ?? ""} – ${items.at(-1)?.name ?? ""}`);
      onClose();
    } catch (error) {
      setFailure(errorText(error));
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t("station.bulk")} description={t("bulk.text")}>
      <form className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); void create(); }}>
        <div className="grid grid-cols-2 gap-3">
          <Field label={t("till.zone")}><Select value={draft.zone_id} onChange={(event) => { set({ zone_id: event.target.value }); }}>{zones.map((zone) => <option key={zone.id} value={zone.id}>{zone.name}</option>)}</Select></Field>
          <Field label={t("station.kind")}><Select value={draft.kind} onChange={(event) => { set({ kind: event.target.value as StationKind }); }}>{stationKinds.map((kind) => <option key={kind} value={kind}>{t(`kind.${kind}`)}</option>)}</Select></Field>
        </div>
        <div className="grid grid-cols-3 gap-3">
          <Field label={t("bulk.prefix")}><Input value={draft.prefix} maxLength={20} onChange={(event) => { set({ prefix: event.target.value }); }} /></Field>
          <Field label={t("bulk.first")}><Input type="number" min={0} value={draft.first} onChange={(event) => { set({ first: Number(event.target.value) }); }} /></Field>
          <Field label={t("bulk.count")}><Input type="number" min={1} max={200} value={draft.count || ""} onChange={(event) => { set({ count: Number(event.target.value) }); }} /></Field>
        </div>
        {failure && <Notice tone="broken">{failure}</Notice>}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" tone="primary" busy={busy} disabled={!valid}>{t("bulk.do", { n: draft.count })}</Button>
        </div>
      </form>
    </Dialog>
  );
}
