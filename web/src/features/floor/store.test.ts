import { beforeEach, describe, expect, it, vi } from "vitest";
import { floorStation, playing, snapshot, usualFloor } from "@/test/world";
import { clampPoint, arrangeOnMap, tileWidths } from "./map";
import { selection } from "./selection";
import { FloorStore } from "./store";
import { secondsLeft } from "./time";

let store: FloorStore;
beforeEach(() => {
  store = new FloorStore();
  store.takeSnapshot(snapshot(usualFloor()));
});

describe("the floor's store", () => {
  it("groups stations by zone in natural order", () => {
    store.takeSnapshot(snapshot([floorStation("A10"), floorStation("A2"), floorStation("V1", { zone_id: "z2" })]));
    expect(store.getLayout().groups.map((group) => group.ids)).toEqual([["s-A2", "s-A10"], ["s-V1"]]);
  });
  it("tells only the listeners of the station that changed, and keeps the layout", () => {
    const first = vi.fn();
    const second = vi.fn();
    store.onStation("s-A01", first);
    store.onStation("s-A02", second);
    const layout = store.getLayout();
    store.takeDelta({ stations: [floorStation("A02", { state: "offline" })] });
    expect(first).not.toHaveBeenCalled();
    expect(second).toHaveBeenCalledOnce();
    expect(store.getLayout()).toBe(layout);
    expect(store.getCounts()).toMatchObject({ offline: 1, free: 1, playing: 1, maintenance: 1 });
  });
  it("keeps the same counts object while the counts are the same", () => {
    const counts = store.getCounts();
    store.takeDelta({ stations: [floorStation("A02", { metrics: null })] });
    expect(store.getCounts()).toBe(counts);
  });
  it("adds and removes stations", () => {
    store.takeDelta({ stations: [floorStation("A09")], removed: ["s-A03"] });
    expect(store.getLayout().ids).toEqual(["s-A01", "s-A02", "s-A09", "s-V01"]);
  });
  it("takes an optimistic change back, unless the server has spoken since", () => {
    const undo = store.patch("s-A02", { state: "playing" });
    expect(store.get("s-A02")?.state).toBe("playing");
    undo();
    expect(store.get("s-A02")?.state).toBe("free");
    const late = store.patch("s-A02", { state: "playing" });
    store.takeDelta({ stations: [floorStation("A02", { state: "maintenance" })] });
    late();
    expect(store.get("s-A02")?.state).toBe("maintenance");
  });
});

it("marks single stations and ranges", () => {
  selection.clear();
  selection.toggle("b");
  selection.extendTo("d", ["a", "b", "c", "d", "e"]);
  expect([...selection.getMarked()]).toEqual(["b", "c", "d"]);
  selection.toggle("c");
  expect(selection.getMarked().has("c")).toBe(false);
  selection.clear();
  expect(selection.getMarked().size).toBe(0);
});

it("keeps the remaining time of a paused session", () => {
  const running = playing("A01", 10).session;
  const paused = playing("A01", 10, { state: "paused", ends_at: null }).session;
  expect(running && secondsLeft(running)).toBeGreaterThan(595);
  expect(paused && secondsLeft(paused)).toBe(600);
});

describe("the map", () => {
  it("places stations without a position inside their zone and keeps saved places", () => {
    store.takeSnapshot(snapshot([floorStation("A01", { position: { x: 30, y: 20 } }), floorStation("A02")]));
    const { places, unsaved, areas } = arrangeOnMap(store.getLayout().groups, store.get);
    expect(places["s-A01"]).toEqual({ x: 30, y: 20 });
    expect(Object.keys(unsaved)).toEqual(["s-A02"]);
    expect(areas.z1).toEqual({ x: 2, y: 2, w: 60, h: 30 });
  });
  it("never lets a station leave the floor", () => {
    expect(clampPoint({ x: -20, y: 900 })).toEqual({ x: 4, y: 57 });
  });
  it("makes tiles as narrow as their neighbours demand", () => {
    const { groups } = store.getLayout();
    expect(tileWidths(groups, { "s-A01": { x: 10, y: 10 }, "s-A02": { x: 15, y: 10 }, "s-A03": { x: 40, y: 40 } })["s-A01"]).toBeCloseTo(4.4);
  });
});
