import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { openApp } from "@/test/app";
import { gameServer, usualServers } from "@/test/alertsWorld";
import { downBands } from "./HistoryCard";
import { dayRuns } from "./ServerTable";
import { shownState } from "./states";
import { ServersStore } from "./store";

const user = userEvent.setup();
const rows = () => screen.getAllByRole("row").slice(1).map((row) => within(row).getAllByRole("link")[0]?.textContent);

it("searches on the server where there are more servers than it holds", async () => {
  let read = 0;
  const { api } = await openApp("/servers", undefined, (world) => world.on("GET", "/alerts/servers", (call) => {
    if (call.query.get("q")) return { items: [gameServer("Needle", { id: "g-needle" })], next_cursor: null };
    read += 1;
    return { items: Array.from({ length: 200 }, (_, n) => gameServer(`S${String(read).padStart(2, "0")}-${String(n).padStart(3, "0")}`)), next_cursor: "more" };
  }));
  expect(await screen.findByText("S01-000")).toBeVisible();
  expect(api.made("GET", "/alerts/servers")).toHaveLength(10);
  expect(screen.getByRole("region", { name: "All servers right now" })).toHaveTextContent("Servers up2of 3 servers");
  expect(rows()).toHaveLength(100);
  await user.click(screen.getByRole("button", { name: "Load more" }));
  expect(rows()).toHaveLength(200);
  await user.type(screen.getByRole("searchbox"), "Needle");
  expect(await screen.findByText("Needle")).toBeVisible();
  expect(api.last("GET", "/alerts/servers").query.get("community_id")).toBeNull();
}, 40_000);
it("finds servers from everywhere", async () => {
  const { router } = await openApp("/floor", undefined, (world) => world.on("GET", "/alerts/servers", (call) => ({ items: usualServers().filter((one) => one.name.toLowerCase().includes(call.query.get("q") ?? "")), next_cursor: null })));
  await user.keyboard("{Control>}k{/Control}");
  await user.type(await screen.findByRole("combobox"), "arena");
  await user.click(await screen.findByRole("option", { name: /^Arena/ }));
  expect(await screen.findByRole("heading", { name: "Arena" })).toBeVisible();
  expect(router.state.location.pathname).toBe("/servers/g-Arena");
});
it("draws a day only where something is known of it", () => {
  expect(dayRuns([null, 2, 4, null, 1])).toEqual([{ from: 0.2, width: 0.4, top: 4, values: [2, 4] }, { from: 0.8, width: 0.2, top: 4, values: [1, 1] }]);
});

it("tells only the listeners of the server that changed", () => {
  const store = new ServersStore();
  store.add(usualServers());
  const arena = vi.fn();
  const bar = vi.fn();
  store.onServer("g-Arena", arena);
  store.onServer("g-The Bar", bar);
  const totals = store.getTotals();
  store.takeDelta({ servers: [{ id: "g-Arena", map: "q3dm1" }] });
  expect(arena).toHaveBeenCalledOnce();
  expect(bar).not.toHaveBeenCalled();
  expect(store.getTotals()).toBe(totals);
});
it("puts work on a server before its state, and finds the spans in which it was away", () => {
  expect(shownState({ state: "down", flapping: true, maintenance: { until: null, reason: "" } })).toBe("maintenance");
  expect(shownState({ state: "down", flapping: true, maintenance: null })).toBe("flapping");
  const point = (at: string, up: number, average: number | null = 1) => ({ at, up, average, peak: 1 });
  expect(downBands([point("a", 1), point("b", 0), point("c", 0.2), point("d", 1), point("e", 0, null), point("f", 0)])).toEqual([{ from: "b", to: "c" }, { from: "f", to: "f" }]);
});
