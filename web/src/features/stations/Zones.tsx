import type { UseQueryResult } from "@tanstack/react-query";
import { Layers } from "lucide-react";
import { useState } from "react";
import type { Area, Page, Zone } from "@/api/types";
import { Button } from "@/components/Button";
import { DataTable } from "@/components/DataTable";
import { Empty, Notice } from "@/components/display";
import { Field, Input, Switch } from "@/components/Field";
import { Confirm, Dialog } from "@/components/overlay";
import { errorText, toastError } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useFormat, useVenue } from "@/lib/venue";

export function ZoneList({ zones, onOpen }: { zones: UseQueryResult<Page<Zone>>; onOpen: (zone: Zone | "new") => void }) {
  const t = useT();
  const format = useFormat();
  const rows = [...(zones.data?.items ?? [])].sort((a, b) => a.sort - b.sort);
  return (
    <DataTable
      label={t("zone.zones")}
      rows={rows}
      rowKey={(row) => row.id}
      source={zones}
      onRow={onOpen}
      empty={<Empty icon={<Layers size={22} />} title={t("zone.none")} text={t("zone.none.text")}><Button tone="primary" onClick={() => { onOpen("new"); }}>{t("zone.new")}</Button></Empty>}
      columns={[
        { key: "name", header: t("till.zone"), cell: (row) => <span className="flex items-center gap-2.5"><i className="size-3.5 rounded-[4px]" style={{ background: row.color }} /><b className="font-semibold">{row.name}</b></span> },
        { key: "stations", header: t("nav.stations"), align: "right", cell: (row) => format.number(row.station_count) },
        { key: "age", header: t("zone.minimumAge"), align: "right", cell: (row) => row.minimum_age ?? "–" },
        { key: "sort", header: t("zone.sort"), align: "right", wide: true, cell: (row) => row.sort },
      ]}
    />
  );
}

const colours = ["#5b8cff", "#b18cff", "#35c6d8", "#3ecf8e", "#ffb020", "#ff6d8d", "#8d98ab"];
const parts = ["x", "y", "w", "h"] as const;

export function ZoneForm({ zone, sort, onClose }: { zone: Zone | null; sort: number; onClose: () => void }) {
  const t = useT();
  const venue = useVenue();
  const [name, setName] = useState(zone?.name ?? "");
  const [color, setColor] = useState(zone?.color ?? colours[(sort - 1) % colours.length] ?? "#5b8cff");
  const [order, setOrder] = useState(zone?.sort ?? sort);
  const [age, setAge] = useState(zone?.minimum_age ?? null);
  const [area, setArea] = useState<Area | null>(zone?.area ?? null);
  const [busy, setBusy] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const save = async () => {
    setBusy(true);
    setFailure(null);
    const body = { name: name.trim(), color, sort: order, minimum_age: age, area };
    try {
      await (zone ? api.patch(`/zones/${zone.id}`, body) : api.post("/zones", { venue_id: venue.id, ...body }));
      toast.good(t("tariff.saved", { name: body.name }));
      onClose();
    } catch (error) {
      setFailure(errorText(error));
      setBusy(false);
    }
  };
  const remove = async () => {
    try {
      await api.delete(`/zones/${zone?.id ?? ""}`);
      toast.good(t("station.deleted", { name }));
      onClose();
    } catch (error) {
      toastError(error);
      throw error;
    }
  };
  return (
    <Dialog open onClose={onClose} title={zone ? zone.name : t("zone.new")}>
      <form className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <Field label={t("station.name")}><Input value={name} autoFocus maxLength={60} onChange={(event) => { setName(event.target.value); }} /></Field>
        <div role="radiogroup" aria-label={t("zone.colour")}>
          <div className="mb-1 text-[12.5px] font-medium text-fg2">{t("zone.colour")}</div>
          <div className="flex flex-wrap gap-2">
            {colours.map((one) => (
              <button key={one} type="button" role="radio" aria-checked={color === one} aria-label={one} onClick={() => { setColor(one); }} className="size-8 rounded-lg border-2 border-transparent aria-checked:border-fg" style={{ background: one }} />
            ))}
          </div>
        </div>
        <div className="grid grid-cols-2 gap-3">
          <Field label={t("zone.minimumAge")} hint={t("zone.minimumAge.hint")}><Input type="number" min={0} max={99} value={age ?? ""} onChange={(event) => { setAge(event.target.value === "" ? null : Number(event.target.value)); }} /></Field>
          <Field label={t("zone.sort")}><Input type="number" min={0} value={order} onChange={(event) => { setOrder(Number(event.target.value)); }} /></Field>
        </div>
        <Switch label={t("zone.area")} hint={t("zone.area.hint")} checked={area !== null} onChange={(on) => { setArea(on ? { x: 2, y: 2, w: 46, h: 26 } : null); }} />
        {area && (
          <div className="grid grid-cols-4 gap-2">
            {parts.map((part) => (
              <Field key={part} label={t(`zone.area.${part}`)}><Input type="number" min={0} max={part === "x" || part === "w" ? 100 : 60} value={area[part]} onChange={(event) => { setArea({ ...area, [part]: Number(event.target.value) }); }} /></Field>
            ))}
          </div>
        )}
        {failure && <Notice tone="broken">{failure}</Notice>}
        <div className="flex gap-2">
          {zone && <Button tone="danger" onClick={() => { setDeleting(true); }}>{t("action.delete")}</Button>}
          <span className="flex-1" />
          <Button tone="quiet" onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" tone="primary" busy={busy} disabled={name.trim() === ""}>{t("action.save")}</Button>
        </div>
      </form>
      {deleting && <Confirm open onClose={() => { setDeleting(false); }} title={t("zone.delete.title", { name })} text={t("zone.delete.text")} action={t("action.delete")} onConfirm={remove} />}
    </Dialog>
  );
}
