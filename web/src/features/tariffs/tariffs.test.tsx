import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { openApp } from "@/test/app";
import { tariff } from "@/test/world";
import { covers, daySpans, problemOfRate } from "./rules";

const user = userEvent.setup();
const night = tariff.current?.rules.rates[0];
if (!night) throw new Error("the world has a night rate");

describe("rates over the week", () => {
  it("count a window past midnight to the evening it began", () => {
    expect(covers(night, 4, 23 * 60)).toBe(true);
    expect(covers(night, 5, 60)).toBe(true);
    expect(covers(night, 4, 60)).toBe(false);
    expect(covers(night, 6, 60)).toBe(true);
    expect(covers(night, 6, 23 * 60)).toBe(false);
  });
  it("are drawn in spans, base rate in between", () => {
    const { rules } = tariff.current ?? {};
    expect(rules && daySpans(rules, 5)).toEqual([{ from: 0, to: 120, rate: 0 }, { from: 120, to: 1320, rate: -1 }, { from: 1320, to: 1440, rate: 0 }]);
  });
  it("say what is missing", () => {
    expect(problemOfRate({ ...night, label: " " })).toBe("tariff.problem.label");
    expect(problemOfRate({ ...night, weekdays: [] })).toBe("tariff.problem.days");
    expect(problemOfRate({ ...night, from: "" })).toBe("tariff.problem.window");
    expect(problemOfRate(night)).toBeNull();
  });
});

it("saves changed rules as a new version and leaves the old one alone", async () => {
  const { api } = await openApp("/tariffs");
  await user.click(await screen.findByRole("button", { name: /Standard/ }));
  const dialog = await screen.findByRole("dialog", { name: "Standard" });
  const base = within(dialog).getByLabelText("Base rate per hour");
  await user.clear(base);
  await user.type(base, "3,60");
  await user.click(within(dialog).getByRole("button", { name: "Save as version 4" }));
  await waitFor(() => { expect(api.last("POST", "/tariffs/t1/versions").body).toMatchObject({ rules: { base_rate_minor_per_hour: 360 } }); });
  expect(api.last("PATCH", "/tariffs/t1").body).toEqual({ name: "Standard", zone_ids: [], kinds: [], archived: false });
});

it("adds a rate, reads times as people type them, and asks for what is missing", async () => {
  const { api } = await openApp("/tariffs");
  await user.click(await screen.findByRole("button", { name: "New tariff" }));
  const dialog = await screen.findByRole("dialog", { name: "New tariff" });
  await user.type(within(dialog).getAllByLabelText("Name")[0] ?? dialog, "VIP");
  await user.click(within(dialog).getByRole("checkbox", { name: "VIP" }));
  await user.click(within(dialog).getByRole("button", { name: "Add a rate" }));
  expect(within(dialog).getByText("Every special rate needs a name.")).toBeVisible();
  await user.type(within(dialog).getAllByLabelText("Name")[1] ?? dialog, "Early bird");
  const from = within(dialog).getByLabelText("From");
  await user.clear(from);
  await user.type(from, "930");
  await user.click(within(dialog).getByRole("button", { name: "Weekend" }));
  await user.click(within(dialog).getByRole("button", { name: "Save" }));
  await waitFor(() => { expect(api.last("POST", "/tariffs").body).toMatchObject({ venue_id: "v1", name: "VIP", zone_ids: ["z2"], rules: { rates: [{ label: "Early bird", from: "09:30", to: "17:00", weekdays: [5, 6] }] } }); });
});

it("previews what Friday night costs, with the lines, also for a draft", async () => {
  const { api } = await openApp("/tariffs");
  await user.click(await screen.findByRole("tab", { name: "What does it cost?" }));
  expect(await screen.findByText("1 h 20 min")).toBeVisible();
  expect(screen.getByText("Premium −10%")).toBeVisible();
  const { body } = api.last("POST", "/tariffs/preview");
  expect(body).toMatchObject({ zone_id: "z1", tier: "premium" });
  expect(String(body.starts_at)).toMatch(/T22:00$/);
  await user.selectOptions(screen.getByLabelText("Tier"), "VIP");
  await waitFor(() => { expect(api.last("POST", "/tariffs/preview").body).toMatchObject({ tier: "vip" }); });
});

it("uses an old version again", async () => {
  await openApp("/tariffs");
  await user.click(await screen.findByRole("button", { name: /Standard/ }));
  await user.click(await screen.findByRole("tab", { name: "Versions" }));
  await user.click(await screen.findByRole("button", { name: "Use again" }));
  expect(await screen.findByLabelText("Base rate per hour")).toHaveValue("3.20");
});

it("creates a package with its windows", async () => {
  const { api } = await openApp("/tariffs");
  await user.click(await screen.findByRole("tab", { name: "Packages" }));
  await user.click(await screen.findByRole("button", { name: /10 hours/ }));
  const dialog = await screen.findByRole("dialog", { name: "10 hours" });
  await user.clear(within(dialog).getByLabelText("Price"));
  await user.type(within(dialog).getByLabelText("Price"), "29");
  await user.click(within(dialog).getByRole("switch", { name: /On sale/ }));
  await user.click(within(dialog).getByRole("button", { name: "Save" }));
  await waitFor(() => { expect(api.last("PATCH", "/packages/k1").body).toMatchObject({ price_minor: 2900, active: false, seconds: 36_000 }); });
});
