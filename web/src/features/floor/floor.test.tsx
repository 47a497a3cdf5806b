import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { Profiler } from "react";
import { render } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { openApp } from "@/test/app";
import { Refusal } from "@/test/fakeApi";
import { FakeSocket } from "@/test/fakeSocket";
import { floorStation, maya, playing, snapshot, usualFloor } from "@/test/world";
import { floor } from "./store";
import { Tile } from "./Tile";

const user = userEvent.setup();
const sheet = (name: string) => screen.findByRole("complementary", { name: `Station ${name}` });

describe("a tile", () => {
  const actions = { open: vi.fn(), mark: vi.fn(), marking: () => false };

  it("renders once for its own change and never for a neighbour's or for a second passing", () => {
    vi.useFakeTimers();
    floor.takeSnapshot(snapshot([playing("A01", 60), playing("A02", 60)]));
    const renders: Record<string, number> = { "s-A01": 0, "s-A02": 0 };
    render(
      <>
        {Object.keys(renders).map((id) => (
          <Profiler key={id} id={id} onRender={() => { renders[id] = (renders[id] ?? 0) + 1; }}>
            <Tile id={id} actions={actions} />
          </Profiler>
        ))}
      </>,
    );
    const start = { ...renders };
    const text = screen.getAllByRole("button")[0]?.textContent;
    act(() => { vi.advanceTimersByTime(5000); });
    expect(renders).toEqual(start);
    expect(screen.getAllByRole("button")[0]?.textContent).not.toBe(text);
    act(() => { floor.takeDelta({ stations: [playing("A02", 30)] }); });
    expect(renders).toEqual({ "s-A01": start["s-A01"], "s-A02": (start["s-A02"] ?? 0) + 1 });
  });

  it("shows state in words, who plays and what runs", () => {
    floor.takeSnapshot(snapshot(usualFloor()));
    render(<Tile id="s-A01" actions={actions} />);
    expect(screen.getByRole("button")).toHaveTextContent(/A01.*Playing.*Maya Kowalski · Valorant/);
    expect(screen.getByRole("img", { name: "Asks for 30 more minutes" })).toBeInTheDocument();
  });
});

describe("the sheet of a station in session", () => {
  it("adds half an hour with one click, shows it at once and pays from a wallet that holds enough", async () => {
    const { api } = await openApp("/floor?station=s-A01");
    const panel = await sheet("A01");
    const before = Date.parse(floor.get("s-A01")?.session?.ends_at ?? "");
    await within(panel).findByText(/wallet/);
    await user.click(await within(panel).findByRole("button", { name: /^\+30 m/ }));
    expect(Date.parse(floor.get("s-A01")?.session?.ends_at ?? "") - before).toBe(30 * 60_000);
    const call = api.last("POST", "/sessions/x-A01/extend");
    expect(call.body).toEqual({ minutes: 30, payment: { method: "wallet" } });
    expect(call.headers.get("Idempotency-Key")).toBeTruthy();
  });

  it("takes the added time back when the server refuses, and says why", async () => {
    await openApp("/floor?station=s-A01", undefined, (api) => api.on("POST", "/sessions/{id}/extend", () => new Refusal(409, "billing.insufficient_funds")));
    const panel = await sheet("A01");
    const before = floor.get("s-A01")?.session?.ends_at;
    await user.click(await within(panel).findByRole("button", { name: /^\+1 h/ }));
    expect(await screen.findByText("The wallet does not hold enough.")).toBeVisible();
    expect(floor.get("s-A01")?.session?.ends_at).toBe(before);
  });

  it("answers the player's request for time, or dismisses it", async () => {
    const { api } = await openApp("/floor?station=s-A01");
    const panel = await sheet("A01");
    await user.click(await within(panel).findByRole("button", { name: "Dismiss" }));
    expect(api.made("POST", "/sessions/x-A01/dismiss-request")).toHaveLength(1);
    await waitFor(() => { expect(floor.get("s-A01")?.session?.requested_minutes).toBeNull(); });
  });

  it("pauses with P and asks before ending with Backspace, with what is given back", async () => {
    const { api } = await openApp("/floor?station=s-A01");
    await sheet("A01");
    await user.keyboard("p");
    await waitFor(() => { expect(api.made("POST", "/sessions/x-A01/pause")).toHaveLength(1); });
    await user.keyboard("{Backspace}");
    const dialog = await screen.findByRole("dialog", { name: "End Maya Kowalski on A01?" });
    expect(await within(dialog).findByText("€1.20 are given back.")).toBeVisible();
    await user.click(within(dialog).getByRole("button", { name: "End the session" }));
    await waitFor(() => { expect(api.last("POST", "/sessions/x-A01/end").body).toEqual({ refund: "policy" }); });
  });

  it("moves to a free station and tells first what the time is worth there", async () => {
    const { api } = await openApp("/floor?station=s-A01");
    await sheet("A01");
    await user.keyboard("m");
    const picker = await screen.findByRole("dialog");
    expect(within(picker).queryByRole("button", { name: /V01/ })).toBeNull();
    await user.click(within(picker).getByRole("button", { name: /^A02/ }));
    expect(await screen.findByText(/50 min are left there/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Move to A02" }));
    await waitFor(() => { expect(api.last("POST", "/sessions/x-A01/move").body).toEqual({ station_id: "s-A02" }); });
  });

  it("sends commands and says when one failed", async () => {
    const { api } = await openApp("/floor?station=s-A01", undefined, (world) =>
      world.on("POST", "/stations/{id}/commands", (call) => ({ id: "k", station_id: "s-A01", kind: call.body.kind, text: "", state: call.body.kind === "lock" ? "failed" : "acknowledged", code: "agent.busy", created_at: "2026-11-20T18:00:00Z", deadline_at: "2026-11-20T18:00:00Z", acknowledged_at: null, has_image: false })));
    const panel = await sheet("A01");
    await user.click(within(panel).getByRole("button", { name: "Lock" }));
    expect(await screen.findByText("A01: Lock failed")).toBeVisible();
    await user.click(within(panel).getByRole("button", { name: "Message" }));
    await user.type(await screen.findByLabelText("Text on the screen"), "Last round!");
    await user.click(screen.getByRole("button", { name: "Send" }));
    await waitFor(() => { expect(api.last("POST", "/stations/s-A01/commands").body).toEqual({ kind: "message", text: "Last round!" }); });
    expect(api.last("POST", "/stations/s-A01/commands").headers.get("Prefer")).toBe("wait=5");
    await user.click(within(panel).getByRole("button", { name: "Restart" }));
    expect(await screen.findByRole("alertdialog")).toHaveTextContent("Maya Kowalski is playing there right now.");
  });
});

describe("starting a session", () => {
  it("takes two clicks for a guest who pays cash", async () => {
    const { api } = await openApp("/floor");
    await user.click(await screen.findByRole("button", { name: /^A02/ }));
    await user.click(await screen.findByRole("button", { name: /^Start · €2.88/ }));
    await waitFor(() => { expect(api.last("POST", "/sessions").body).toEqual({ station_id: "s-A02", mode: "prepaid", minutes: 60, payment: { method: "cash" } }); });
    expect(floor.get("s-A02")?.state).toBe("playing");
  });

  it("quotes live, works out the change and offers a member's package", async () => {
    const { api } = await openApp("/floor?station=s-A02");
    const panel = await sheet("A02");
    await user.click(await within(panel).findByRole("button", { name: "2 h" }));
    await waitFor(() => { expect(api.last("POST", "/sessions/quote").body).toMatchObject({ minutes: 120 }); });
    await user.type(within(panel).getByLabelText("Given"), "5");
    expect(await within(panel).findByText("€2.12")).toBeVisible();
    await user.type(within(panel).getByRole("combobox", { name: "Find a member" }), "may");
    await user.click(await screen.findByRole("option", { name: /Maya Kowalski/ }));
    await user.click(await within(panel).findByRole("radio", { name: "Package" }));
    await user.click(within(panel).getByRole("button", { name: /^Start/ }));
    await waitFor(() => { expect(api.last("POST", "/sessions").body).toEqual({ station_id: "s-A02", mode: "package", grant_id: "g1", customer_id: "c1" }); });
  });

  it("keeps the form and says what is wrong, and asks for the age where a limit holds", async () => {
    const { api } = await openApp("/floor?station=s-A02", undefined, (world) => world.on("POST", "/sessions", () => new Refusal(403, "venue.age_unknown")));
    const panel = await sheet("A02");
    await user.type(await within(panel).findByLabelText("Guest, name optional"), "Tom");
    await user.click(within(panel).getByRole("button", { name: /^Start/ }));
    await user.click(await within(panel).findByRole("checkbox", { name: /I have checked an ID/ }));
    expect(within(panel).getByLabelText("Guest, name optional")).toHaveValue("Tom");
    api.on("POST", "/sessions", () => new Refusal(409, "venue.station_busy"));
    await user.click(within(panel).getByRole("button", { name: /^Start/ }));
    expect(await within(panel).findByText("Somebody already plays on this station.")).toBeVisible();
    expect(api.last("POST", "/sessions").body).toMatchObject({ guest_name: "Tom", age_confirmed: true });
    const keys = api.made("POST", "/sessions").map((call) => call.headers.get("Idempotency-Key"));
    expect(new Set(keys).size).toBe(2);
  });

  it("does not start anything for a banned customer", async () => {
    await openApp("/floor?station=s-A02", undefined, (world) => world.on("GET", "/customers", { items: [{ ...maya, ban_reason: "Broke a headset" }], next_cursor: null }));
    const panel = await sheet("A02");
    await user.type(await within(panel).findByRole("combobox", { name: "Find a member" }), "may{Enter}{ArrowDown}");
    await user.click(await screen.findByRole("option", { name: /Maya/ }));
    expect(await within(panel).findByText(/This customer is banned: Broke a headset/)).toBeVisible();
    expect(within(panel).getByRole("button", { name: /^Start/ })).toBeDisabled();
  });

  it("starts a group from marked stations, paid by one", async () => {
    const { api } = await openApp("/floor");
    const first = await screen.findByRole("button", { name: /^A02/ });
    await user.keyboard("{Control>}");
    await user.click(first);
    await user.click(screen.getByRole("button", { name: /^A03/ }));
    await user.keyboard("{/Control}");
    await user.click(await screen.findByRole("button", { name: "Start 2" }));
    const dialog = await screen.findByRole("dialog", { name: "Group on 2 stations" });
    await user.click(await within(dialog).findByRole("button", { name: /Start 2 sessions · €5.76/ }));
    await waitFor(() => { expect(api.last("POST", "/sessions/group").body).toMatchObject({ minutes: 60, payer: { kind: "one" }, entries: [{ station_id: "s-A02" }, { station_id: "s-A03" }] }); });
  });
});

describe("the floor as a whole", () => {
  it("follows deltas and filters by state", async () => {
    await openApp("/floor");
    await screen.findByRole("button", { name: /^A03/ });
    act(() => { FakeSocket.last.say({ type: "delta", topic: "floor:v1", epoch: "e", revision: 2, body: { stations: [floorStation("A03", { state: "offline", online: false })] } }); });
    await user.click(screen.getByRole("button", { name: /^Offline 1/ }));
    expect(screen.getByRole("button", { name: /^A03.*Offline/ })).toBeVisible();
    expect(screen.queryByRole("button", { name: /^A02/ })).toBeNull();
  });

  it("lists what needs attention and leads to the station", async () => {
    const { router } = await openApp("/floor");
    await user.click(await screen.findByRole("button", { name: /Needs attention/ }));
    await user.click(await screen.findByRole("button", { name: /^A02 · unlocked without a session/ }));
    await waitFor(() => { expect(router.state.location.search).toEqual({ station: "s-A02" }); });
  });

  it("moves stations on the map with the keyboard and saves them", async () => {
    const { api } = await openApp("/floor");
    await user.click(await screen.findByRole("radio", { name: "Map" }));
    await user.click(await screen.findByRole("button", { name: "Arrange" }));
    const grip = await screen.findByRole("button", { name: /^A02 at/ });
    grip.focus();
    await user.keyboard("{ArrowRight}{ArrowDown}");
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => { expect(api.last("PUT", "/stations/positions").body).toMatchObject({ venue_id: "v1" }); });
    const { positions } = api.last("PUT", "/stations/positions").body as { positions: { station_id: string }[] };
    expect(positions.map((one) => one.station_id)).toContain("s-A02");
  });

  it("opens the palette with a slash and finds a station", async () => {
    const { router } = await openApp("/floor");
    await screen.findByRole("button", { name: /^A03/ });
    await user.keyboard("/");
    await user.type(await screen.findByRole("combobox", { name: "Search and commands" }, { timeout: 5000 }), "a01");
    await user.click(await screen.findByRole("option", { name: /A01/ }));
    await waitFor(() => { expect(router.state.location.search).toEqual({ station: "s-A01" }); });
  });

  it("says when the link is down and what it still trusts", async () => {
    await openApp("/floor");
    await screen.findByText("Live");
    FakeSocket.autoAnswer = null;
    act(() => { FakeSocket.last.drop(); });
    expect(await screen.findByText(/Reconnecting… showing the state of \d\d:\d\d:\d\d/)).toBeVisible();
  });
});
