import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { bonusFor } from "@/components/domain/AmountPicker";
import { openApp } from "@/test/app";
import { Refusal } from "@/test/fakeApi";
import { maya } from "@/test/world";
import { ageOf } from "./CustomerPage";

const user = userEvent.setup();

it("counts age in whole years", () => {
  expect(ageOf("2000-11-20", new Date(2026, 10, 20))).toBe(26);
  expect(ageOf("2000-11-21", new Date(2026, 10, 20))).toBe(25);
});
it("gives the bonus of the highest step that is reached", () => {
  const steps = [{ from_minor: 2000, bonus_bp: 1000 }, { from_minor: 5000, bonus_bp: 1500 }];
  expect([1999, 2000, 5000].map((amount) => bonusFor(amount, steps))).toEqual([0, 200, 750]);
});

it("creates a customer, checks like the server, and keeps what was typed after a refusal", async () => {
  const { api, router } = await openApp("/customers", undefined, (world) => world.on("POST", "/customers", () => new Refusal(409, "core.conflict", { fields: [{ path: "body.email", code: "taken", message: "This address belongs to another customer." }] })));
  await user.click(await screen.findByRole("button", { name: "New customer" }));
  const dialog = await screen.findByRole("dialog", { name: "New customer" });
  await user.type(within(dialog).getByLabelText("Name"), "Tobias Wagner");
  await user.type(within(dialog).getByLabelText("E-mail"), "tobias@");
  await user.click(within(dialog).getByRole("button", { name: "Create" }));
  expect(await within(dialog).findByText("This is not an e-mail address")).toBeVisible();
  expect(api.made("POST", "/customers")).toHaveLength(0);
  await user.type(within(dialog).getByLabelText("E-mail"), "example.org");
  await user.click(within(dialog).getByRole("button", { name: "Create" }));
  expect(await within(dialog).findByText("This address belongs to another customer.")).toBeVisible();
  expect(within(dialog).getByLabelText("Name")).toHaveValue("Tobias Wagner");
  api.on("POST", "/customers", maya);
  await user.click(within(dialog).getByRole("button", { name: "Create" }));
  await waitFor(() => { expect(router.state.location.pathname).toBe("/customers/c1"); });
  expect(api.last("POST", "/customers").body).toEqual({ venue_id: "v1", display_name: "Tobias Wagner", email: "tobias@example.org", tier: "basic" });
});

it("searches as people type and filters by tier", async () => {
  const { api } = await openApp("/customers");
  await user.type(await screen.findByRole("searchbox", { name: "Name, e-mail or phone" }), "maya");
  await waitFor(() => { expect(api.last("GET", "/customers").query.get("q")).toBe("maya"); });
  await user.selectOptions(screen.getByLabelText("Tier"), "VIP");
  await waitFor(() => { expect(api.last("GET", "/customers").query.get("tier")).toBe("vip"); });
});

it("sends only what was changed, so two people do not undo each other", async () => {
  const { api } = await openApp("/customers/c1");
  await user.click(await screen.findByRole("button", { name: "Edit" }));
  const dialog = await screen.findByRole("dialog");
  await user.clear(within(dialog).getByLabelText("Phone"));
  await user.selectOptions(within(dialog).getByLabelText("Tier"), "VIP");
  const limit = within(dialog).getByLabelText("Credit limit");
  await user.clear(limit);
  await user.type(limit, "50");
  await user.click(within(dialog).getByRole("button", { name: "Save" }));
  await waitFor(() => { expect(api.last("PATCH", "/customers/c1").body).toEqual({ phone: null, tier: "vip", credit_limit_minor: 5000 }); });
});

it("bans with a reason", async () => {
  const { api } = await openApp("/customers/c1");
  await user.click(await screen.findByRole("button", { name: "Ban" }));
  const question = await screen.findByRole("alertdialog", { name: "Ban Maya Kowalski?" });
  await user.type(within(question).getByLabelText("Reason"), "Broke a headset");
  await user.click(within(question).getByRole("button", { name: "Ban" }));
  await waitFor(() => { expect(api.last("POST", "/customers/c1/ban").body).toEqual({ reason: "Broke a headset", until: null }); });
});

it("lifts a ban", async () => {
  await openApp("/customers/c1", undefined, (world) => world.on("GET", "/customers/{id}", { ...maya, ban_reason: "Broke a headset" }));
  await user.click(await screen.findByRole("button", { name: "Lift the ban" }));
  expect(await screen.findByText("Maya Kowalski is welcome again")).toBeVisible();
});

it("tops up and settles from the profile, and shows the statement", async () => {
  const { api } = await openApp("/customers/c1");
  await user.click(await screen.findByRole("button", { name: "Top up" }));
  const dialog = await screen.findByRole("dialog", { name: "Top up Maya Kowalski" });
  await user.click(within(dialog).getByRole("button", { name: "€50" }));
  await user.click(within(dialog).getByRole("radio", { name: "Card" }));
  await user.click(within(dialog).getByRole("button", { name: "Take · €50.00" }));
  await waitFor(() => { expect(api.last("POST", "/payments/topup").body).toEqual({ customer_id: "c1", amount_minor: 5000, method: "card" }); });
  await user.click(await screen.findByRole("button", { name: "Settle" }));
  await user.click(await screen.findByRole("button", { name: "Settle · €5.60" }));
  await waitFor(() => { expect(api.made("POST", "/customers/c1/settle")).toHaveLength(1); });
  await user.click(screen.getByRole("tab", { name: "Wallet statement" }));
  expect(await screen.findByText("+€20.00")).toBeVisible();
  await user.click(screen.getByRole("tab", { name: "Sessions" }));
  expect(await screen.findAllByText("A01 · Main hall")).not.toHaveLength(0);
});
