import { useSyncExternalStore } from "react";
import type { FloorDelta, FloorSnapshot, FloorState, FloorStation, FloorSummary, FloorZone } from "@/api/types";
import { link } from "@/lib/ws";

export interface ZoneGroup {
  zone: FloorZone;
  ids: string[];
}
/** What the page's frame needs; replaced only when stations or zones come, go or move. */
export interface FloorLayout {
  groups: ZoneGroup[];
  ids: string[];
}
export type StateCounts = Record<FloorState, number>;

type Listener = () => void;
const noCounts = (): StateCounts => ({ free: 0, playing: 0, ending: 0, paused: 0, offline: 0, maintenance: 0 });

/**
 * The live floor. Each tile listens to its own station, so that one change renders one tile; the
 * strip listens to the summary and the frame to the layout.
 */
export class FloorStore {
  private stations = new Map<string, FloorStation>();
  private zones: FloorZone[] = [];
  private readonly perStation = new Map<string, Set<Listener>>();
  private readonly frame = new Set<Listener>();
  private layout: FloorLayout = { groups: [], ids: [] };
  private counts = noCounts();
  private summary: FloorSummary | null = null;
  ready = false;

  takeSnapshot = (body: FloorSnapshot): void => {
    const before = this.stations;
    this.stations = new Map(body.stations.map((station) => [station.id, station]));
    this.zones = body.zones;
    this.summary = body.summary;
    this.ready = true;
    this.arrange();
    new Set([...before.keys(), ...this.stations.keys()]).forEach((id) => {
      this.tell(id);
    });
    this.tellFrame();
  };

  takeDelta = (delta: FloorDelta): void => {
    let moved = false;
    for (const station of delta.stations ?? []) {
      const old = this.stations.get(station.id);
      moved ||= old?.zone_id !== station.zone_id || old.name !== station.name;
      this.stations.set(station.id, station);
      this.tell(station.id);
    }
    for (const id of delta.removed ?? []) {
      this.stations.delete(id);
      moved = true;
      this.tell(id);
    }
    if (delta.zones) this.zones = delta.zones;
    if (delta.summary) this.summary = delta.summary;
    if (moved || delta.zones) this.arrange();
    this.recount();
    this.tellFrame();
  };

  /** Shows a result before the server has confirmed it; the returned function takes it back. */
  patch(id: string, change: Partial<FloorStation>): () => void {
    const before = this.stations.get(id);
    if (!before) return () => undefined;
    const guess = { ...before, ...change };
    this.takeDelta({ stations: [guess] });
    return () => {
      if (this.stations.get(id) === guess) this.takeDelta({ stations: [before] });
    };
  }

  get = (id: string): FloorStation | undefined => this.stations.get(id);
  all = (): FloorStation[] => this.layout.ids.flatMap((id) => this.stations.get(id) ?? []);
  getLayout = (): FloorLayout => this.layout;
  getSummary = (): FloorSummary | null => this.summary;
  getCounts = (): StateCounts => this.counts;

  onStation = (id: string, listener: Listener): Listener => {
    const set = this.perStation.get(id) ?? new Set();
    this.perStation.set(id, set.add(listener));
    return () => set.delete(listener);
  };
  onFrame = (listener: Listener): Listener => {
    this.frame.add(listener);
    return () => this.frame.delete(listener);
  };

  /** Keeps itself current for one venue until the returned function is called. */
  follow(venueId: string): () => void {
    this.clear();
    return link.subscribe<FloorSnapshot, FloorDelta>(`floor:${venueId}`, {
      snapshot: this.takeSnapshot,
      delta: this.takeDelta,
    });
  }

  private clear(): void {
    this.ready = false;
    this.stations = new Map();
    this.zones = [];
    this.summary = null;
    this.arrange();
    this.tellFrame();
  }

  private arrange(): void {
    const natural = new Intl.Collator(undefined, { numeric: true });
    const zones = [...this.zones].sort((a, b) => a.sort - b.sort || natural.compare(a.name, b.name));
    const groups = zones.map((zone) => ({ zone, ids: [] as string[] }));
    const byZone = new Map(groups.map((group) => [group.zone.id, group.ids]));
    [...this.stations.values()]
      .sort((a, b) => natural.compare(a.name, b.name))
      .forEach((station) => byZone.get(station.zone_id)?.push(station.id));
    this.layout = { groups, ids: groups.flatMap((group) => group.ids) };
    this.recount();
  }

  private recount(): void {
    const counts = noCounts();
    this.stations.forEach((station) => (counts[station.state] += 1));
    const same = (Object.keys(counts) as FloorState[]).every((state) => counts[state] === this.counts[state]);
    if (!same) this.counts = counts;
  }

  private tell(id: string): void {
    this.perStation.get(id)?.forEach((listener) => {
      listener();
    });
  }
  private tellFrame(): void {
    this.frame.forEach((listener) => {
      listener();
    });
  }
}

export const floor = new FloorStore();

export function useStation(id: string): FloorStation | undefined {
  return useSyncExternalStore(
    (listener) => floor.onStation(id, listener),
    () => floor.get(id),
  );
}
export const useLayout = (): FloorLayout => useSyncExternalStore(floor.onFrame, floor.getLayout);
export const useSummary = (): FloorSummary | null => useSyncExternalStore(floor.onFrame, floor.getSummary);
export const useCounts = (): StateCounts => useSyncExternalStore(floor.onFrame, floor.getCounts);
export const useFloorReady = (): boolean => useSyncExternalStore(floor.onFrame, () => floor.ready);
