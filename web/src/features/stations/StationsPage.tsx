import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Layers, MonitorCog, Plus } from "lucide-react";
import { useState } from "react";
import type { Page as PageOf, Station, Zone } from "@/api/types";
import { Button } from "@/components/Button";
import { type Column, DataTable } from "@/components/DataTable";
import { Empty, Tag } from "@/components/display";
import { KindIcon } from "@/components/domain/states";
import { Field, Select } from "@/components/Field";
import { Page } from "@/components/Page";
import { SearchField } from "@/components/SearchField";
import { Tabs } from "@/components/Tabs";
import { clock } from "@/lib/clock";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { usePages } from "@/lib/query";
import { relativeTime } from "@/lib/time";
import { useDebounced } from "@/lib/useDebounced";
import { useFormat, useVenue } from "@/lib/venue";
import { BulkForm } from "./BulkForm";
import { StationEditor } from "./StationEditor";
import { ZoneForm, ZoneList } from "./Zones";

export function StationsPage() {
  const t = useT();
  const venue = useVenue();
  const client = useQueryClient();
  const [tab, setTab] = useState("stations");
  const [editing, setEditing] = useState<Station | "new" | null>(null);
  const [bulk, setBulk] = useState(false);
  const [zone, setZone] = useState<Zone | "new" | null>(null);
  const zones = useQuery({ queryKey: ["/zones", venue.id], queryFn: () => api.get<PageOf<Zone>>("/zones", { venue_id: venue.id, limit: 200 }) });
  const zoneList = zones.data?.items ?? [];
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ["/stations"] });
    void client.invalidateQueries({ queryKey: ["/zones"] });
  };
  return (
    <Page
      title={t("nav.stations")}
      actions={
        tab === "stations" ? (
          <>
            <Button icon={<Layers size={15} />} disabled={zoneList.length === 0} onClick={() => { setBulk(true); }}>{t("station.bulk")}</Button>
            <Button tone="primary" icon={<Plus size={15} />} disabled={zoneList.length === 0} onClick={() => { setEditing("new"); }}>{t("station.new")}</Button>
          </>
        ) : (
          <Button tone="primary" icon={<Plus size={15} />} onClick={() => { setZone("new"); }}>{t("zone.new")}</Button>
        )
      }
    >
      <Tabs
        label={t("nav.stations")}
        value={tab}
        onChange={setTab}
        items={[
          { value: "stations", label: t("nav.stations"), content: <StationList zones={zoneList} onOpen={setEditing} onZones={() => { setTab("zones"); setZone("new"); }} /> },
          { value: "zones", label: t("zone.zones"), count: zoneList.length, content: <ZoneList zones={zones} onOpen={setZone} /> },
        ]}
      />
      {editing && <StationEditor station={editing === "new" ? null : editing} zones={zoneList} onClose={() => { setEditing(null); refresh(); }} />}
      {bulk && <BulkForm zones={zoneList} onClose={() => { setBulk(false); refresh(); }} />}
      {zone && <ZoneForm zone={zone === "new" ? null : zone} sort={zoneList.length + 1} onClose={() => { setZone(null); refresh(); }} />}
    </Page>
  );
}

function StationList({ zones, onOpen, onZones }: { zones: Zone[]; onOpen: (station: Station | "new") => void; onZones: () => void }) {
  const t = useT();
  const format = useFormat();
  const venue = useVenue();
  const [q, setQ] = useState("");
  const [zone, setZone] = useState("");
  const stations = usePages<Station>("/stations", { venue_id: venue.id, q: useDebounced(q.trim()), zone_id: zone, limit: 100 }, { refetchInterval: 20_000 });
  const columns: Column<Station>[] = [
    { key: "name", header: t("session.station"), cell: (row) => <span className="flex items-center gap-2.5"><KindIcon kind={row.kind} size={17} /><b className="font-semibold">{row.name}</b></span> },
    { key: "zone", header: t("till.zone"), cell: (row) => row.zone_name },
    { key: "kind", header: t("station.kind"), wide: true, cell: (row) => t(`kind.${row.kind}`) },
    { key: "agent", header: t("station.agent"), cell: (row) => <AgentState station={row} /> },
    { key: "seen", header: t("customer.seen"), wide: true, cell: (row) => (row.agent?.last_seen_at ? relativeTime(row.agent.last_seen_at, clock.now(), format.locale) : "–") },
    { key: "machine", header: t("station.machine"), wide: true, cell: (row) => [row.agent?.hostname, row.agent?.os, row.agent?.version].filter(Boolean).join(" · ") || "–" },
    { key: "service", header: t("station.service"), wide: true, cell: (row) => row.maintenance ? <Tag tone="broken">{row.maintenance_reason || t("floor.outOfOrder")}</Tag> : t("station.inService") },
  ];
  return (
    <>
      <div className="mb-3 flex flex-wrap gap-2">
        <SearchField label={t("station.search")} value={q} onChange={setQ} className="w-64 max-sm:w-full" />
        <Field label={t("till.zone")} hideLabel className="w-44">
          <Select value={zone} onChange={(event) => { setZone(event.target.value); }}>
            <option value="">{t("grant.allZones")}</option>
            {zones.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
          </Select>
        </Field>
      </div>
      <DataTable
        label={t("nav.stations")}
        columns={columns}
        rows={stations.items}
        rowKey={(row) => row.id}
        source={stations}
        onRow={onOpen}
        empty={
          <Empty icon={<MonitorCog size={22} />} title={q || zone ? t("station.noMatch") : t("floor.none.title")} text={zones.length === 0 ? t("station.zoneFirst") : t("station.none.text")}>
            {zones.length === 0 ? <Button tone="primary" onClick={onZones}>{t("zone.new")}</Button> : <Button tone="primary" onClick={() => { onOpen("new"); }}>{t("station.new")}</Button>}
          </Empty>
        }
      />
    </>
  );
}

export function AgentState({ station }: { station: Station }) {
  const t = useT();
  if (!station.agent?.enrolled) return <span className="text-fg3">{t("agent.none")}</span>;
  return station.agent.online ? <Tag tone="free">{t("agent.online")}</Tag> : <Tag tone="soon">{t("agent.offline")}</Tag>;
}
