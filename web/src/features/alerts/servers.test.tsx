import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { expectAccessible, openApp } from "@/test/app";
import { gameServer, maintenanceWindow, serverEvent, usualServers } from "@/test/alertsWorld";
import { FakeSocket } from "@/test/fakeSocket";
import { Refusal } from "@/test/fakeApi";
import { staff } from "@/test/world";
import type { AlertsDelta } from "@/api/alerts";
import { splitAddress } from "./ServerFields";

const user = userEvent.setup();
let revision = 1;
const say = (body: AlertsDelta) => {
  revision += 1;
  act(() => { FakeSocket.last.say({ type: "delta", topic: "alerts:com1", epoch: "e", revision, body }); });
};
const open = async (...args: Parameters<typeof openApp>) => {
  revision = 1;
  return openApp(...args);
};
const rows = () => screen.getAllByRole("row").slice(1).map((row) => within(row).getAllByRole("link")[0]?.textContent);

describe("the list of servers", () => {
  it("sums up what is going on", async () => {
    await open("/servers");
    const strip = await screen.findByRole("region", { name: "All servers right now" });
    await waitFor(() => { expect(strip).toHaveTextContent("Servers up2of 3 servers"); });
    expect(strip).toHaveTextContent("Players now9");
    expect(strip).toHaveTextContent("Down1");
  });
  it("filters by search, state and tag, and finds its way back", async () => {
    await open("/servers");
    await screen.findByText("Friday Survival");
    expect(rows()).toEqual(["Arena", "Friday Survival", "The Bar"]);
    await user.type(screen.getByRole("searchbox"), "fujit");
    expect(rows()).toEqual(["The Bar"]);
    await user.clear(screen.getByRole("searchbox"));
    await user.selectOptions(screen.getByLabelText("State"), "up");
    expect(rows()).toEqual(["Arena", "Friday Survival"]);
    await user.click(screen.getByRole("button", { name: "quake" }));
    expect(rows()).toEqual(["Arena"]);
    await user.selectOptions(screen.getByLabelText("State"), "flapping");
    expect(await screen.findByText("No server matches")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Clear the filter" }));
    expect(rows()).toHaveLength(3);
  });
  it("shows what is down at one click", async () => {
    await open("/servers");
    await user.click(await screen.findByRole("button", { name: "show them" }));
    expect(rows()).toEqual(["The Bar"]);
  });
  it("changes one row when one server changes, and takes servers in and away", async () => {
    const { api } = await open("/servers");
    await screen.findByText("Friday Survival");
    say({ servers: [{ id: "g-Arena", players: 8, state: "up" }] });
    const arena = await screen.findByRole("row", { name: /Arena/ });
    expect(arena).toHaveTextContent("8/8");
    say({ servers: [{ id: "g-The Bar", state: "up", players: 2 }], events: [serverEvent("e9")] });
    await waitFor(() => { expect(screen.getByRole("region", { name: "All servers right now" })).toHaveTextContent("Servers up3"); });
    say({ removed: ["g-Arena"] });
    await waitFor(() => { expect(rows()).toEqual(["Friday Survival", "The Bar"]); });
    api.on("GET", "/alerts/servers", { items: [...usualServers(), gameServer("Newcomer")], next_cursor: null });
    say({ servers: [{ id: "g-Newcomer", players: 1 }] });
    expect(await screen.findByText("Newcomer")).toBeVisible();
  });
  it("shows events as they happen, beside those that are stored", async () => {
    await open("/servers");
    await user.click(await screen.findByText("Events"));
    expect(await screen.findByText("The Bar is down")).toBeVisible();
    say({ events: [serverEvent("e3", { kind: "map_changed", text: "The map is q3dm17 now" })] });
    expect(await screen.findByText("The map is q3dm17 now")).toBeVisible();
    say({ events: [serverEvent("e3", { kind: "map_changed", text: "The map is q3dm17 now" })] });
    expect(screen.getAllByRole("listitem")).toHaveLength(3);
  });
  it("tells both ways in when there is no server", async () => {
    await open("/servers", undefined, (world) => world.on("GET", "/alerts/servers", { items: [], next_cursor: null }));
    expect(await screen.findByText("Servers announce themselves")).toBeVisible();
    expect(screen.getByText(/curl -X POST/)).toBeVisible();
    expect(screen.getAllByRole("button", { name: "Add a server" })).toHaveLength(2);
    await expectAccessible();
  });
  it("says when the servers cannot be read", async () => {
    const { api } = await open("/servers", undefined, (world) => world.on("GET", "/alerts/servers", () => new Refusal(500, "core.broken")));
    expect(await screen.findByText(/The server failed to answer/)).toBeVisible();
    api.on("GET", "/alerts/servers", { items: usualServers(), next_cursor: null });
    await user.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Friday Survival")).toBeVisible();
  });
  it("offers nothing to change to those who only look", async () => {
    await open("/servers", { ...staff, permissions: { v1: ["alerts.view"] } });
    await screen.findByText("Friday Survival");
    expect(screen.queryByRole("button", { name: "Add a server" })).toBeNull();
    expect(screen.queryByRole("link", { name: "Delivery log" })).toBeNull();
    expect(screen.getByRole("link", { name: "Communities" })).toBeVisible();
  });
});

describe("adding servers", () => {
  it("finds out what answers at an address and takes it over", async () => {
    const { api } = await open("/servers");
    await user.click((await screen.findAllByRole("button", { name: "Add a server" }))[0] as HTMLElement);
    const dialog = await screen.findByRole("dialog", { name: "Add a server" });
    await user.click(within(dialog).getByLabelText("Address"));
    await user.paste("mc.example.org:25565");
    expect(within(dialog).getByLabelText("Port")).toHaveValue("25565");
    await user.click(within(dialog).getByRole("button", { name: "Find out" }));
    expect(await within(dialog).findByText("A Minecraft Server")).toBeVisible();
    expect(api.last("POST", "/alerts/servers/probe").body).toEqual({ address: "mc.example.org", port: 25565 });
    expect(within(dialog).getByLabelText("Protocol")).toHaveValue("mcstatus.java");
    expect(within(dialog).getByLabelText("Query port")).toHaveValue("25566");
    await user.type(within(dialog).getByLabelText("Tags"), "public,");
    await expectAccessible();
    await user.click(within(dialog).getByRole("button", { name: "Watch it" }));
    await waitFor(() => {
      expect(api.last("POST", "/alerts/servers").body).toEqual({ community_id: "com1", address: "mc.example.org", port: 25565, protocol: "mcstatus.java", query_port: 25566, name: "A Minecraft Server", tags: ["public"], interval_seconds: 60, timeout_seconds: 3, down_after: 3, public: true });
    });
    expect(await screen.findByText("A Minecraft Server is watched")).toBeVisible();
  });
  it("shows what was tried when nothing answers", async () => {
    await open("/servers", undefined, (world) => world.on("POST", "/alerts/servers/probe", { found: false, protocol: null, query_port: null, name: "", game: "", map: "", players: 0, bots: 0, max_players: null, version: "", latency_ms: null, error: "not_allowed", tried: [{ protocol: "opengsq.source", port: 27015, outcome: "timeout" }, { protocol: "mcstatus.java", port: null, outcome: "odd" }] }));
    await user.click((await screen.findAllByRole("button", { name: "Add a server" }))[0] as HTMLElement);
    await user.type(screen.getByLabelText("Address"), "10.0.0.9");
    await user.click(screen.getByRole("button", { name: "Find out" }));
    expect(await screen.findByText("Nothing answers there")).toBeVisible();
    expect(screen.getByText(/inside a private network/)).toBeVisible();
    expect(screen.getByText("no answer")).toBeVisible();
    expect(screen.getByText("odd")).toBeVisible();
  });
  it("says at the field what the server refuses", async () => {
    await open("/servers", undefined, (world) => world.on("POST", "/alerts/servers", () => new Refusal(409, "alerts.server_exists")));
    await user.click((await screen.findAllByRole("button", { name: "Add a server" }))[0] as HTMLElement);
    await user.type(screen.getByLabelText("Address"), "mc.example.org");
    await user.click(screen.getByRole("button", { name: "Watch it" }));
    expect(await screen.findByText("This server is watched already.")).toBeVisible();
  });
  it("checks a CSV first, line by line, and then applies it", async () => {
    const { api } = await open("/servers");
    await user.click(await screen.findByRole("button", { name: "Add several" }));
    const dialog = await screen.findByRole("dialog");
    const file = new File(["name,address\nOne,one.example.org\nTwo,two.."], "servers.csv", { type: "text/csv" });
    await user.upload(dialog.querySelector("input[type=file]") as HTMLInputElement, file);
    await waitFor(() => { expect(within(dialog).getByRole("textbox")).toHaveValue("name,address\nOne,one.example.org\nTwo,two.."); });
    await user.click(within(dialog).getByRole("button", { name: "Check" }));
    expect(await within(dialog).findByText("This is not an address")).toBeVisible();
    expect(within(dialog).getByRole("status")).toHaveTextContent("1 new, 0 to change, 1 with an error.");
    expect(api.last("POST", "/alerts/servers/bulk").body).toMatchObject({ community_id: "com1", dry_run: true });
    await expectAccessible();
    await user.click(within(dialog).getByRole("button", { name: "Apply 1 line" }));
    expect(await screen.findByText("1 added, 0 changed")).toBeVisible();
    expect(api.last("POST", "/alerts/servers/bulk").body).toMatchObject({ dry_run: false });
  });
  it("takes addresses apart as people paste them", () => {
    expect(splitAddress("https://play.example.org:8080/x?y")).toEqual({ address: "play.example.org", port: "8080" });
    expect(splitAddress("[2001:db8::1]:27015")).toEqual({ address: "2001:db8::1", port: "27015" });
    expect(splitAddress("2001:db8::1")).toEqual({ address: "2001:db8::1", port: null });
    expect(splitAddress("play.example.org")).toEqual({ address: "play.example.org", port: null });
  });
});

describe("one server", () => {
  it("shows who is on, how to connect and what happened, live", async () => {
    await open("/servers/g-Friday%20Survival");
    expect(await screen.findByRole("heading", { name: "Friday Survival" })).toBeVisible();
    expect(screen.getByText("mc.example.org:25565")).toBeVisible();
    expect(screen.getByText("maya_k")).toBeVisible();
    expect(screen.getByText("and 2 more without a name")).toBeVisible();
    expect((await screen.findAllByText("97.5 %", { normalizer: (text) => text.replace(/\s?%/, " %") }))[0]).toBeVisible();
    await waitFor(() => { expect(FakeSocket.last.frames("subscribe").some((frame) => frame.topic === "alerts:com1")).toBe(true); });
    say({ servers: [{ id: "g-Friday Survival", players: 11 }], events: [serverEvent("e7", { server: { id: "g-Friday Survival", name: "Friday Survival" }, text: "Eleven now" })] });
    expect(await screen.findByText("Eleven now")).toBeVisible();
    await user.click(screen.getByText("Month"));
    expect(await screen.findByText("As a table")).toBeVisible();
  });
  it("asks now, edits and deletes, and names the server", async () => {
    const { api, router } = await open("/servers/g-Arena");
    await user.click(await screen.findByRole("button", { name: "Ask now" }));
    expect(await screen.findByText("Arena has answered")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Edit" }));
    const sheet = await screen.findByRole("dialog", { name: "Arena" });
    expect(within(sheet).getByLabelText("Address")).toBeDisabled();
    await user.clear(within(sheet).getByLabelText("Name"));
    await user.type(within(sheet).getByLabelText("Name"), "Big Arena");
    await user.selectOptions(within(sheet).getByLabelText("Ask every"), "30");
    await expectAccessible();
    await user.click(within(sheet).getByRole("button", { name: "Save" }));
    await waitFor(() => { expect(api.last("PATCH", "/alerts/servers/g-Arena").body).toMatchObject({ name: "Big Arena", interval_seconds: 30, port: 25565 }); });
    expect(await screen.findByRole("heading", { name: "Big Arena" })).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Delete the server" }));
    await user.click(within(await screen.findByRole("alertdialog", { name: "Delete Big Arena?" })).getByRole("button", { name: "Delete" }));
    await waitFor(() => { expect(router.state.location.pathname).toBe("/servers"); });
  });
  it("puts a server into maintenance now, or plans it", async () => {
    const { api } = await open("/servers/g-Friday%20Survival");
    await user.click(await screen.findByRole("button", { name: "Maintenance" }));
    let dialog = await screen.findByRole("dialog", { name: "Maintenance of Friday Survival" });
    await user.click(within(dialog).getByLabelText("until somebody ends it"));
    await user.type(within(dialog).getByLabelText("Reason"), "New disk");
    await expectAccessible();
    await user.click(within(dialog).getByRole("button", { name: "Start" }));
    await waitFor(() => { expect(api.last("PATCH", "/alerts/servers/g-Friday%20Survival").body).toEqual({ maintenance: { until: null, reason: "New disk" } }); });
    await user.click(await screen.findByRole("button", { name: "Maintenance" }));
    dialog = await screen.findByRole("dialog");
    await user.click(within(dialog).getByText("Plan it"));
    await user.click(within(dialog).getByRole("button", { name: "Plan" }));
    await waitFor(() => { expect(api.last("POST", "/alerts/maintenance").body).toMatchObject({ community_id: "com1", server_ids: ["g-Friday Survival"], tags: [] }); });
  });
  it("shows work that is going on and ends it", async () => {
    const { api } = await open("/servers/g-Arena", undefined, (world) => world.on("GET", "/alerts/servers/{id}", gameServer("Arena", { maintenance: { until: null, reason: "Move" } })).on("GET", "/alerts/servers", { items: [], next_cursor: null }));
    expect(await screen.findByText("In maintenance until somebody ends it: Move")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Maintenance" }));
    await user.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "End now" }));
    await waitFor(() => { expect(api.last("PATCH", "/alerts/servers/g-Arena").body).toEqual({ maintenance: null }); });
  });
  it("says why a server is down, and when there is none", async () => {
    await open("/servers/g-The%20Bar");
    expect(await screen.findByText("The last question failed: no answer")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Ask now" })).toBeNull();
    await open("/servers/g-none", undefined, (world) => world.on("GET", "/alerts/servers/{id}", () => new Refusal(404, "alerts.server_not_found")));
    expect(await screen.findByText("This server is gone")).toBeVisible();
  });
});

it("notices maintenance that was planned", async () => {
  await open("/servers/g-Arena");
  expect(await screen.findByText(new RegExp(`In maintenance until .*: ${maintenanceWindow.reason}`))).toBeVisible();
});
