import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { openApp } from "@/test/app";

const user = userEvent.setup();

it("creates a user with a role in one venue", async () => {
  const { api } = await openApp("/users");
  await user.click(await screen.findByRole("button", { name: "New user" }));
  const sheet = await screen.findByRole("dialog", { name: "New user" });
  await user.type(within(sheet).getByLabelText("Name"), "Ada");
  await user.type(within(sheet).getByLabelText("E-mail"), "ada@example.org");
  await user.type(within(sheet).getByLabelText("User name"), "ada");
  await user.selectOptions(within(sheet).getByLabelText("Role"), "Shift lead");
  await user.click(within(sheet).getByRole("button", { name: "Add" }));
  await user.click(within(sheet).getByRole("button", { name: "Create" }));
  await waitFor(() => { expect(api.last("POST", "/users").body).toEqual({ display_name: "Ada", email: "ada@example.org", username: "ada", roles: [{ role_id: "r3", venue_id: "v1" }] }); });
});

it("disables, sends a password link and signs out everywhere", async () => {
  const { api } = await openApp("/users");
  await user.click(await screen.findByRole("button", { name: /Tim Vogt/ }));
  const sheet = await screen.findByRole("dialog", { name: "Tim Vogt" });
  await user.click(within(sheet).getByRole("button", { name: "Send a password link" }));
  await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Send the link" }));
  expect(await screen.findByText("The link is on its way")).toBeVisible();
  await user.click(within(sheet).getByRole("button", { name: "Sign out everywhere" }));
  await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Sign out everywhere" }));
  await waitFor(() => { expect(api.made("DELETE", "/users/u3/sessions")).toHaveLength(1); });
  await user.click(within(sheet).getByRole("switch", { name: /May sign in/ }));
  await user.click(within(sheet).getByRole("button", { name: "Save" }));
  await waitFor(() => { expect(api.last("PATCH", "/users/u3").body).toMatchObject({ state: "disabled", roles: [{ role_id: "r3", venue_id: "v1" }] }); });
});

it("shows built-in roles and changes own ones", async () => {
  const { api } = await openApp("/users");
  await user.click(await screen.findByRole("tab", { name: "Roles" }));
  await user.click(await screen.findByRole("button", { name: /Admin/ }));
  expect(await screen.findByText("Built-in roles cannot be changed.")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
  await user.keyboard("{Escape}");
  await user.click(await screen.findByRole("button", { name: "Shift lead" }));
  const dialog = await screen.findByRole("dialog", { name: "Shift lead" });
  await user.click(await within(dialog).findByRole("checkbox", { name: /May billing.payments.void/ }));
  await user.click(within(dialog).getByRole("button", { name: "Save" }));
  await waitFor(() => { expect(api.last("PATCH", "/roles/r3").body).toEqual({ name: "Shift lead", permissions: ["venue.floor.view", "billing.payments.void"] }); });
});

it("verifies the audit chain and shows one entry whole", async () => {
  const { api } = await openApp("/audit");
  await user.click(await screen.findByRole("button", { name: "Verify the chain" }));
  expect(await screen.findByText(/14,020 entries checked, sealed through 900/)).toBeVisible();
  api.on("GET", "/audit/verify", { ok: false, checked: 5, sealed_through: 4, first_bad: { entry_id: 3, reason: "entry_removed" } });
  await user.click(screen.getByRole("button", { name: "Verify the chain" }));
  expect(await screen.findByText("Entry 3 was altered: entry removed")).toBeVisible();
  await user.click((await screen.findAllByRole("button", { name: /20 Nov/ }))[0] ?? document.body);
  expect(await screen.findByText(/"amount_minor": 2000/)).toBeVisible();
});
