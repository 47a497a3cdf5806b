import type { AlertEvent, Community, GameServer, History, MaintenanceWindow, Preview, Rule, Source } from "@/api/alerts";
import type { Channel, Delivery, KindField, KindInfo, MyNotifications, Recipient } from "@/api/notify";
import type { Call, FakeApi } from "./fakeApi";

const at = "2026-11-20T18:00:00Z";
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
const page = <T>(items: T[]) => ({ items, next_cursor: null });

export const community: Community = {
  id: "com1", venue_id: "v1", slug: "nordlicht", name: "Nordlicht Lobby", description: "Games of the house", time_zone: "Europe/Berlin", locale: "en", public: true, accent: "#3ecf8e",
  is_default: true, sync_at: "03:00:00", sync_time_zone: "UTC", sync_channel_ids: [], board_channel_ids: [], intake: { open: true, networks: [], hosts: [] }, forget_after_days: 30, most_servers: 2000,
  counts: { servers: 3, up: 2, players: 9 }, links: { status: "/status/nordlicht", embed: "/status/nordlicht/embed" }, created_at: at,
};
export function gameServer(name: string, change: Partial<GameServer> = {}): GameServer {
  return {
    id: `g-${name}`, community_id: "com1", origin: "polled", key: name, name, own_name: `${name} itself`, game: "Minecraft", region: "EU", table: null, url: null, address: "mc.example.org", port: 25565,
    query_port: null, protocol: "mcstatus.java", tags: ["survival"], interval_seconds: 60, timeout_seconds: 3, down_after: 3, public: true, state: "up", flapping: false, players: 4, bots: 0,
    max_players: 20, map: "world", version: "1.21.4", player_names: ["maya_k", "drift"], last_seen_at: ago(1), changed_at: ago(12), latency_ms: 23, misses: 0, last_error: null, maintenance: null, created_at: at, ...change,
  };
}
export const usualServers = (): GameServer[] => [
  gameServer("Friday Survival"),
  gameServer("Arena", { game: "OpenArena", players: 5, bots: 3, tags: ["quake"], max_players: 8, map: "q3dm6" }),
  gameServer("The Bar", { origin: "reported", address: null, port: null, protocol: null, url: "https://fujitzee.example.org/?table=bar", state: "down", players: 0, tags: [], last_error: "timeout", table: "bar", game: "Fujitzee", map: null }),
];
export const serverEvent = (id: string, change: Partial<AlertEvent> = {}): AlertEvent => ({
  id, community_id: "com1", server: { id: "g-Arena", name: "Arena" }, kind: "player_joined", at: ago(3), players: 5, before: 4, max_players: 8, map: "q3dm6", detail: {}, text: "Player event - GameServer: Arena player joined. Total players: 5", ...change,
});
const history: History = {
  range: "day", since: ago(1440), until: ago(0), bucket_seconds: 600,
  points: [0, 1, 2, 3].map((n) => ({ at: ago(1440 - n * 10), average: n === 2 ? 0 : n, peak: n + 1, up: n === 2 ? 0 : 1 })), peak: { players: 4, at: ago(1410) }, average: 1.5, uptime: 0.975,
};
export const rule: Rule = {
  id: "r1", community_id: "com1", name: "Somebody plays", enabled: true, events: ["player_joined", "threshold"], server_ids: ["g-Arena"], tags: [], threshold: { players: 3, direction: "rises" }, cooldown_seconds: 300,
  delay_seconds: 60, quiet: { start: "22:00:00", end: "08:00:00", time_zone: "Europe/Berlin", weekdays: [0, 1, 2, 3, 4] }, channel_ids: ["ch1"], template: null, created_at: at, last_fired_at: ago(5), fired_today: 7,
};
const variables = [{ name: "server", value: "Arena", meaning: "The server's name" }, { name: "players", value: "5", meaning: "How many play" }];
export function previewOf(call: Call): Preview {
  const template = (call.body.template as string | null) ?? "{server}: {players} players";
  const unknown = [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "").filter((name) => !variables.some((one) => one.name === name));
  return { text: template.replace("{server}", "Arena").replace("{players}", "5"), default_template: "{server}: {players} players", variables, unknown };
}
export const maintenanceWindow: MaintenanceWindow = { id: "m1", community_id: "com1", server_ids: ["g-Arena"], tags: [], starts_at: ago(10), ends_at: ago(-50), reason: "New disk", active: true };
const source: Source = { id: "src1", community_id: "com1", name: "Lobby", networks: ["203.0.113.0/24"], created_at: at, last_used_at: at, revoked_at: null };

export const channel = (id: string, change: Partial<Channel> = {}): Channel => ({
  id, venue_id: "v1", name: "Discord", kind: "discord", enabled: true, config: { embeds: true }, secrets_set: ["url"], state: "ok", last_error: null, last_sent_at: ago(4), paused_until: null, queued: 0, dead: 0,
  sent_today: 41, subscribers: null, created_at: at, incoming_url: null, ...change,
});
export const usualChannels = (): Channel[] => [
  channel("ch1"),
  channel("ch2", { name: "House SMS", kind: "sms", config: { account_sid: "AC1", from: "+4915100000" }, secrets_set: ["auth_token"], state: "failing", last_error: "Twilio answers 500", queued: 3, dead: 2, subscribers: 12, incoming_url: "https://play.example.org/incoming" }),
  channel("ch3", { name: "Phones", kind: "webpush", config: {}, secrets_set: [], state: "paused", paused_until: ago(-5), subscribers: 4 }),
  channel("ch4", { name: "Everywhere", venue_id: null }),
];
const field = (name: string, label: string, change: Partial<KindField> = {}): KindField => ({ name, label, type: "text", required: true, help: "", options: [], default: null, ...change });
const secret = (name: string, label: string) => field(name, label, { type: "secret" });
const kinds: KindInfo[] = [
  { kind: "discord", label: "Discord", subscribers: false, fields: [secret("url", "Webhook URL"), field("username", "Name shown", { required: false }), field("embeds", "Rich messages", { type: "bool", required: false, help: "Off: plain lines of text.", default: true })] },
  { kind: "sms", label: "SMS", subscribers: true, fields: [field("account_sid", "Account SID"), secret("auth_token", "Auth token"), field("from", "Number", { help: "Your Twilio number." })] },
  { kind: "webhook", label: "Webhook", subscribers: false, fields: [field("url", "URL", { type: "url" }), field("style", "Style", { type: "select", options: ["plain", "rich"] })] },
  { kind: "webpush", label: "Web Push", subscribers: true, fields: [] },
];
export const recipient = (id: string, change: Partial<Recipient> = {}): Recipient => ({
  id, venue_id: "v1", kind: "sms", address: "+49151•••123", name: "Maya", locale: "en", state: "active", channel_ids: ["ch2"], preferences: { muted: ["alerts.player_left"], quiet: { start: "22:00", end: "08:00", time_zone: "Europe/Berlin" } },
  created_at: at, verified_at: at, opted_out_at: null, user_id: null, problem: null, ...change,
});
export const usualRecipients = (): Recipient[] => [
  recipient("rc1"), recipient("rc2", { kind: "email", address: "sam@example.org", name: "Sam", state: "unconfirmed", channel_ids: [], preferences: { muted: [], quiet: null }, verified_at: null }),
  recipient("rc3", { address: "+49151•••999", name: "", state: "opted_out", opted_out_at: at }),
];
export const delivery = (id: string, change: Partial<Delivery> = {}): Delivery => ({
  id, venue_id: null, subject_id: "g-Arena", notice: { id: `n-${id}`, topic: "alerts.player_joined", title: "Arena", text: "Player joined. Total players: 5", severity: "info", at: ago(2) }, channel: { id: "ch1", name: "Discord", kind: "discord" }, recipient: null,
  state: "sent", reason: null, explanation: "Sent.", attempts: [{ at: ago(2), outcome: "sent", status: 204, detail: "", ms: 87 }], attempt_count: 1, next_attempt_at: null, created_at: ago(2), sent_at: ago(2), ...change,
});
export const dead = delivery("d-dead", {
  state: "dead", reason: "gave_up", explanation: "Given up: it could not be sent in time. The last answer was: HTTP 500.", sent_at: null, channel: { id: "ch2", name: "House SMS", kind: "sms" }, recipient: { id: "rc1", to: "+49151•••123" },
  attempts: [{ at: ago(90), outcome: "retry", status: 500, detail: "HTTP 500", ms: 120 }, { at: ago(30), outcome: "refused", status: 500, detail: "HTTP 500", ms: 98 }], attempt_count: 2,
});
export const held = delivery("d-held", { state: "held", reason: "cooldown", explanation: "Not sent: the rule had told of this only a moment before and is cooling down.", attempts: [], attempt_count: 0, sent_at: null });
export const myNotifications: MyNotifications = {
  addresses: [recipient("rc1"), recipient("rc2", { kind: "email", address: "maya@example.org", state: "unconfirmed", preferences: { muted: [], quiet: null } })],
  channels: [{ id: "ch2", name: "House SMS", kind: "sms", venue_id: null }, { id: "ch3", name: "Phones", kind: "webpush", venue_id: null }], vapid_public_key: "BEl6-_8",
};

/** Game servers, rules, channels and deliveries in which everything answers. */
export function withAlerts(api: FakeApi): FakeApi {
  const servers = usualServers();
  const find = (id: string | undefined) => servers.find((server) => server.id === decodeURIComponent(id ?? "")) ?? servers[0];
  const all = [delivery("d-sent"), held, dead];
  return api
    .on("GET", "/alerts/communities", { items: [community] }).on("POST", "/alerts/communities", (call: Call) => ({ ...community, ...call.body, id: "com2" })).on("PATCH", "/alerts/communities/{id}", (call: Call) => ({ ...community, ...call.body }))
    .on("GET", "/alerts/communities/{id}/sources", { items: [source] }).on("POST", "/alerts/communities/{id}/sources", { ...source, id: "src2", name: "Bot", secret: "s3cret-once" }).on("DELETE", "/alerts/sources/{id}", () => null)
    .on("GET", "/alerts/protocols", { items: [{ id: "opengsq.source", name: "Source", library: "opengsq", default_port: 27015, bots: true }, { id: "mcstatus.java", name: "Minecraft Java", library: "mcstatus", default_port: 25565, bots: false }] })
    .on("GET", "/alerts/servers", page(servers)).on("GET", "/alerts/servers/{id}", (_: Call, match: RegExpExecArray) => find(match[1])).on("POST", "/alerts/servers", (call: Call) => gameServer(String(call.body.name ?? "New one")))
    .on("PATCH", "/alerts/servers/{id}", (call: Call, match: RegExpExecArray) => ({ ...find(match[1]), ...call.body })).on("DELETE", "/alerts/servers/{id}", () => null).on("POST", "/alerts/servers/{id}/poll", (_: Call, match: RegExpExecArray) => find(match[1]))
    .on("POST", "/alerts/servers/probe", { found: true, protocol: "mcstatus.java", query_port: 25566, name: "A Minecraft Server", game: "Minecraft", map: "world", players: 2, bots: 0, max_players: 20, version: "1.21.4", latency_ms: 18, error: null, tried: [{ protocol: "mcstatus.java", port: 25565, outcome: "answered" }] })
    .on("POST", "/alerts/servers/bulk", { rows: [{ line: 2, action: "create", name: "One", address: "one.example.org", message: null }, { line: 3, action: "error", name: "Two", address: "two..", message: "This is not an address" }], created: 1, updated: 0, failed: 1 })
    .on("GET", "/alerts/servers/{id}/history", history).on("GET", "/alerts/events", page([serverEvent("e1"), serverEvent("e2", { kind: "server_down", server: { id: "g-The Bar", name: "The Bar" }, before: null, text: "The Bar is down" })]))
    .on("GET", "/alerts/rules", { items: [rule] }).on("POST", "/alerts/rules", rule).on("PATCH", "/alerts/rules/{id}", rule).on("DELETE", "/alerts/rules/{id}", () => null).on("POST", "/alerts/rules/{id}/test", { deliveries: 2 }).on("POST", "/alerts/rules/preview", previewOf)
    .on("GET", "/alerts/maintenance", { items: [maintenanceWindow] }).on("POST", "/alerts/maintenance", maintenanceWindow).on("DELETE", "/alerts/maintenance/{id}", () => null)
    .on("GET", "/notify/kinds", { items: kinds }).on("GET", "/notify/channels", { items: usualChannels() }).on("POST", "/notify/channels", (call: Call) => ({ ...channel("ch9"), ...call.body })).on("PATCH", "/notify/channels/{id}", channel("ch1")).on("DELETE", "/notify/channels/{id}", () => null)
    .on("POST", "/notify/channels/{id}/test", { deliveries: [delivery("d-test", { state: "queued", explanation: "Waiting to be sent.", attempts: [], attempt_count: 0 })] })
    .on("GET", "/notify/recipients", page(usualRecipients())).on("POST", "/notify/recipients", (call: Call) => recipient("rc9", { address: String(call.body.address), state: "unconfirmed" })).on("PATCH", "/notify/recipients/{id}", recipient("rc1")).on("DELETE", "/notify/recipients/{id}", () => null)
    .on("POST", "/(notify/recipients|me/notifications)/{id}/code", () => null).on("POST", "/(notify/recipients|me/notifications)/{id}/confirm", recipient("rc9"))
    .on("GET", "/notify/deliveries", (call: Call) => page(all.filter((one) => !call.query.get("state") || one.state === call.query.get("state")))).on("GET", "/notify/deliveries/{id}", (_: Call, match: RegExpExecArray) => all.find((one) => one.id === match[1]) ?? delivery(match[1] ?? ""))
    .on("POST", "/notify/deliveries/{id}/retry", { ...dead, state: "queued" }).on("POST", "/notify/deliveries/retry", { count: 3 }).on("DELETE", "/notify/deliveries/{id}", () => null)
    .on("GET", "/notify/topics", { items: [{ topic: "venue.station_offline", label: "A station went offline", channel_ids: ["ch1"] }, { topic: "notify.channel_broken", label: "A channel is refused", channel_ids: [] }] }).on("PUT", "/notify/topics/{topic}", {})
    .on("GET", "/me/notifications", myNotifications).on("POST", "/me/notifications", (call: Call) => recipient("rc8", { address: String(call.body.address), state: "unconfirmed" })).on("PATCH", "/me/notifications/{id}", recipient("rc1")).on("DELETE", "/me/notifications/{id}", () => null).on("POST", "/me/notifications/push", recipient("rc7", { kind: "webpush" }));
}
