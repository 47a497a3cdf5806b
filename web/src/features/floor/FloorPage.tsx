import { useQueryClient } from "@tanstack/react-query";
import { Map as MapIcon, LayoutGrid, Pencil, Plus } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import type { Command } from "@/api/types";
import { Button } from "@/components/Button";
import { Empty, Skeleton } from "@/components/display";
import { Segmented } from "@/components/Field";
import { Page } from "@/components/Page";
import { useT } from "@/lib/i18n";
import { usePermission, useVenue } from "@/lib/venue";
import { link } from "@/lib/ws";
import { AttentionDialog } from "./AttentionDialog";
import { type FloorFilter, Filters } from "./Filters";
import { GridView } from "./GridView";
import { GroupBar } from "./GroupBar";
import { selection } from "./selection";
import { StartPicker } from "./StartPicker";
import { StationSheet } from "./StationSheet";
import { floor, useFloorReady, useLayout } from "./store";
import { Strip } from "./Strip";
import type { TileActions } from "./Tile";
import { useFloorKeys } from "./useFloorKeys";

const MapView = lazy(() => import("./MapView").then((module) => ({ default: module.MapView })));
type View = "grid" | "map";
const STORED = "gameops.floor.view";

export function FloorPage({ stationId, start, onOpen }: { stationId: string | null; start: boolean; onOpen: (id: string | null, start?: boolean) => void }) {
  const t = useT();
  const venue = useVenue();
  const ready = useFloorReady();
  const layout = useLayout();
  const [view, setView] = useState<View>(() => (localStorage.getItem(STORED) === "map" ? "map" : "grid"));
  const [filter, setFilter] = useState<FloorFilter>({ state: null, zone: null });
  const [editing, setEditing] = useState(false);
  const [attention, setAttention] = useState(false);
  const mayEdit = usePermission("venue.stations.manage");
  const mayOperate = usePermission("venue.sessions.operate");
  const picking = start && stationId === null;

  const client = useQueryClient();
  useEffect(() => floor.follow(venue.id), [venue.id]);
  useEffect(
    () =>
      link.subscribe<unknown, { command?: Command }>(`commands:${venue.id}`, {
        snapshot: () => undefined,
        delta: ({ command }) => {
          if (command) void client.invalidateQueries({ queryKey: ["commands", command.station_id] });
        },
      }),
    [venue.id, client],
  );
  useEffect(() => {
    selection.open(stationId);
  }, [stationId]);
  useEffect(() => () => { selection.clear(); selection.open(null); }, []);
  useFloorKeys({ stationId, onOpen });

  const actions = useMemo<TileActions>(
    () => ({
      open: (id) => { onOpen(id === selection.getOpen() ? null : id); },
      mark: (id, range) => {
        if (range) selection.extendTo(id, floor.getLayout().ids);
        else selection.toggle(id);
      },
      marking: () => selection.getMarked().size > 0,
    }),
    [onOpen],
  );

  return (
    <div className="flex h-full min-w-0">
      <div className="relative min-w-0 flex-1">
        <Page
          title={t("nav.floor")}
          search
          fill
          controls={
            <Segmented
              label={t("floor.view")}
              value={view}
              onChange={(next) => {
                setView(next);
                localStorage.setItem(STORED, next);
              }}
              options={[
                { value: "grid", label: <span className="flex items-center gap-1.5"><LayoutGrid size={14} aria-hidden />{t("floor.grid")}</span> },
                { value: "map", label: <span className="flex items-center gap-1.5"><MapIcon size={14} aria-hidden />{t("floor.map")}</span> },
              ]}
            />
          }
          actions={
            <>
              {view === "map" && mayEdit && !editing && <Button icon={<Pencil size={14} />} onClick={() => { setEditing(true); }}>{t("floor.editMap")}</Button>}
              {mayOperate && <Button tone="primary" icon={<Plus size={16} />} shortcut="S" onClick={() => { onOpen(null, true); }}>{t("floor.startSession")}</Button>}
            </>
          }
        >
          <Strip onAttention={() => { setAttention(true); }} />
          <Filters value={filter} onChange={setFilter} />
          <div className="min-h-0 flex-1 overflow-auto px-4 pt-0.5 pb-28 md:px-[22px] md:pb-8">
            {!ready ? (
              <div role="status" aria-label={t("state.loading")} className="grid grid-cols-[repeat(auto-fill,minmax(148px,1fr))] gap-2">
                {Array.from({ length: 18 }, (_, key) => <Skeleton key={key} className="h-[88px] !rounded-[10px]" />)}
              </div>
            ) : layout.ids.length === 0 ? (
              <Empty icon={<LayoutGrid size={22} />} title={t("floor.none.title")} text={mayEdit ? t("floor.none.text") : t("floor.none.ask")}>
                {mayEdit && <a href="/stations" className="inline-flex h-9 items-center rounded-[9px] bg-accent px-3 text-[13px] font-semibold text-accent-fg">{t("floor.none.action")}</a>}
              </Empty>
            ) : view === "grid" ? (
              <GridView groups={layout.groups} filter={filter} actions={actions} sheetOpen={stationId !== null} />
            ) : (
              <Suspense fallback={<Skeleton className="h-[60vh]" />}>
                <MapView groups={layout.groups} filter={filter} actions={actions} editing={editing} onDone={() => { setEditing(false); }} />
              </Suspense>
            )}
          </div>
          <GroupBar />
        </Page>
      </div>
      {stationId !== null && <StationSheet key={stationId} id={stationId} onClose={() => { onOpen(null); }} onOpen={onOpen} />}
      {picking && <StartPicker onClose={() => { onOpen(null); }} onPick={(id) => { onOpen(id); }} />}
      {attention && <AttentionDialog onClose={() => { setAttention(false); }} onOpen={(id) => { setAttention(false); onOpen(id); }} />}
    </div>
  );
}
