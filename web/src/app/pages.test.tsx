import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { expectAccessible, openApp } from "@/test/app";
import { member } from "@/test/world";

const staffPages: [string, string | RegExp][] = [
  ["/floor", "A02"],
  ["/floor?station=s-A01", "Timeline"],
  ["/floor?station=s-A02", /^Start · /],
  ["/sessions", "Prepaid"],
  ["/sessions?id=x-A01", "Payments"],
  ["/customers", "Maya Kowalski"],
  ["/customers/c1", "Prefers A07"],
  ["/till", "Voided"],
  ["/tariffs", "Standard"],
  ["/stations", "Windows 11"],
  ["/users", "Tim Vogt"],
  ["/audit", "Payment taken"],
  ["/reports", "Occupancy over the week"],
  ["/settings", "Opening hours"],
  ["/settings?tab=policies", "Refunds"],
  ["/settings?tab=tiers", "Premium"],
  ["/settings?tab=account", "Second factor"],
  ["/settings?tab=keys", "Door counter"],
  ["/settings?tab=notifications", "Where to reach you"],
  ["/servers", "Friday Survival"],
  ["/servers/g-Arena", "Player joined"],
  ["/alerts/rules", "Somebody plays"],
  ["/alerts/communities", "Nordlicht Lobby"],
  ["/notifications/channels", "House SMS"],
  ["/notifications/recipients", "sam@example.org"],
  ["/notifications/log", "Total players: 5"],
  ["/notifications/log?id=d-dead", "Attempts"],
];

describe("every page", () => {
  it.each(staffPages)("%s shows its content and axe finds nothing", async (path, text) => {
    await openApp(path);
    await waitFor(() => { expect(screen.getAllByText(text, { exact: false }).length).toBeGreaterThan(0); }, { timeout: 8000 });
    await expectAccessible();
  }, 20_000);

  it.each([["/my", "Why it costs that"], ["/my/wallet", "Wallet statement"], ["/my/history", "Main hall"], ["/my/profile", "Where you are signed in"], ["/my/notifications", "Where to reach you"]])(
    "%s shows its content and axe finds nothing",
    async (path, text) => {
      await openApp(path, member);
      await waitFor(() => { expect(screen.getAllByText(text, { exact: false }).length).toBeGreaterThan(0); }, { timeout: 8000 });
      await expectAccessible();
    },
    20_000,
  );

  it.each([["/signin", "Sign in"], ["/register", "Your account"], ["/forgot", "Forgot the password?"], ["/reset?token=abc", "Set a new password"]])(
    "%s is open to everybody and axe finds nothing",
    async (path, title) => {
      await openApp(path, null);
      expect(await screen.findByRole("heading", { name: title }, { timeout: 8000 })).toBeVisible();
      await expectAccessible();
    },
    20_000,
  );
});

describe("the way in", () => {
  it("sends a stranger to sign-in and remembers where they wanted to go", async () => {
    const { router } = await openApp("/till", null);
    await waitFor(() => { expect(router.state.location.pathname).toBe("/signin"); });
    expect(router.state.location.search).toEqual({ next: "/till" });
  });

  it("brings customers to their time and keeps them off the staff's pages", async () => {
    const { router } = await openApp("/floor", member);
    await waitFor(() => { expect(router.state.location.pathname).toBe("/my"); });
  });

  it("shows a page that does not exist as such", async () => {
    await openApp("/nowhere");
    expect(await screen.findByText("There is no such page")).toBeVisible();
  });

  it("shows only the pages that the permissions open", async () => {
    await openApp("/floor", { ...member, permissions: { v1: ["venue.floor.view"] }, venues: [{ id: "v1", name: "Nordlicht Arena", currency: "EUR", locale: "de-DE", timezone: "Europe/Berlin" }] });
    expect((await screen.findAllByRole("link", { name: "Floor" })).length).toBeGreaterThan(0);
    expect(screen.queryByRole("link", { name: "Till" })).toBeNull();
    expect(screen.queryByRole("link", { name: "Users" })).toBeNull();
    expect(screen.queryByRole("button", { name: /Start session/ })).toBeNull();
  });
});
