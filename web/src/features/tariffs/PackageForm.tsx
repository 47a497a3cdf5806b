import { useQueryClient } from "@tanstack/react-query";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import type { Package, Zone } from "@/api/types";
import { Button, IconButton } from "@/components/Button";
import { Notice } from "@/components/display";
import { MoneyInput } from "@/components/domain/MoneyInput";
import { Checkbox, Field, Input, Switch } from "@/components/Field";
import { Dialog } from "@/components/overlay";
import { WeekdayPicker } from "@/components/WeekdayPicker";
import { errorText } from "@/lib/errors";
import { api } from "@/lib/http";
import { TimeInput } from "@/components/TimeInput";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useVenue } from "@/lib/venue";

type Draft = Omit<Package, "id" | "venue_id" | "price_minor"> & { price_minor: number | null };

export function PackageForm({ pack, zones, onClose }: { pack: Package | null; zones: Zone[]; onClose: () => void }) {
  const t = useT();
  const venue = useVenue();
  const client = useQueryClient();
  const [draft, setDraft] = useState<Draft>(pack ?? { name: "", seconds: 36_000, price_minor: null, zone_ids: [], valid_days: 90, windows: [], active: true });
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const set = (change: Partial<Draft>) => { setDraft({ ...draft, ...change }); };
  const setWindow = (index: number, change: Partial<Draft["windows"][number]>) => { set({ windows: draft.windows.map((window, at) => (at === index ? { ...window, ...change } : window)) }); };
  const incomplete = draft.name.trim() === "" || draft.price_minor === null || draft.seconds < 60 || draft.valid_days < 1 || draft.windows.some((window) => window.weekdays.length === 0 || !window.from || !window.to);
  const save = async () => {
    setBusy(true);
    setFailure(null);
    const { name, seconds, price_minor, zone_ids, valid_days, windows, active } = draft;
    const body = { name: name.trim(), seconds, price_minor, zone_ids, valid_days, windows, active };
    try {
      await (pack ? api.patch(`/packages/${pack.id}`, body) : api.post("/packages", { venue_id: venue.id, ...body }));
      await client.invalidateQueries({ queryKey: ["/packages"] });
      toast.good(t("tariff.saved", { name: body.name }));
      onClose();
    } catch (error) {
      setFailure(errorText(error));
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={pack ? pack.name : t("package.new")}>
      <form className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <Field label={t("tariff.name")}><Input value={draft.name} autoFocus maxLength={80} onChange={(event) => { set({ name: event.target.value }); }} /></Field>
        <div className="grid grid-cols-3 gap-3">
          <Field label={t("package.hours")}><Input type="number" min={0.25} step={0.25} value={draft.seconds / 3600 || ""} onChange={(event) => { set({ seconds: Math.round(Number(event.target.value) * 3600) }); }} /></Field>
          <Field label={t("package.price")}><MoneyInput value={draft.price_minor} onChange={(price_minor) => { set({ price_minor }); }} /></Field>
          <Field label={t("package.days")}><Input type="number" min={1} value={draft.valid_days || ""} onChange={(event) => { set({ valid_days: Number(event.target.value) }); }} /></Field>
        </div>
        <fieldset>
          <legend className="mb-1.5 text-[12.5px] font-medium text-fg2">{t("package.zones")} <span className="font-normal text-fg3">{t("package.zones.hint")}</span></legend>
          <div className="flex flex-wrap gap-x-5 gap-y-2">
            {zones.map((zone) => <Checkbox key={zone.id} label={zone.name} checked={draft.zone_ids.includes(zone.id)} onChange={(event) => { set({ zone_ids: event.target.checked ? [...draft.zone_ids, zone.id] : draft.zone_ids.filter((id) => id !== zone.id) }); }} />)}
          </div>
        </fieldset>
        <section className="flex flex-col gap-2" aria-label={t("package.windows")}>
          <div className="flex items-center justify-between">
            <h3 className="text-[12.5px] font-medium text-fg2">{t("package.windows")} <span className="font-normal text-fg3">{t("package.windows.hint")}</span></h3>
            <Button size="sm" icon={<Plus size={14} />} onClick={() => { set({ windows: [...draft.windows, { weekdays: [4, 5], from: "22:00", to: "04:00" }] }); }}>{t("action.add")}</Button>
          </div>
          {draft.windows.map((window, index) => (
            <div key={index} className="flex flex-col gap-2 rounded-xl border border-line2 p-3">
              <div className="grid grid-cols-[1fr_1fr_auto] items-end gap-2">
                <Field label={t("tariff.fromTime")}><TimeInput value={window.from} onChange={(time) => { setWindow(index, { from: time }); }} /></Field>
                <Field label={t("tariff.toTime")}><TimeInput value={window.to} onChange={(time) => { setWindow(index, { to: time }); }} /></Field>
                <IconButton label={t("action.remove")} onClick={() => { set({ windows: draft.windows.filter((_, at) => at !== index) }); }}><X size={16} /></IconButton>
              </div>
              <WeekdayPicker label={t("tariff.weekdays")} value={window.weekdays} onChange={(weekdays) => { setWindow(index, { weekdays }); }} />
            </div>
          ))}
        </section>
        <Switch label={t("package.active")} hint={t("package.active.hint")} checked={draft.active} onChange={(active) => { set({ active }); }} />
        {failure && <Notice tone="broken">{failure}</Notice>}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" tone="primary" busy={busy} disabled={incomplete}>{t("action.save")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
