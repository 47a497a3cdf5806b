import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { openApp } from "@/test/app";
import { Refusal } from "@/test/fakeApi";

const user = userEvent.setup();
async function pickMaya(): Promise<void> {
  await user.type(await screen.findByRole("combobox", { name: "For which customer?" }), "may");
  await user.click(await screen.findByRole("option", { name: /Maya/ }));
}

it("sells a top-up, shows the bonus and opens the receipt to print", async () => {
  const { api } = await openApp("/till");
  await pickMaya();
  expect(screen.getByText("€2.00 bonus on top")).toBeVisible();
  await user.type(screen.getByLabelText("Given"), "50");
  expect(screen.getByText("€30.00")).toBeVisible();
  await user.click(screen.getByRole("button", { name: /^Top up · €20.00/ }));
  await waitFor(() => { expect(api.last("POST", "/payments/topup").body).toEqual({ customer_id: "c1", amount_minor: 2000, method: "cash", tendered_minor: 5000 }); });
  const receipt = await screen.findByRole("article", { name: "Receipt 411" });
  expect(receipt).toHaveTextContent(/Nordlicht Arena.*includes MwSt\. 19%.*Change€30.00/);
  const print = vi.spyOn(window, "print").mockImplementation(() => undefined);
  await user.click(screen.getByRole("button", { name: "Print" }));
  expect(print).toHaveBeenCalledOnce();
});

it("refuses cash that does not cover the price before the server has to", async () => {
  await openApp("/till");
  await pickMaya();
  await user.type(screen.getByLabelText("Given"), "5");
  expect(screen.getByText("€15.00 are missing")).toBeVisible();
  expect(screen.getByRole("button", { name: /^Top up · / })).toBeDisabled();
});

it("sells packages and vouchers and settles what is due", async () => {
  const { api } = await openApp("/till");
  await user.click(await screen.findByRole("radio", { name: "Package" }));
  await pickMaya();
  await user.click(await screen.findByRole("radio", { name: /10 hours/ }));
  await user.click(screen.getByRole("button", { name: /Sell the package · €25.00/ }));
  await waitFor(() => { expect(api.last("POST", "/payments/package").body).toMatchObject({ package_id: "k1", method: "cash" }); });
  await user.keyboard("{Escape}");
  await user.click(screen.getByRole("radio", { name: "Voucher" }));
  await user.click(await screen.findByRole("button", { name: /Sell the voucher · €2.88/ }));
  await waitFor(() => { expect(api.last("POST", "/payments/voucher").body).toMatchObject({ zone_id: "z1", minutes: 60 }); });
  await user.keyboard("{Escape}");
  await user.click(screen.getByRole("radio", { name: "Settle" }));
  await pickMaya();
  await user.click(await screen.findByRole("button", { name: /^Settle · €5.60/ }));
  await waitFor(() => { expect(api.made("POST", "/customers/c1/settle")).toHaveLength(1); });
});

it("voids only with a reason, and refunds no more than was paid", async () => {
  const { api } = await openApp("/till");
  await user.click((await screen.findAllByRole("button", { name: /^\d\d:\d\d$/ }))[0] ?? document.body);
  await user.click(await screen.findByRole("button", { name: "Void" }));
  const question = await screen.findByRole("alertdialog", { name: /Void receipt 411 \(€20.00\)/ });
  expect(within(question).getByRole("button", { name: "Void" })).toBeDisabled();
  await user.type(within(question).getByLabelText("Reason"), "Wrong customer");
  await user.click(within(question).getByRole("button", { name: "Void" }));
  await waitFor(() => { expect(api.last("POST", "/payments/p1/void").body).toEqual({ reason: "Wrong customer" }); });

  await user.click(await screen.findByRole("button", { name: "Refund" }));
  const refund = await screen.findByRole("alertdialog", { name: /Refund receipt 411/ });
  const amount = within(refund).getByLabelText("Amount");
  await user.clear(amount);
  await user.type(amount, "21");
  expect(within(refund).getByText("Between zero and €20.00")).toBeVisible();
  await user.clear(amount);
  await user.type(amount, "12,50");
  await user.type(within(refund).getByLabelText("Reason"), "Broken headset");
  await user.click(within(refund).getByRole("button", { name: "Refund" }));
  await waitFor(() => { expect(api.last("POST", "/payments/p1/refund").body).toEqual({ amount_minor: 1250, reason: "Broken headset" }); });
});

it("shows voids and refunds per employee", async () => {
  await openApp("/till");
  await user.click(await screen.findByRole("tab", { name: "By employee" }));
  expect(await screen.findByRole("row", { name: /Nora Berg 34 €642.50 1 · €3.00 4 · €5.00 11.8%/ })).toBeVisible();
});

it("keeps the sale when the server refuses it", async () => {
  await openApp("/till", undefined, (api) => api.on("POST", "/payments/topup", () => new Refusal(500, "core.internal", { request_id: "req-7" })));
  await pickMaya();
  await user.click(screen.getByRole("button", { name: /^Top up · / }));
  expect(await screen.findByText(/reference req-7/)).toBeVisible();
  expect(screen.getByText("Maya Kowalski", { selector: "div" })).toBeVisible();
});
