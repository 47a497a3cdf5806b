import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { auth } from "@/lib/auth";
import { openApp } from "@/test/app";
import { Refusal } from "@/test/fakeApi";
import { detail, grant, maya, member, venue } from "@/test/world";
import { browserOf } from "./SignIns";

const user = userEvent.setup();

describe("the customer's phone", () => {
  it("adds half an hour from the wallet", async () => {
    const { api } = await openApp("/my", member);
    await user.click(await screen.findByRole("button", { name: "Add 30 min · €1.44" }));
    await waitFor(() => { expect(api.last("POST", "/sessions/x-A01/extend").body).toEqual({ minutes: 30, payment: { method: "wallet" } }); });
    expect(await screen.findByText("30 minutes added")).toBeVisible();
  });
  it("pauses, and asks before it ends", async () => {
    const { api } = await openApp("/my", member);
    await user.click(await screen.findByRole("button", { name: "Pause" }));
    await waitFor(() => { expect(api.made("POST", "/sessions/x-A01/pause")).toHaveLength(1); });
    await user.click(screen.getByRole("button", { name: "End session" }));
    await user.click(within(await screen.findByRole("alertdialog", { name: "End your session on A01?" })).getByRole("button", { name: "End session" }));
    await waitFor(() => { expect(api.made("POST", "/sessions/x-A01/end")).toHaveLength(1); });
  });
  it("offers no buttons where the venue wants people at the counter", async () => {
    const closed = { ...venue, policy: { ...venue.policy, self_service: false } };
    await openApp("/my", member, (api) => api.on("GET", "/me/overview", { customer: maya, venue: closed, session: detail, quotes: [{ minutes: 30, total_minor: 144 }], tier: { key: "basic", name: "Basic", discount_bp: 0, perks: [] }, grants: [grant] }));
    expect(await screen.findByText("Playing on A01")).toBeVisible();
    expect(screen.queryByRole("button", { name: /Add 30 min/ })).toBeNull();
  });
  it("explains a past session's price", async () => {
    await openApp("/my/history", member);
    await user.click(await screen.findByRole("button", { name: /A01 · Main hall/ }));
    expect(await screen.findByText("Premium −10%")).toBeVisible();
  });
  it("says so when nobody plays", async () => {
    await openApp("/my", member, (api) => api.on("GET", "/me/overview", { customer: maya, venue, session: null, quotes: [], tier: { key: "basic", name: "Basic", discount_bp: 0, perks: [] }, grants: [] }));
    expect(await screen.findByText("You are not playing")).toBeVisible();
  });
});

describe("the own account", () => {
  it("sets up a second factor and shows the recovery codes once", async () => {
    const { api } = await openApp("/settings?tab=account");
    await user.click(await screen.findByRole("button", { name: "Set up" }));
    expect(await screen.findByRole("img", { name: "QR code for the authenticator app" })).toBeVisible();
    await user.type(screen.getByLabelText("Code"), "123 456");
    await user.click(screen.getByRole("button", { name: "Verify" }));
    expect(await screen.findByText("ab12-cd34")).toBeVisible();
    expect(api.last("POST", "/auth/totp/enable").body).toEqual({ code: "123456" });
    await user.click(screen.getByRole("button", { name: "I have kept them" }));
    expect(await screen.findByRole("button", { name: "Turn off" })).toBeVisible();
  });
  it("turns the second factor off with password and code", async () => {
    const { api } = await openApp("/my/profile", { ...member, totp_enabled: true });
    await user.click(await screen.findByRole("button", { name: "Turn off" }));
    const dialog = await screen.findByRole("dialog");
    await user.type(within(dialog).getByLabelText("Password"), "secret-secret");
    await user.type(within(dialog).getByLabelText("Code"), "123456");
    await user.click(within(dialog).getByRole("button", { name: "Turn off" }));
    await waitFor(() => { expect(api.last("POST", "/auth/totp/disable").body).toEqual({ password: "secret-secret", code: "123456" }); });
  });
  it("changes the password and keeps to the server's rules", async () => {
    const { api } = await openApp("/settings?tab=account");
    await user.type(await screen.findByLabelText("Current password"), "old-password");
    await user.type(screen.getByLabelText("New password"), "short");
    await user.click(screen.getByRole("button", { name: "Set the password" }));
    expect(await screen.findAllByText("At least 10 characters")).not.toHaveLength(0);
    expect(api.made("POST", "/auth/password")).toHaveLength(0);
    await user.type(screen.getByLabelText("New password"), "-but-long-enough");
    await user.click(screen.getByRole("button", { name: "Set the password" }));
    await waitFor(() => { expect(api.last("POST", "/auth/password").body).toEqual({ current: "old-password", new: "short-but-long-enough" }); });
  });
  it("saves the profile, switches the language and revokes other sign-ins", async () => {
    const { api } = await openApp("/settings?tab=account");
    await user.click(await screen.findByRole("button", { name: "Revoke" }));
    await waitFor(() => { expect(api.made("DELETE", "/auth/sessions/2")).toHaveLength(1); });
    await user.selectOptions(await screen.findByLabelText("Language"), "Deutsch");
    await user.click(screen.getAllByRole("button", { name: "Save" })[0] ?? document.body);
    expect(await screen.findByText("Wo Sie angemeldet sind")).toBeVisible();
    await user.selectOptions(screen.getByLabelText("Sprache"), "English");
    await user.click(screen.getAllByRole("button", { name: "Speichern" })[0] ?? document.body);
    expect(await screen.findByText("Where you are signed in")).toBeVisible();
  });
  it("makes an API key and shows its secret once", async () => {
    const { api } = await openApp("/settings?tab=keys");
    await user.click(await screen.findByRole("button", { name: "New API key" }));
    const dialog = await screen.findByRole("dialog", { name: "New API key" });
    await user.type(within(dialog).getByLabelText("Name"), "Web site");
    await user.click(within(dialog).getByRole("checkbox", { name: "venue.floor.view" }));
    await user.type(within(dialog).getByLabelText(/Only from these networks/), "10.0.0.0/24");
    await user.click(within(dialog).getByRole("button", { name: "Create" }));
    expect(await screen.findByText("go_cd34_secret")).toBeVisible();
    expect(api.last("POST", "/auth/api-keys").body).toEqual({ name: "Web site", scopes: ["venue.floor.view"], allowed_networks: ["10.0.0.0/24"] });
  });
  it("reads the browser out of a user agent", () => {
    expect(browserOf("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140")).toBe("Edge · Windows");
    expect(browserOf(null)).toBeNull();
  });
});

describe("signing in", () => {
  it("asks for the second factor only when it is needed, and returns to where one was going", async () => {
    const { api, router } = await openApp("/till", null, (world) => world.on("POST", "/auth/login", (call) => (call.body.code === undefined ? new Refusal(401, "identity.second_factor_required") : new Refusal(401, "identity.second_factor_wrong"))));
    const login = api;
    await user.type(await screen.findByLabelText("E-mail or user name"), "nora");
    await user.type(screen.getByLabelText("Password"), "correct horse");
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    await user.type(await screen.findByLabelText("Code"), "000000");
    await user.click(screen.getByRole("button", { name: "Verify" }));
    expect(await screen.findByText("This code is wrong or has been used already.")).toBeVisible();
    login.on("POST", "/auth/login", { access_token: "t", token_type: "bearer", expires_in: 900, refresh_token: null, user: (await import("@/test/world")).staff });
    await user.type(screen.getByLabelText("Code"), "123 456");
    await user.click(screen.getByRole("button", { name: "Verify" }));
    await waitFor(() => { expect(router.state.location.pathname).toBe("/till"); });
    expect(login.last("POST", "/auth/login").body).toEqual({ identifier: "nora", password: "correct horse", transport: "cookie", code: "123456" });
    expect(auth.get().status).toBe("in");
  });
  it("says when the password is wrong and when to try again", async () => {
    const { api } = await openApp("/signin", null, (world) => world.on("POST", "/auth/login", () => new Refusal(401, "identity.wrong_credentials")));
    await user.type(await screen.findByLabelText("E-mail or user name"), "nora");
    await user.type(screen.getByLabelText("Password"), "wrong{Enter}");
    expect(await screen.findByText("The name or the password is wrong.")).toBeVisible();
    expect(screen.getByLabelText("E-mail or user name")).toHaveValue("nora");
    api.on("POST", "/auth/login", () => new Refusal(429, "identity.too_many_attempts"));
    await user.click(screen.getByRole("button", { name: "Sign in" }));
    expect(await screen.findByText(/Too many attempts/)).toBeVisible();
  });
  it("registers a customer", async () => {
    const { api } = await openApp("/register", null);
    await user.type(await screen.findByLabelText("Name"), "Maya");
    await user.type(screen.getByLabelText("E-mail"), "maya@example.org");
    await user.type(screen.getByLabelText("User name"), "maya");
    await user.type(screen.getByLabelText("Password"), "long-enough-1");
    await user.click(screen.getByRole("button", { name: "Create an account" }));
    await waitFor(() => { expect(api.last("POST", "/auth/register").body).toEqual({ display_name: "Maya", email: "maya@example.org", username: "maya", password: "long-enough-1", venue_id: "v1", transport: "cookie" }); });
  });
  it("sends a reset link and sets the new password", async () => {
    const { api } = await openApp("/forgot", null);
    await user.type(await screen.findByLabelText("E-mail"), "maya@example.org{Enter}");
    expect(await screen.findByText("Look into your mail")).toBeVisible();
    await openApp("/reset?token=abc", null);
    await user.type(await screen.findByLabelText("New password"), "long-enough-2{Enter}");
    expect(await screen.findByText(/The new password is set/)).toBeVisible();
    expect(api.made("POST", "/auth/password/forgot")).toHaveLength(1);
  });
});
