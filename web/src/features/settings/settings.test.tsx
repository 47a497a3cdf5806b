import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { parseTime } from "@/components/TimeInput";
import { openApp } from "@/test/app";
import { Refusal } from "@/test/fakeApi";

const user = userEvent.setup();

it.each([["9", "09:00"], ["930", "09:30"], ["21:05", "21:05"], ["24", "00:00"], ["22:00:00", "22:00"]])("reads %s as a time of day", (text, time) => {
  expect(parseTime(text)).toBe(time);
});
it.each(["", "25", "9:75", "noon"])("does not take %j for a time of day", (text) => {
  expect(parseTime(text)).toBeNull();
});

it("saves the venue with its hours and tax", async () => {
  const { api } = await openApp("/settings");
  const opens = await screen.findByLabelText("Monday: opens");
  await user.clear(opens);
  await user.type(opens, "10");
  await user.click(screen.getByRole("button", { name: "Sunday: add hours" }));
  const rate = screen.getByLabelText("Rate, %");
  await user.clear(rate);
  await user.type(rate, "7.5");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => {
    expect(api.last("PATCH", "/venues/v1").body).toMatchObject({
      tax_rate_bp: 750,
      opening_hours: [{ weekday: 0, opens: "10:00", closes: "02:00:00" }, { weekday: 6, opens: "12:00", closes: "00:00" }],
    });
  });
});

it("saves the rules of the house in the server's units", async () => {
  const { api } = await openApp("/settings?tab=policies");
  const warn = await screen.findByLabelText("Warn before the end, minutes");
  await user.clear(warn);
  await user.type(warn, "1, 10");
  await user.click(screen.getByRole("radio", { name: "As it was paid" }));
  const bonus = screen.getByRole("region", { name: "Bonus for top-ups" });
  await user.click(within(bonus).getByRole("button", { name: "Add" }));
  await user.click(screen.getByRole("switch", { name: /Players help themselves/ }));
  await user.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => { expect(api.last("PATCH", "/venues/v1").body).toMatchObject({ policy: { warn_seconds: [600, 60], refund: "original", self_service: false, pause_max_seconds: 1800 } }); });
});

it("saves a tier and keeps what was typed when the server refuses", async () => {
  const { api } = await openApp("/settings?tab=tiers", undefined, (world) => world.on("PATCH", "/tiers/{key}", () => new Refusal(403, "core.forbidden")));
  const perks = await screen.findByLabelText("Perks");
  await user.type(perks, "\nFree drink");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("You are not allowed to do this.")).toBeVisible();
  expect(perks).toHaveValue("Priority booking\nFree drink");
  expect(api.last("PATCH", "/tiers/premium").body).toMatchObject({ perks: ["Priority booking", "Free drink"], discount_bp: 1000 });
  expect(api.last("PATCH", "/tiers/premium").query.get("venue_id")).toBe("v1");
});
