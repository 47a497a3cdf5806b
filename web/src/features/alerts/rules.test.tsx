import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { expectAccessible, openApp } from "@/test/app";
import { community, rule, usualServers } from "@/test/alertsWorld";
import { Refusal } from "@/test/fakeApi";
import { staff } from "@/test/world";
import { formatMessage } from "@/lib/i18n/format";
import { en } from "@/lib/i18n/en";
import type { Translate } from "@/lib/i18n";
import { sentenceOf } from "./sentence";
import { slugOf } from "./CommunityEditor";

const user = userEvent.setup();
const say: Translate = (key, params = {}) => formatMessage(en[key], params, "en");

describe("rules in words", () => {
  it("says when, where and what holds it back", () => {
    const said = sentenceOf(rule, say, "en", (id) => usualServers().find((one) => one.id === id)?.name);
    expect(said).toEqual({ when: "a player joins or players reach 3", on: "Arena", notes: ["after 1 min, if still true", "at most once per 5 min and server", "quiet 22:00–08:00 Europe/Berlin"] });
  });
  it("names tags, many servers, and every server", () => {
    const plain = { ...rule, delay_seconds: 0, cooldown_seconds: 0, quiet: null };
    expect(sentenceOf({ ...plain, server_ids: [], tags: ["quake", "lan"] }, say, "en", () => undefined).on).toBe("servers tagged quake or lan");
    expect(sentenceOf({ ...plain, server_ids: ["1", "2", "3", "4", "5"] }, say, "en", (id) => `S${id}`).on).toBe("S1, S2, S3, and 2 more");
    expect(sentenceOf({ ...plain, server_ids: [] }, say, "en", () => undefined)).toMatchObject({ on: "every server", notes: [] });
  });
});

describe("the list of rules", () => {
  it("reads like a sentence, and switches a rule off", async () => {
    const { api } = await openApp("/alerts/rules");
    const card = (await screen.findByRole("heading", { name: "Somebody plays" })).closest("li") as HTMLElement;
    await waitFor(() => { expect(card).toHaveTextContent("When a player joins or players reach 3 on Arena, tell Discord"); });
    expect(card).toHaveTextContent("7 today");
    await user.click(within(card).getByRole("switch", { name: "Rule Somebody plays" }));
    await waitFor(() => { expect(api.last("PATCH", "/alerts/rules/r1").body).toEqual({ enabled: false }); });
  });
  it("says what a rule is when there is none", async () => {
    await openApp("/alerts/rules", undefined, (world) => world.on("GET", "/alerts/rules", { items: [] }));
    expect(await screen.findByText("No rules yet")).toBeVisible();
  });
  it("lists maintenance and ends it", async () => {
    const { api } = await openApp("/alerts/rules");
    await user.click(await screen.findByText("Maintenance"));
    expect(await screen.findByText(/New disk/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "End now" }));
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "End now" }));
    await waitFor(() => { expect(api.made("DELETE", "/alerts/maintenance/m1")).toHaveLength(1); });
    await user.click(screen.getByRole("button", { name: "Plan maintenance" }));
    const dialog = await screen.findByRole("dialog", { name: "Plan maintenance" });
    await user.click(within(dialog).getByText("With a tag"));
    await user.click(await within(dialog).findByRole("button", { name: "+ quake" }));
    await user.click(within(dialog).getByRole("button", { name: "Start" }));
    await waitFor(() => { expect(api.last("POST", "/alerts/maintenance").body).toMatchObject({ community_id: "com1", tags: ["quake"], server_ids: [] }); });
  });
});

describe("the editor of a rule", () => {
  const openEditor = async () => {
    const view = await openApp("/alerts/rules");
    await user.click(await screen.findByRole("button", { name: "New rule" }));
    return { ...view, sheet: await screen.findByRole("dialog", { name: "New rule" }) };
  };
  it("builds a rule: events, threshold, servers, channels, quiet hours", async () => {
    const { api, sheet } = await openEditor();
    await user.type(within(sheet).getByLabelText("Name"), "Full house");
    await user.click(within(sheet).getByLabelText("Player joined"));
    expect(within(sheet).getByRole("button", { name: "Save" })).toBeDisabled();
    await user.click(within(sheet).getByLabelText("Player count reached"));
    await user.click(within(sheet).getByText("falls below"));
    fireEvent.change(within(sheet).getByLabelText("Players"), { target: { value: "6" } });
    await user.click(within(sheet).getByText("Some servers"));
    await user.click(await within(sheet).findByLabelText(/^Arena/));
    await user.click(within(sheet).getByLabelText(/^Discord/));
    expect(within(sheet).queryByLabelText(/^Everywhere/)).toBeNull();
    await user.selectOptions(within(sheet).getByLabelText("Not again for"), "900");
    await user.click(within(sheet).getByRole("switch", { name: /Quiet hours/ }));
    await user.click(within(sheet).getByRole("button", { name: "Mon–Fri" }));
    await expectAccessible();
    await user.click(within(sheet).getByRole("button", { name: "Save" }));
    await waitFor(() => {
      expect(api.last("POST", "/alerts/rules").body).toEqual({
        community_id: "com1", name: "Full house", enabled: true, events: ["threshold"], server_ids: ["g-Arena"], tags: [], threshold: { players: 6, direction: "falls" }, cooldown_seconds: 900, delay_seconds: 0,
        quiet: { start: "22:00", end: "08:00", time_zone: "Europe/Berlin", weekdays: [0, 1, 2, 3, 4] }, channel_ids: ["ch1"], template: null,
      });
    });
  });
  it("previews the text as it is typed, and points out what does not exist", async () => {
    const { api, sheet } = await openEditor();
    const preview = await within(sheet).findByRole("region", { name: "Preview" });
    expect(preview).toHaveTextContent("Arena: 5 players");
    const box = within(sheet).getByLabelText("Text of the message");
    await waitFor(() => { expect(box).toHaveValue("{server}: {players} players"); });
    await user.clear(box);
    await user.type(box, "Go {{nonsense} ");
    await user.click(within(sheet).getByRole("button", { name: "{players}" }));
    expect(box).toHaveValue("Go {nonsense} {players}");
    expect(await within(sheet).findByText(/cannot be saved: \{nonsense\}/)).toBeVisible();
    await waitFor(() => { expect(preview).toHaveTextContent("Go {nonsense} 5"); });
    expect(api.last("POST", "/alerts/rules/preview").body).toEqual({ community_id: "com1", event: "player_joined", template: "Go {nonsense} {players}", server_id: null });
    await user.click(within(sheet).getByRole("button", { name: "Back to the standard text" }));
    expect(box).toHaveValue("{server}: {players} players");
  });
  it("keeps what was typed when the server refuses", async () => {
    const { api, sheet } = await openEditor();
    api.on("POST", "/alerts/rules", () => new Refusal(422, "alerts.template_invalid"));
    await user.type(within(sheet).getByLabelText("Name"), "Mine");
    await user.click(within(sheet).getByRole("button", { name: "Save" }));
    expect(await within(sheet).findByText(/names things that do not exist/)).toBeVisible();
    expect(within(sheet).getByLabelText("Name")).toHaveValue("Mine");
  });
  it("tests and deletes a saved rule", async () => {
    const { api } = await openApp("/alerts/rules");
    await user.click(await screen.findByRole("button", { name: "Somebody plays" }));
    const sheet = await screen.findByRole("dialog", { name: "Somebody plays" });
    expect(within(sheet).getByLabelText("Preview for")).toHaveValue("player_joined");
    await user.click(within(sheet).getByRole("button", { name: "Send a test" }));
    expect(await screen.findByText("2 tests are on their way")).toBeVisible();
    api.on("POST", "/alerts/rules/{id}/test", { deliveries: 0 });
    await user.click(within(sheet).getByRole("button", { name: "Send a test" }));
    expect(await screen.findByText(/Nothing was sent/)).toBeVisible();
    await user.click(within(sheet).getByRole("button", { name: "Delete" }));
    await user.click(within(await screen.findByRole("alertdialog", { name: "Delete the rule Somebody plays?" })).getByRole("button", { name: "Delete" }));
    await waitFor(() => { expect(api.made("DELETE", "/alerts/rules/r1")).toHaveLength(1); });
  });
});

describe("communities", () => {
  it("creates one with a short name made from its name, and opens it", async () => {
    const { api } = await openApp("/alerts/communities");
    await user.click(await screen.findByRole("button", { name: "New community" }));
    const sheet = await screen.findByRole("dialog", { name: "New community" });
    await user.type(within(sheet).getByLabelText("Name"), "Größe & Spiel");
    expect(within(sheet).getByLabelText("Short name in the address")).toHaveValue("grosse-spiel");
    api.on("GET", "/alerts/communities", { items: [community, { ...community, id: "com2", name: "Größe & Spiel", is_default: false }] });
    await user.click(within(sheet).getByRole("button", { name: "Create" }));
    await waitFor(() => { expect(api.last("POST", "/alerts/communities").body).toMatchObject({ name: "Größe & Spiel", slug: "grosse-spiel", venue_id: "v1", time_zone: "Europe/Berlin" }); });
    expect(await screen.findByRole("tab", { name: "Public page" })).toBeVisible();
  });
  it("changes the public page, the intake and the daily check", async () => {
    const { api } = await openApp("/alerts/communities");
    await user.click(await screen.findByRole("button", { name: "Nordlicht Lobby" }));
    const sheet = await screen.findByRole("dialog", { name: "Nordlicht Lobby" });
    await user.clear(within(sheet).getByLabelText("At"));
    await user.type(within(sheet).getByLabelText("At"), "430");
    await user.click(within(sheet).getByRole("tab", { name: "Public page" }));
    expect(within(sheet).getByText(/<iframe src=.*\/status\/nordlicht\/embed\?theme=dark/)).toBeVisible();
    await user.click(within(sheet).getByRole("radio", { name: "#b18cff" }));
    await user.click(within(sheet).getByLabelText(/^Discord/));
    await expectAccessible();
    await user.click(within(sheet).getByRole("tab", { name: "Who may report" }));
    await user.click(within(sheet).getByRole("switch", { name: /announce themselves/ }));
    await user.type(within(sheet).getByLabelText("Only from these networks"), "203.0.113.0/24{Enter}");
    await expectAccessible();
    await user.click(within(sheet).getByRole("button", { name: "Save" }));
    await waitFor(() => {
      expect(api.last("PATCH", "/alerts/communities/com1").body).toMatchObject({ sync_at: "04:30", accent: "#b18cff", board_channel_ids: ["ch1"], intake: { open: false, networks: ["203.0.113.0/24"], hosts: [] } });
    });
  });
  it("makes a key that is shown once with an example, and revokes one", async () => {
    const { api } = await openApp("/alerts/communities");
    await user.click(await screen.findByRole("button", { name: "Nordlicht Lobby" }));
    await user.click(await screen.findByRole("tab", { name: "Who may report" }));
    await user.click(await screen.findByRole("button", { name: "New key" }));
    await user.type(within(await screen.findByRole("dialog", { name: "New key" })).getByLabelText("Name"), "Bot");
    await user.click(screen.getByRole("button", { name: "Create" }));
    const made = await screen.findByRole("dialog", { name: "Bot is ready" });
    expect(within(made).getByText("s3cret-once")).toBeVisible();
    expect(within(made).getByText(/X-GameOps-Source: src2/)).toBeVisible();
    await user.click(within(made).getByRole("button", { name: "Done" }));
    await user.click(await screen.findByRole("button", { name: "Revoke" }));
    await user.click(within(await screen.findByRole("alertdialog")).getByRole("button", { name: "Revoke" }));
    await waitFor(() => { expect(api.made("DELETE", "/alerts/sources/src1")).toHaveLength(1); });
  });
  it("is only read by those who may not change it", async () => {
    await openApp("/alerts/communities", { ...staff, permissions: { v1: ["alerts.view"] } });
    await user.click(await screen.findByRole("button", { name: "Nordlicht Lobby" }));
    expect(await screen.findByLabelText("Name")).toBeDisabled();
    expect(screen.queryByRole("button", { name: "Save" })).toBeNull();
    expect(screen.queryByRole("button", { name: "New community" })).toBeNull();
  });
  it("makes short names from every kind of name", () => {
    expect(slugOf("  Ärger im Café!  ")).toBe("arger-im-cafe");
  });
});
