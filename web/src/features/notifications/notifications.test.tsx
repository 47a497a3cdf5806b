import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { expectAccessible, openApp } from "@/test/app";
import { channel, dead, delivery, held, recipient } from "@/test/alertsWorld";
import { FakeSocket } from "@/test/fakeSocket";
import { Refusal } from "@/test/fakeApi";
import { staff } from "@/test/world";
import { setLanguage, t } from "@/lib/i18n";
import { explanationOf, fieldWords } from "./explain";

const user = userEvent.setup();
const cardOf = async (name: string) => (await screen.findByRole("heading", { name })).closest("li") as HTMLElement;

describe("channels", () => {
  it("says how each channel is, and what is wrong in words", async () => {
    await openApp("/notifications/channels");
    expect(await cardOf("Discord")).toHaveTextContent("Working");
    expect(await cardOf("Everywhere")).toHaveTextContent("Whole installation");
    const sms = await cardOf("House SMS");
    expect(sms).toHaveTextContent("Failing");
    expect(sms).toHaveTextContent("Twilio answers 500");
    expect(within(sms).getByRole("link", { name: "2" })).toHaveAttribute("href", expect.stringContaining("state=dead"));
    expect(await cardOf("Phones")).toHaveTextContent(/asked for a pause until/);
  });
  it("sends a test and follows it until it is delivered", async () => {
    let asked = 0;
    const { api } = await openApp("/notifications/channels", undefined, (world) => world.on("GET", "/notify/deliveries/d-test", () => {
      asked += 1;
      return asked < 2 ? delivery("d-test", { state: "sending", explanation: "Being sent at this moment.", attempts: [] }) : delivery("d-test");
    }));
    const discord = await cardOf("Discord");
    await user.click(within(discord).getByRole("button", { name: "Send a test" }));
    expect(await within(discord).findByText("Being sent at this moment.")).toBeVisible();
    expect(await within(discord).findByText("Delivered in 87 ms")).toBeVisible();
    expect(api.made("POST", "/notify/channels/ch1/test")).toHaveLength(1);
  });
  it("says why a test was not delivered, and when there was nobody to send it to", async () => {
    const { api } = await openApp("/notifications/channels", undefined, (world) => world.on("GET", "/notify/deliveries/d-test", { ...dead, id: "d-test" }));
    const discord = await cardOf("Discord");
    await user.click(within(discord).getByRole("button", { name: "Send a test" }));
    expect(await within(discord).findByText(/Given up: it could not be sent in time/)).toBeVisible();
    api.on("POST", "/notify/channels/{id}/test", { deliveries: [] });
    await user.click(within(discord).getByRole("button", { name: "Send a test" }));
    expect(await within(discord).findByText(/Nobody is subscribed/)).toBeVisible();
  });
  it("makes a channel from the fields its kind has, and shows the signing key once", async () => {
    const { api } = await openApp("/notifications/channels", undefined, (world) => world.on("POST", "/notify/channels", (call) => ({ ...channel("ch9", { name: String(call.body.name), kind: "webhook" }), signing_key: "whsec-42" })));
    await user.click(await screen.findByRole("button", { name: "New channel" }));
    await user.click(await screen.findByRole("button", { name: /Webhook/ }));
    const sheet = await screen.findByRole("dialog", { name: "New channel: Webhook" });
    expect(within(sheet).getByRole("button", { name: "Create" })).toBeDisabled();
    await user.type(within(sheet).getByLabelText("URL"), "https://bot.example.org/hook");
    await user.selectOptions(within(sheet).getByLabelText("Style"), "rich");
    await expectAccessible();
    await user.click(within(sheet).getByRole("button", { name: "Create" }));
    expect(await screen.findByText("whsec-42")).toBeVisible();
    expect(api.last("POST", "/notify/channels").body).toEqual({ venue_id: "v1", kind: "webhook", name: "Webhook", config: { url: "https://bot.example.org/hook", style: "rich" }, secrets: {} });
    await user.click(screen.getByRole("button", { name: "Done" }));
    expect(screen.queryByText("whsec-42")).toBeNull();
  });
  it("never shows a secret, replaces it when asked, and says at the field what is wrong", async () => {
    const { api } = await openApp("/notifications/channels");
    await user.click(within(await cardOf("House SMS")).getByRole("button", { name: "Edit" }));
    const sheet = await screen.findByRole("dialog", { name: "House SMS" });
    expect(within(sheet).getByText("https://play.example.org/incoming")).toBeVisible();
    await user.click(within(sheet).getByRole("button", { name: "Replace" }));
    await user.type(within(sheet).getByLabelText("Auth token"), "new-token");
    api.on("PATCH", "/notify/channels/{id}", () => new Refusal(422, "notify.channel_config_invalid", { field: "from", detail: "This is not a phone number." }));
    await user.click(within(sheet).getByRole("button", { name: "Save" }));
    expect(await within(sheet).findByText("This is not a phone number.")).toBeVisible();
    api.on("PATCH", "/notify/channels/{id}", channel("ch2"));
    await user.click(within(sheet).getByRole("button", { name: "Save" }));
    await waitFor(() => { expect(api.last("PATCH", "/notify/channels/ch2").body).toEqual({ name: "House SMS", config: { account_sid: "AC1", from: "+4915100000" }, secrets: { auth_token: "new-token" } }); });
  });
  it("switches a channel off and deletes one, and says what is lost", async () => {
    const { api } = await openApp("/notifications/channels");
    await user.click(within(await cardOf("Discord")).getByRole("switch", { name: "Send to Discord" }));
    await waitFor(() => { expect(api.last("PATCH", "/notify/channels/ch1").body).toEqual({ enabled: false }); });
    await user.click(screen.getByRole("button", { name: "House SMS" }));
    await user.click(await screen.findByRole("button", { name: "Delete" }));
    const question = await screen.findByRole("alertdialog", { name: "Delete the channel House SMS?" });
    expect(question).toHaveTextContent("3 waiting messages are not sent.");
    await user.click(within(question).getByRole("button", { name: "Delete" }));
    await waitFor(() => { expect(api.made("DELETE", "/notify/channels/ch2")).toHaveLength(1); });
  });
  it("sends house notices where they are wanted", async () => {
    const { api } = await openApp("/notifications/channels");
    await user.click(await screen.findByText("House notices"));
    await user.click(await screen.findByRole("button", { name: "Where “A channel was refused for good” goes" }));
    await user.click(within(await screen.findByRole("dialog")).getByLabelText(/House SMS/));
    await expectAccessible();
    await user.click(screen.getByRole("button", { name: "Save" }));
    await waitFor(() => { expect(api.last("PUT", "/notify/topics/notify.channel_broken").body).toEqual({ venue_id: "v1", channel_ids: ["ch2"] }); });
  });
  it("says what a channel is when there is none, and offers nothing to those who only look", async () => {
    await openApp("/notifications/channels", { ...staff, permissions: { v1: ["notify.view"] } }, (world) => world.on("GET", "/notify/channels", { items: [] }));
    expect(await screen.findByText("No channels yet")).toBeVisible();
    expect(screen.queryByRole("button", { name: "New channel" })).toBeNull();
  });
});

describe("recipients", () => {
  it("adds one, asks for the code, says when it is wrong, and sends a new one", async () => {
    const { api } = await openApp("/notifications/recipients");
    await user.click(await screen.findByRole("button", { name: "Add a recipient" }));
    const dialog = await screen.findByRole("dialog", { name: "Add a recipient" });
    await user.type(within(dialog).getByLabelText("Phone number"), "+49 151 2345678");
    await user.click(within(dialog).getByLabelText(/House SMS/));
    await expectAccessible();
    await user.click(within(dialog).getByRole("button", { name: "Send the code" }));
    await waitFor(() => { expect(api.last("POST", "/notify/recipients").body).toEqual({ venue_id: "v1", kind: "sms", address: "+49 151 2345678", locale: "en", channel_ids: ["ch2"] }); });
    api.on("POST", "/notify/recipients/{id}/confirm", () => new Refusal(422, "notify.code_wrong"));
    await user.type(await screen.findByLabelText("Code"), "000 000");
    await user.click(screen.getByRole("button", { name: "Confirm" }));
    expect(await screen.findByText("This code is wrong.")).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Send a new code" }));
    expect(await screen.findByText("A new code is on its way to +49 151 2345678")).toBeVisible();
    api.on("POST", "/notify/recipients/{id}/confirm", recipient("rc9"));
    await user.click(screen.getByRole("button", { name: "Confirm" }));
    expect(await screen.findByText("+49 151 2345678 is confirmed")).toBeVisible();
    expect(api.last("POST", "/notify/recipients/rc9/confirm").body).toEqual({ code: "000000" });
  });
  it("keeps the address when it is listed already", async () => {
    await openApp("/notifications/recipients", undefined, (world) => world.on("POST", "/notify/recipients", () => new Refusal(409, "notify.recipient_exists")));
    await user.click(await screen.findByRole("button", { name: "Add a recipient" }));
    await user.click(within(await screen.findByRole("dialog")).getByText("E-mail"));
    await user.type(within(screen.getByRole("dialog")).getByLabelText("E-mail", { selector: "input[type=email]" }), "sam@example.org");
    await user.click(screen.getByRole("button", { name: "Send the code" }));
    expect(await screen.findByText("This address is listed already.")).toBeVisible();
  });
  it("filters, and changes what somebody wants to hear of", async () => {
    const { api } = await openApp("/notifications/recipients");
    await user.selectOptions(await screen.findByLabelText("State"), "active");
    await waitFor(() => { expect(api.last("GET", "/notify/recipients").query.get("state")).toBe("active"); });
    await user.click(await screen.findByRole("button", { name: /\+49151•••123/ }));
    const sheet = await screen.findByRole("dialog", { name: "+49151•••123" });
    expect(within(sheet).getByLabelText("Player left")).not.toBeChecked();
    await user.click(within(sheet).getByLabelText("Player left"));
    await user.click(within(sheet).getByLabelText("Server down"));
    await user.click(within(sheet).getByRole("switch", { name: /Quiet hours/ }));
    await expectAccessible();
    await user.click(within(sheet).getByRole("button", { name: "Save" }));
    await waitFor(() => { expect(api.last("PATCH", "/notify/recipients/rc1").body).toEqual({ name: "Maya", locale: "en", channel_ids: ["ch2"], preferences: { muted: ["alerts.server_down"], quiet: null } }); });
  });
  it("says that only they themselves can undo an opt-out, and deletes", async () => {
    const { api } = await openApp("/notifications/recipients");
    await user.click(await screen.findByRole("button", { name: /•••999/ }));
    expect(await screen.findByText(/Only they themselves can undo it/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Delete" }));
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Delete" }));
    await waitFor(() => { expect(api.made("DELETE", "/notify/recipients/rc3")).toHaveLength(1); });
  });
});

describe("the delivery log", () => {
  it("answers why somebody did not get it", async () => {
    const { router } = await openApp("/notifications/log?subject=g-Arena");
    expect(await screen.findAllByRole("row")).toHaveLength(4);
    expect(screen.getByRole("button", { name: "Only one server or station" })).toBeVisible();
    await user.click(screen.getAllByRole("row")[2] as HTMLElement);
    const sheet = await screen.findByRole("dialog", { name: "Arena" });
    expect(await within(sheet).findByText(/is cooling down/)).toBeVisible();
    expect(within(sheet).getByText("It was held back and never tried.")).toBeVisible();
    expect(within(sheet).queryByRole("button", { name: "Try again now" })).toBeNull();
    expect(router.state.location.search).toEqual({ subject: "g-Arena", id: "d-held" });
  });
  it("shows each attempt of what was given up, tries again, and discards", async () => {
    const { api } = await openApp("/notifications/log?id=d-dead");
    const sheet = await screen.findByRole("dialog", { name: "Arena" });
    expect(await within(sheet).findByText("Failed, tried again")).toBeVisible();
    expect(within(sheet).getAllByText("HTTP 500")).toHaveLength(2);
    await user.click(within(sheet).getByRole("button", { name: "Try again now" }));
    expect(await screen.findByText("It is tried again now")).toBeVisible();
    expect(api.made("POST", "/notify/deliveries/d-dead/retry")).toHaveLength(1);
    await user.click(await within(sheet).findByRole("button", { name: "Discard" }));
    await waitFor(() => { expect(api.made("DELETE", "/notify/deliveries/d-dead")).toHaveLength(1); });
  });
  it("filters by the server, and clears what narrows it", async () => {
    const { api, router } = await openApp("/notifications/log?recipient=rc1");
    await screen.findAllByRole("row");
    await user.selectOptions(screen.getByLabelText("Channel"), await screen.findByRole("option", { name: "House SMS" }));
    await user.selectOptions(screen.getByLabelText("When"), "hour");
    await user.type(screen.getByRole("searchbox"), "joined");
    await waitFor(() => { expect(Object.fromEntries(api.last("GET", "/notify/deliveries").query)).toMatchObject({ recipient_id: "rc1", channel_id: "ch2", q: "joined", since: expect.stringMatching(/Z$/) as string }); });
    await user.click(screen.getByRole("button", { name: "Only one recipient" }));
    await waitFor(() => { expect(router.state.location.search).toEqual({ channel: "ch2" }); });
  });
  it("retries everything that was given up, of every scope", async () => {
    const { api } = await openApp("/notifications/log");
    await user.click(await screen.findByText("Given up", { selector: "label" }));
    await user.click(await screen.findByRole("button", { name: "Retry all" }));
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Retry all" }));
    expect(await screen.findByText("6 messages are tried again")).toBeVisible();
    expect(api.made("POST", "/notify/deliveries/retry").map((call) => call.body)).toEqual([{ venue_id: null }, { venue_id: "v1" }]);
  });
  it("reads again when something became of a delivery", async () => {
    const { api } = await openApp("/notifications/log");
    await screen.findAllByRole("row");
    await waitFor(() => { expect(FakeSocket.last.frames("subscribe").some((frame) => frame.topic === "deliveries:all")).toBe(true); });
    const before = api.made("GET", "/notify/deliveries").length;
    act(() => { FakeSocket.last.say({ type: "delta", topic: "deliveries:all", epoch: "e", revision: 2, body: { changed: true } }); });
    await waitFor(() => { expect(api.made("GET", "/notify/deliveries").length).toBeGreaterThan(before); });
  });
  it("explains in the person's own language", async () => {
    await setLanguage("de");
    expect(explanationOf(held, t)).toBe("Nicht gesendet: Die Regel hat dies gerade erst gemeldet und pausiert noch.");
    expect(explanationOf(dead, t)).toBe("Aufgegeben: Sie ließ sich nicht rechtzeitig senden. Die letzte Antwort war: HTTP 500.");
    expect(explanationOf({ ...dead, state: "queued" }, t)).toMatch(/^Wartet auf den nächsten Versuch: 2 sind gescheitert/);
    expect(explanationOf({ ...held, state: "queued" }, t)).toBe("Wartet auf den Versand.");
    expect(explanationOf({ ...dead, state: "discarded" }, t)).toMatch(/^Von Hand verworfen/);
    expect(explanationOf({ ...held, reason: "something_new" }, t)).toBe(held.explanation);
    expect(fieldWords("discord", { name: "url", label: "Webhook URL", type: "secret", required: true, help: "x", options: [], default: null }, t)).toEqual({ label: "Webhook-URL", help: expect.stringContaining("In Discord") as string });
    expect(fieldWords("discord", { name: "thread", label: "Thread", type: "text", required: false, help: "", options: [], default: null }, t)).toEqual({ label: "Thread", help: "" });
    await setLanguage("en");
  });
});
