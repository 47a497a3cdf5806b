import { useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Trash2, Unplug } from "lucide-react";
import { useState } from "react";
import { z } from "zod";
import type { Station, StationKind, Zone } from "@/api/types";
import { Button } from "@/components/Button";
import { Notice } from "@/components/display";
import { Field, Input, Select, Switch, Textarea } from "@/components/Field";
import { Confirm, Sheet } from "@/components/overlay";
import { toastError } from "@/lib/errors";
import { useZodForm } from "@/lib/forms";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { optionalText, requiredText } from "@/lib/rules";
import { toast } from "@/lib/toast";
import { useFormat, useVenue } from "@/lib/venue";
import { EnrolDialog } from "./EnrolDialog";

export const stationKinds: StationKind[] = ["pc", "ps5", "xbox", "switch", "vr", "sim_rig"];
const schema = z.object({
  name: requiredText(40),
  zone_id: z.string().min(1, "form.required"),
  kind: z.enum(["pc", "ps5", "xbox", "switch", "vr", "sim_rig"]),
  notes: optionalText(500),
});

export function StationEditor({ station, zones, onClose }: { station: Station | null; zones: Zone[]; onClose: () => void }) {
  const t = useT();
  const venue = useVenue();
  const form = useZodForm(schema, { name: station?.name ?? "", zone_id: station?.zone_id ?? zones[0]?.id ?? "", kind: station?.kind ?? "pc", notes: station?.notes ?? "" });
  const save = form.onSubmit(async (values) => {
    const body = { ...values, notes: values.notes };
    await (station ? api.patch(`/stations/${station.id}`, body) : api.post("/stations", { venue_id: venue.id, position: null, ...body }));
    toast.good(t("tariff.saved", { name: values.name }));
    onClose();
  });
  return (
    <Sheet open onClose={onClose} title={station ? station.name : t("station.new")}>
      <form onSubmit={save} className="flex flex-col gap-3.5" noValidate>
        {form.failure && <Notice tone="broken">{form.failure}</Notice>}
        <Field label={t("station.name")} error={form.error("name")}><Input {...form.register("name")} autoFocus={!station} placeholder="A01" /></Field>
        <div className="grid grid-cols-2 gap-3">
          <Field label={t("till.zone")} error={form.error("zone_id")}><Select {...form.register("zone_id")}>{zones.map((zone) => <option key={zone.id} value={zone.id}>{zone.name}</option>)}</Select></Field>
          <Field label={t("station.kind")}><Select {...form.register("kind")}>{stationKinds.map((kind) => <option key={kind} value={kind}>{t(`kind.${kind}`)}</option>)}</Select></Field>
        </div>
        <Field label={t("customer.notes")} error={form.error("notes")}><Textarea {...form.register("notes")} /></Field>
        <Button type="submit" tone="primary" className="self-end" busy={form.busy}>{station ? t("action.save") : t("action.create")}</Button>
      </form>
      {station && <Machine id={station.id} initial={station} onGone={onClose} />}
    </Sheet>
  );
}

/** The agent on the machine, service state and removal; follows the server while it is open. */
function Machine({ id, initial, onGone }: { id: string; initial: Station; onGone: () => void }) {
  const t = useT();
  const format = useFormat();
  const client = useQueryClient();
  const [ask, setAsk] = useState<"enrol" | "revoke" | "delete" | "maintenance" | null>(null);
  const live = useQuery({ queryKey: ["/stations", "one", id], queryFn: () => api.get<Station>(`/stations/${id}`), initialData: initial, refetchInterval: 3000 });
  const station = live.data;
  const act = async (work: Promise<unknown>, done: string) => {
    try {
      await work;
      toast.good(done);
      await client.invalidateQueries({ queryKey: ["/stations"] });
    } catch (error) {
      toastError(error);
      throw error;
    }
  };
  const setMaintenance = (on: boolean, reason?: string) => act(api.patch(`/stations/${id}`, { maintenance: on, maintenance_reason: on ? reason : "" }), t("tariff.saved", { name: station.name }));
  const { agent } = station;
  const facts: [string, string][] = agent?.enrolled
    ? [
        [t("station.link"), agent.online ? t("agent.online") : t("agent.offline")],
        [t("customer.seen"), agent.last_seen_at ? format.dateTime(agent.last_seen_at) : "–"],
        [t("station.machine"), [agent.hostname, agent.os].filter(Boolean).join(" · ") || "–"],
        [t("station.version"), agent.version || "–"],
      ]
    : [];
  return (
    <>
      <section className="flex flex-col gap-3 border-t border-line pt-4">
        <h3 className="text-[14px] font-[650]">{t("station.agent")}</h3>
        {facts.length > 0 ? (
          <dl className="grid grid-cols-2 gap-x-4 gap-y-2.5">
            {facts.map(([label, value]) => <div key={label}><dt className="text-xs text-fg3">{label}</dt><dd className="num text-[13.5px]">{value}</dd></div>)}
          </dl>
        ) : (
          <p className="text-[13px] text-fg2">{t("station.noAgent")}</p>
        )}
        <div className="flex flex-wrap gap-2">
          <Button icon={<KeyRound size={15} />} onClick={() => { setAsk("enrol"); }}>{agent?.enrolled ? t("station.enrolAgain") : t("station.enrol")}</Button>
          {agent?.enrolled && <Button tone="danger" icon={<Unplug size={15} />} onClick={() => { setAsk("revoke"); }}>{t("station.revoke")}</Button>}
        </div>
      </section>
      <section className="flex flex-col gap-3 border-t border-line pt-4">
        <Switch label={t("floor.outOfOrder")} hint={station.maintenance ? station.maintenance_reason : t("station.maintenance.hint")} checked={station.maintenance} onChange={(on) => { if (on) setAsk("maintenance"); else void setMaintenance(false).catch(() => undefined); }} />
        <Button tone="danger" icon={<Trash2 size={15} />} className="self-start" onClick={() => { setAsk("delete"); }}>{t("station.delete")}</Button>
      </section>
      {ask === "enrol" && <EnrolDialog station={station} onClose={() => { setAsk(null); }} />}
      {ask === "maintenance" && <Confirm open onClose={() => { setAsk(null); }} title={t("sheet.takeOut.title", { name: station.name })} text={t("sheet.takeOut.text")} reason={t("sheet.takeOut.reason")} action={t("sheet.takeOut")} onConfirm={(reason) => setMaintenance(true, reason)} />}
      {ask === "revoke" && <Confirm open onClose={() => { setAsk(null); }} title={t("station.revoke.title", { name: station.name })} text={t("station.revoke.text")} action={t("station.revoke")} onConfirm={() => act(api.delete(`/stations/${id}/credential`), t("station.revoked", { name: station.name }))} />}
      {ask === "delete" && <Confirm open onClose={() => { setAsk(null); }} title={t("station.delete.title", { name: station.name })} text={t("station.delete.text")} action={t("action.delete")} onConfirm={() => act(api.delete(`/stations/${id}`), t("station.deleted", { name: station.name })).then(onGone)} />}
    </>
  );
}
