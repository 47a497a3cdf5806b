import { useMutation } from "@tanstack/react-query";
import { type KeyboardEvent, type PointerEvent, useMemo, useRef, useState } from "react";
import type { Point } from "@/api/types";
import { Button } from "@/components/Button";
import { toastError } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useVenue } from "@/lib/venue";
import type { FloorFilter } from "./Filters";
import { arrangeOnMap, clampPoint, FLOOR, snap, tileWidths } from "./map";
import { floor, useStation, type ZoneGroup } from "./store";
import { Tile, type TileActions } from "./Tile";

/** The same stations where they stand. Units: the floor is 100 wide and 60 deep. */
export function MapView({ groups, filter, actions, editing, onDone }: {
  groups: ZoneGroup[];
  filter: FloorFilter;
  actions: TileActions;
  editing: boolean;
  onDone: () => void;
}) {
  const t = useT();
  const venue = useVenue();
  const canvas = useRef<HTMLDivElement>(null);
  const arranged = useMemo(() => arrangeOnMap(groups, floor.get), [groups]);
  const [moved, setMoved] = useState<Record<string, Point>>({});
  const places = { ...arranged.places, ...moved };
  const width = useMemo(() => tileWidths(groups, arranged.places), [groups, arranged]);
  const save = useMutation({
    mutationFn: () => {
      const all = { ...arranged.unsaved, ...moved };
      return api.put("/stations/positions", {
        venue_id: venue.id,
        positions: Object.entries(all).map(([station_id, { x, y }]) => ({ station_id, x, y })),
      });
    },
    onSuccess: () => {
      Object.entries(places).forEach(([id, position]) => floor.patch(id, { position }));
      toast.good(t("map.saved"));
      setMoved({});
      onDone();
    },
    onError: toastError,
  });

  const move = (id: string, to: Point) => { setMoved((current) => ({ ...current, [id]: clampPoint(to) })); };
  const shownZones = groups.filter((group) => filter.zone === null || group.zone.id === filter.zone);
  return (
    <div className="flex flex-col gap-2.5">
      {editing && (
        <div className="flex flex-wrap items-center gap-2 rounded-xl border border-line2 bg-s2 p-2 pl-3.5 text-[13px]">
          <span className="flex-1 text-fg2">{t("map.hint")}</span>
          <Button tone="quiet" onClick={() => { setMoved({}); onDone(); }}>{t("action.cancel")}</Button>
          <Button tone="primary" busy={save.isPending} onClick={() => { save.mutate(); }}>{t("action.save")}</Button>
        </div>
      )}
      <div className="overflow-x-auto">
        <div
          ref={canvas}
          className="relative aspect-[100/60] w-full min-w-[820px] overflow-hidden rounded-2xl border border-line bg-s1"
          style={{ backgroundImage: "radial-gradient(var(--line) 1px, transparent 1px)", backgroundSize: "2% 3.333%" }}
        >
          {shownZones.map(({ zone }) => {
            const area = arranged.areas[zone.id];
            return area ? (
              <div
                key={zone.id}
                className="absolute rounded-xl border"
                style={{
                  left: `${String(area.x)}%`, top: `${String((area.y / FLOOR.h) * 100)}%`, width: `${String(area.w)}%`, height: `${String((area.h / FLOOR.h) * 100)}%`,
                  borderColor: `color-mix(in oklab, ${zone.color} 45%, var(--line))`, background: `color-mix(in oklab, ${zone.color} 7%, transparent)`,
                }}
              >
                <span className="absolute top-1.5 left-2.5 text-xs font-semibold text-fg2">{zone.name}</span>
              </div>
            ) : null;
          })}
          {shownZones.flatMap(({ ids }) => ids).map((id) => (
            <Placed key={id} id={id} at={places[id] ?? { x: 50, y: 30 }} width={width[id] ?? 8.6} filter={filter} actions={actions} editing={editing} canvas={canvas} onMove={move} />
          ))}
        </div>
      </div>
    </div>
  );
}

function Placed({ id, at, width, filter, actions, editing, canvas, onMove }: {
  id: string;
  at: Point;
  width: number;
  filter: FloorFilter;
  actions: TileActions;
  editing: boolean;
  canvas: React.RefObject<HTMLDivElement | null>;
  onMove: (id: string, to: Point) => void;
}) {
  const t = useT();
  const station = useStation(id);
  const grip = useRef<{ dx: number; dy: number } | null>(null);
  if (!station) return null;
  const dimmed = filter.state !== null && station.state !== filter.state;
  const pointAt = (event: PointerEvent): Point => {
    const box = canvas.current?.getBoundingClientRect();
    return box ? { x: ((event.clientX - box.left) / box.width) * FLOOR.w, y: ((event.clientY - box.top) / box.height) * FLOOR.h } : at;
  };
  const style = { left: `${String(at.x)}%`, top: `${String((at.y / FLOOR.h) * 100)}%`, width: `${String(width)}%` };
  if (!editing)
    return (
      <div className={`absolute -translate-1/2 ${dimmed ? "opacity-25" : ""}`} style={style}>
        <Tile id={id} actions={actions} compact narrow={width < 6.6} />
      </div>
    );
  const nudge = (event: KeyboardEvent) => {
    const size = event.shiftKey ? 5 : 1;
    const way = { ArrowLeft: [-size, 0], ArrowRight: [size, 0], ArrowUp: [0, -size], ArrowDown: [0, size] }[event.key];
    if (!way) return;
    event.preventDefault();
    onMove(id, { x: at.x + (way[0] ?? 0), y: at.y + (way[1] ?? 0) });
  };
  return (
    <button
      type="button"
      className={`tile is-${station.state} !absolute !min-h-0 -translate-1/2 cursor-grab touch-none !px-2 !py-2.5 active:cursor-grabbing`}
      style={style}
      aria-label={t("map.moveStation", { name: station.name, x: Math.round(at.x), y: Math.round(at.y) })}
      onKeyDown={nudge}
      onPointerDown={(event) => {
        const from = pointAt(event);
        grip.current = { dx: at.x - from.x, dy: at.y - from.y };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (!grip.current) return;
        const to = pointAt(event);
        onMove(id, snap({ x: to.x + grip.current.dx, y: to.y + grip.current.dy }));
      }}
      onPointerUp={() => { grip.current = null; }}
      onPointerCancel={() => { grip.current = null; }}
    >
      <b className="text-[13px] font-[650]">{station.name}</b>
    </button>
  );
}
