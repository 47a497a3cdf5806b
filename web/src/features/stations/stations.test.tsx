import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { openApp } from "@/test/app";
import { station } from "@/test/world";

const user = userEvent.setup();

it("creates one station and many", async () => {
  const { api } = await openApp("/stations");
  await user.click(await screen.findByRole("button", { name: "New station" }));
  const sheet = await screen.findByRole("dialog", { name: "New station" });
  await user.type(within(sheet).getByLabelText("Name"), "A19");
  await user.click(within(sheet).getByRole("button", { name: "Create" }));
  await waitFor(() => { expect(api.last("POST", "/stations").body).toMatchObject({ venue_id: "v1", zone_id: "z1", name: "A19", kind: "pc" }); });
  await user.click(await screen.findByRole("button", { name: "Add several" }));
  const dialog = await screen.findByRole("dialog", { name: "Add several" });
  await user.clear(within(dialog).getByLabelText("How many"));
  await user.type(within(dialog).getByLabelText("How many"), "2");
  await user.click(within(dialog).getByRole("button", { name: "Create 2 stations" }));
  expect(await screen.findByText("2 stations created")).toBeVisible();
});

it("shows the enrolment code and notices when the agent answers", async () => {
  const fresh = { ...station, agent: null };
  const { api } = await openApp("/stations", undefined, (world) => world.on("GET", "/stations/{id}", fresh).on("GET", "/stations", { items: [fresh], next_cursor: null }));
  await user.click(await screen.findByRole("button", { name: "PC A01" }));
  await user.click(await screen.findByRole("button", { name: "Enrol the agent" }));
  expect(await screen.findByText("KX7P-29QM")).toBeVisible();
  expect(screen.getByText("Waiting for the agent…")).toBeVisible();
  api.on("GET", "/stations/{id}", { ...station, agent: { ...station.agent, last_seen_at: new Date(Date.now() + 5000).toISOString() } });
  expect(await screen.findByText("pc-a01 is connected", {}, { timeout: 5000 })).toBeVisible();
}, 12_000);

it("asks before revoking and deleting, and names the station", async () => {
  const { api } = await openApp("/stations");
  await user.click(await screen.findByRole("button", { name: "PC A01" }));
  await user.click(await screen.findByRole("button", { name: "Revoke" }));
  await user.click(within(await screen.findByRole("alertdialog", { name: "Revoke the agent of A01?" })).getByRole("button", { name: "Revoke" }));
  await waitFor(() => { expect(api.made("DELETE", "/stations/s-A01/credential")).toHaveLength(1); });
  await user.click(await screen.findByRole("switch", { name: /Out of order/ }));
  const question = await screen.findByRole("alertdialog");
  await user.type(within(question).getByLabelText("What is wrong with it?"), "GPU fan");
  await user.click(within(question).getByRole("button", { name: "Take out of service" }));
  await waitFor(() => { expect(api.last("PATCH", "/stations/s-A01").body).toEqual({ maintenance: true, maintenance_reason: "GPU fan" }); });
  await user.click(screen.getByRole("button", { name: "Delete the station" }));
  await user.click(within(await screen.findByRole("alertdialog", { name: "Delete A01?" })).getByRole("button", { name: "Delete" }));
  await waitFor(() => { expect(api.made("DELETE", "/stations/s-A01")).toHaveLength(1); });
});

it("edits a zone's colour, age and area", async () => {
  const { api } = await openApp("/stations");
  await user.click(await screen.findByRole("tab", { name: /Zones/ }));
  await user.click(await screen.findByRole("button", { name: "VIP" }));
  const dialog = await screen.findByRole("dialog", { name: "VIP" });
  await user.click(within(dialog).getByRole("radio", { name: "#ffb020" }));
  await user.click(within(dialog).getByRole("switch", { name: /Area on the map/ }));
  await user.click(within(dialog).getByRole("button", { name: "Save" }));
  await waitFor(() => { expect(api.last("PATCH", "/zones/z2").body).toEqual({ name: "VIP", color: "#ffb020", sort: 2, minimum_age: 18, area: { x: 2, y: 2, w: 46, h: 26 } }); });
});
