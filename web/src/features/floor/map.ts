import type { Area, FloorStation, Point } from "@/api/types";
import type { ZoneGroup } from "./store";

export const FLOOR = { w: 100, h: 60 };
const STEP = { x: 10, y: 8 };

export function clampPoint({ x, y }: Point): Point {
  return { x: Math.min(FLOOR.w - 4, Math.max(4, x)), y: Math.min(FLOOR.h - 3, Math.max(3, y)) };
}
export function snap({ x, y }: Point): Point {
  return { x: Math.round(x), y: Math.round(y) };
}

/** Places for all stations: saved ones as they are, the others in rows inside their zone's area. */
export function arrangeOnMap(groups: ZoneGroup[], get: (id: string) => FloorStation | undefined) {
  const places: Record<string, Point> = {};
  const unsaved: Record<string, Point> = {};
  const areas: Record<string, Area> = {};
  let y = 2;
  for (const { zone, ids } of groups) {
    const missing = ids.filter((id) => !get(id)?.position);
    const columns = zone.area ? Math.max(1, Math.floor(zone.area.w / STEP.x)) : 9;
    const height = 6 + Math.ceil(ids.length / columns) * STEP.y;
    const anyPlaced = missing.length < ids.length;
    const area = zone.area ?? (anyPlaced ? null : { x: 2, y, w: 96, h: Math.min(height, FLOOR.h - y - 1) });
    if (area) areas[zone.id] = area;
    if (!zone.area && !anyPlaced) y += height + 1;
    const origin = area ?? { x: 2, y: FLOOR.h - 12, w: 96, h: 10 };
    missing.forEach((id, index) => {
      places[id] = unsaved[id] = clampPoint({
        x: origin.x + STEP.x / 2 + 0.5 + (index % columns) * STEP.x,
        y: origin.y + 8 + Math.floor(index / columns) * STEP.y,
      });
    });
    ids.forEach((id) => {
      const position = get(id)?.position;
      if (position) places[id] = position;
    });
  }
  return { places, unsaved, areas };
}

/** Tiles are as wide as their nearest neighbour in the row allows. */
export function tileWidths(groups: ZoneGroup[], places: Record<string, Point>): Record<string, number> {
  const widths: Record<string, number> = {};
  for (const { ids } of groups) {
    let gap = 9.2;
    ids.forEach((a, index) => {
      ids.slice(index + 1).forEach((b) => {
        const [from, to] = [places[a], places[b]];
        if (from && to && Math.abs(from.y - to.y) < 4) gap = Math.min(gap, Math.max(3.4, Math.abs(from.x - to.x)));
      });
    });
    ids.forEach((id) => (widths[id] = Math.round((gap - 0.6) * 100) / 100));
  }
  return widths;
}
