import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openApp } from "@/test/app";
import { myNotifications, recipient } from "@/test/alertsWorld";
import { member } from "@/test/world";
import { bytesOf, deviceName, pushState } from "./push";

const user = userEvent.setup();

describe("my own notifications", () => {
  it("adds an address with a code", async () => {
    const { api } = await openApp("/my/notifications", member);
    await user.click(await screen.findByRole("button", { name: "Add" }));
    const dialog = await screen.findByRole("dialog", { name: "Add an address" });
    await user.type(within(dialog).getByLabelText("Phone number"), "+49 151 777");
    await user.click(within(dialog).getByRole("button", { name: "Send the code" }));
    await waitFor(() => { expect(api.last("POST", "/me/notifications").body).toEqual({ kind: "sms", address: "+49 151 777", channel_ids: ["ch2"] }); });
    await user.type(await within(dialog).findByLabelText("Code"), "123456{Enter}");
    await waitFor(() => { expect(api.last("POST", "/me/notifications/rc8/confirm").body).toEqual({ code: "123456" }); });
  });
  it("changes what it sends, and deletes it", async () => {
    const { api } = await openApp("/my/notifications", member);
    await user.click(await screen.findByText("What and when"));
    await user.click(screen.getByLabelText("Player joined"));
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => { expect(api.last("PATCH", "/me/notifications/rc1").body).toMatchObject({ channel_ids: ["ch2"], preferences: { muted: ["alerts.player_left", "alerts.player_joined"] } }); });
    await user.click(screen.getByRole("button", { name: "Remove maya@example.org" }));
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Delete" }));
    await waitFor(() => { expect(api.made("DELETE", "/me/notifications/rc2")).toHaveLength(1); });
  });
  it("says what to do when nothing is set up", async () => {
    await openApp("/my/notifications", member, (world) => world.on("GET", "/me/notifications", { ...myNotifications, addresses: [], channels: [] }));
    await user.click(await screen.findByRole("button", { name: "Add an address" }));
    expect(await screen.findByText(/Ask at the counter/)).toBeVisible();
  });
});

describe("push on this device", () => {
  const subscription = { unsubscribe: vi.fn(() => Promise.resolve(true)), toJSON: () => ({ endpoint: "https://push.example.org/1", keys: { p256dh: "pk", auth: "au" } }) };
  function browser({ permission, answer = permission }: { permission: NotificationPermission; answer?: NotificationPermission }) {
    let current: typeof subscription | null = null;
    const pushManager = { getSubscription: () => Promise.resolve(current), subscribe: vi.fn(() => Promise.resolve((current = subscription))) };
    const registration = { pushManager };
    const notification = { permission, requestPermission: () => { notification.permission = answer; return Promise.resolve(answer); } };
    vi.stubGlobal("isSecureContext", true);
    vi.stubGlobal("Notification", notification);
    vi.stubGlobal("PushManager", () => undefined);
    Object.defineProperty(navigator, "serviceWorker", { configurable: true, value: { getRegistration: () => Promise.resolve(registration), register: vi.fn(() => Promise.resolve(registration)), ready: Promise.resolve(registration) } });
    return pushManager;
  }
  afterEach(() => {
    Reflect.deleteProperty(navigator, "serviceWorker");
    for (const name of ["Notification", "PushManager"]) Reflect.deleteProperty(window, name);
    vi.stubGlobal("isSecureContext", false);
  });

  it("subscribes and unsubscribes", async () => {
    const pushManager = browser({ permission: "default", answer: "granted" });
    const mine = { ...myNotifications, addresses: [recipient("rc7", { kind: "webpush", address: "Chrome", name: "Chrome · Linux" })] };
    const { api } = await openApp("/my/notifications", member, (world) => world.on("GET", "/me/notifications", mine));
    await user.click(await screen.findByRole("button", { name: "Notify me on this device" }));
    expect(await screen.findByText("This device is notified, also while GameOps is closed.")).toBeVisible();
    expect(pushManager.subscribe).toHaveBeenCalledWith({ userVisibleOnly: true, applicationServerKey: bytesOf(myNotifications.vapid_public_key) });
    expect(api.last("POST", "/me/notifications/push").body).toMatchObject({ endpoint: "https://push.example.org/1", keys: { p256dh: "pk", auth: "au" }, channel_ids: ["ch3"] });
    await user.click(screen.getByRole("button", { name: "Stop on this device" }));
    await waitFor(() => { expect(api.made("DELETE", "/me/notifications/rc7")).toHaveLength(1); });
    expect(subscription.unsubscribe).toHaveBeenCalled();
    expect(await screen.findByRole("button", { name: "Notify me on this device" })).toBeVisible();
  });
  it("says what is in the way", async () => {
    expect(await pushState()).toBe("insecure");
    vi.stubGlobal("isSecureContext", true);
    expect(await pushState()).toBe("unsupported");
    browser({ permission: "denied" });
    await openApp("/my/notifications", member);
    expect(await screen.findByText(/Notifications are blocked for this page/)).toBeVisible();
    expect(screen.queryByRole("button", { name: "Notify me on this device" })).toBeNull();
  });
  it("takes no for an answer", async () => {
    browser({ permission: "default", answer: "denied" });
    const { api } = await openApp("/my/notifications", member);
    await user.click(await screen.findByRole("button", { name: "Notify me on this device" }));
    expect(await screen.findByText(/Notifications are blocked/)).toBeVisible();
    expect(api.made("POST", "/me/notifications/push")).toHaveLength(0);
  });
  it("names the device", () => {
    expect(deviceName("Mozilla/5.0 (Linux; Android 15) Chrome/140 Safari/537")).toBe("Chrome · Android");
    expect(deviceName("curl")).toBe("Browser");
  });
});
