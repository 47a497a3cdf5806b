import type { AuditEntry, Customer, FloorSnapshot, FloorStation, Grant, Me, Package, Payment, PriceLine, Receipt, Role, Session, SessionDetail, Station, Tariff, Tier, User, Venue, WalletEntry, Zone } from "@/api/types";
import { withAlerts } from "./alertsWorld";
import { FakeApi } from "./fakeApi";
import { FakeSocket } from "./fakeSocket";

const at = "2026-11-20T18:00:00Z";
const iso = (ms: number) => new Date(Date.now() + ms).toISOString();
const page = <T>(items: T[]) => ({ items, next_cursor: null });

export const allPermissions = [
  "venue.floor.view", "venue.sessions.operate", "venue.sessions.refund", "venue.sessions.credit", "venue.stations.command",
  "venue.stations.manage", "venue.customers.view", "venue.customers.manage", "venue.tariffs.manage", "venue.settings.manage",
  "billing.payments.take", "billing.payments.view", "billing.payments.void", "billing.payments.refund", "identity.users.manage",
  "identity.roles.manage", "identity.audit.view", "system.manage", "alerts.view", "alerts.manage", "alerts.report", "notify.view", "notify.manage",
];

export const venue: Venue = {
  id: "v1", name: "Nordlicht Arena", slug: "nordlicht", timezone: "Europe/Berlin", currency: "EUR", locale: "de-DE",
  address: "Hafenstr. 12, Hamburg", phone: "+49 40 1234", tax_rate_bp: 1900, tax_name: "MwSt.",
  opening_hours: [{ weekday: 0, opens: "12:00:00", closes: "02:00:00" }],
  policy: {
    pause_allowed: true, pause_max_seconds: 1800, refund: "wallet", refund_minimum_seconds: 300, credit_outages: true,
    warn_seconds: [300, 60], spend_bonus_first: true, guest_postpaid_limit_minor: 2000, self_service: true,
    topup_bonus: [{ from_minor: 2000, bonus_bp: 1000 }], curfew: [{ under_age: 16, from: "22:00:00", to: "06:00:00" }], minimum_age: null,
  },
  created_at: at,
};
const venueRef = { id: venue.id, name: venue.name, currency: venue.currency, locale: venue.locale, timezone: venue.timezone };
export const staff: Me = {
  id: "u1", email: "nora@nordlicht.example", username: "nora", display_name: "Nora Berg", phone: null, locale: "en", totp_enabled: false,
  must_change_password: false, permissions: { "*": allPermissions }, roles: [{ role_id: "r1", name: "Admin", venue_id: null }], venues: [venueRef], customer_of: [],
};
export const member: Me = { ...staff, id: "u2", display_name: "Maya Kowalski", permissions: {}, roles: [], venues: [], customer_of: [{ venue_id: "v1", customer_id: "c1" }] };

export const maya: Customer = {
  id: "c1", venue_id: "v1", user_id: "u2", display_name: "Maya Kowalski", email: "maya@example.org", username: "maya", phone: "+49 151 123456",
  date_of_birth: "2000-05-10", tier: "premium", credit_limit_minor: 2000, banned_until: null, ban_reason: null, notes: "Prefers A07",
  wallet: { paid_minor: 1460, bonus_minor: 300, due_minor: 560 }, active_session_id: null, visits: 12, last_seen_at: at, created_at: at,
};
export const zones: Zone[] = [
  { id: "z1", venue_id: "v1", name: "Main hall", color: "#5b8cff", sort: 1, minimum_age: null, area: { x: 2, y: 2, w: 60, h: 30 }, station_count: 3 },
  { id: "z2", venue_id: "v1", name: "VIP", color: "#b18cff", sort: 2, minimum_age: 18, area: null, station_count: 1 },
];
export const lines: PriceLine[] = [
  { kind: "time", label: "Happy hour", from: "2026-11-20T17:40:00Z", to: "2026-11-20T19:00:00Z", seconds: 4800, rate_minor_per_hour: 240, discount_bp: null, place: "Main hall · A01", amount_minor: 320 },
  { kind: "discount", label: "Premium", from: null, to: null, seconds: null, rate_minor_per_hour: null, discount_bp: 1000, place: "", amount_minor: -32 },
];
export const price = { currency: "EUR", lines, total_minor: 288, tax_minor: 46, final: false };
export const quote = { total_minor: 288, currency: "EUR", ends_at: iso(3_600_000), seconds: 3600, lines };

export function floorStation(name: string, change: Partial<FloorStation> = {}): FloorStation {
  return {
    id: `s-${name}`, name, kind: "pc", zone_id: "z1", position: null, state: "free", online: true, lock: "locked", open: false, maintenance_reason: "",
    rate_minor_per_hour: 320, metrics: { cpu: 41, memory: 55, foreground: "Valorant" }, last_seen_at: at, session: null, ...change,
  };
}
export function playing(name: string, minutes: number, change: Partial<NonNullable<FloorStation["session"]>> = {}): FloorStation {
  return floorStation(name, {
    state: "playing", lock: "unlocked",
    session: {
      id: `x-${name}`, mode: "prepaid", state: "active", player: "Maya Kowalski", customer_id: "c1", tier: "premium", started_at: iso(-600_000),
      ends_at: iso(minutes * 60_000), remaining_seconds: minutes * 60, total_seconds: minutes * 60 + 600, requested_minutes: null, group_id: null, warn: false, ...change,
    },
  });
}
export function snapshot(stations: FloorStation[]): FloorSnapshot {
  return {
    venue_id: "v1", epoch: "e", revision: 1, server_time: iso(0), currency: "EUR",
    summary: {
      stations: stations.length, in_use: 1, free: 1, paused: 0, offline: 0, maintenance: 0, ending_soon: ["A01"], requests: 0,
      alerts: [{ kind: "unenforced", station_id: "s-A02", station_name: "A02", since: iso(-60_000), text: "unlocked without a session" }],
      takings_today_minor: 12_850, takings_last_week_minor: 11_000, occupancy_24h: Array.from({ length: 24 }, (_, hour) => hour / 24),
    },
    zones: zones.map((zone) => ({ id: zone.id, name: zone.name, color: zone.color, sort: zone.sort, area: zone.area, rate_minor_per_hour: 320, rate_label: "Happy hour", rate_until: null })),
    stations,
  };
}
export const usualFloor = (): FloorStation[] => [
  playing("A01", 60, { requested_minutes: 30 }), floorStation("A02"), floorStation("A03"),
  floorStation("V01", { zone_id: "z2", state: "maintenance", maintenance_reason: "GPU fan" }),
];
export const session: Session = {
  id: "x-A01", venue_id: "v1", station_id: "s-A01", station_name: "A01", zone_name: "Main hall", mode: "prepaid", state: "active",
  customer: { id: "c1", display_name: "Maya Kowalski", tier: "premium" }, guest_name: null, group_id: null, started_at: iso(-600_000), ends_at: iso(3_600_000),
  paused_at: null, ended_at: null, end_reason: null, remaining_seconds: 3600, total_seconds: 4200, paid_minor: 288, charge_minor: null, refund_minor: 0, due_minor: 0, requested_minutes: null, tier: "premium",
};
export const payment: Payment = {
  id: "p1", venue_id: "v1", receipt_number: 411, at, kind: "topup", method: "cash", amount_minor: 2000, tax_minor: 319, bonus_minor: 200,
  customer: { id: "c1", display_name: "Maya Kowalski" }, session_id: null, station_name: null, employee: { id: "u1", name: "Nora Berg" }, refunds_id: null, refunded_minor: 0,
  voided: null, tendered_minor: 5000, change_minor: 3000, reference: null, lines: [{ label: "Top-up", amount_minor: 2000 }], voucher_code: null,
};
export const detail: SessionDetail = {
  ...session, price, payments: [payment],
  segments: [
    { seq: 1, kind: "play", station_id: "s-A01", place: "Main hall · A01", started_at: iso(-600_000), ended_at: iso(-300_000) },
    { seq: 2, kind: "pause", station_id: "s-A01", place: "Main hall · A01", started_at: iso(-300_000), ended_at: iso(-200_000) },
    { seq: 3, kind: "play", station_id: "s-A01", place: "Main hall · A01", started_at: iso(-200_000), ended_at: null },
  ],
};
export const station: Station = {
  id: "s-A01", venue_id: "v1", zone_id: "z1", zone_name: "Main hall", name: "A01", kind: "pc", position: null, notes: "", maintenance: false, maintenance_reason: "",
  agent: { enrolled: true, online: true, last_seen_at: at, version: "0.1.0", hostname: "pc-a01", os: "Windows 11" }, created_at: at,
};
const rules = {
  base_rate_minor_per_hour: 320,
  rates: [{ label: "Night", weekdays: [4, 5], from: "22:00:00", to: "02:00:00", days: "any" as const, rate_minor_per_hour: 400 }],
  block_seconds: 60, minimum_minor: 100, rounding_minor: 5, rounding: "half_up" as const, tier_discounts_bp: { basic: 0, premium: 1000, vip: 2000 }, holidays: ["2026-12-25"],
};
const version = { id: "tv1", version: 3, valid_from: at, created_at: at, created_by: null, rules };
export const tariff: Tariff = { id: "t1", venue_id: "v1", name: "Standard", zone_ids: [], kinds: [], archived: false, current: version };
export const pack: Package = { id: "k1", venue_id: "v1", name: "10 hours", seconds: 36_000, price_minor: 2500, zone_ids: ["z1"], valid_days: 90, windows: [{ weekdays: [4], from: "22:00:00", to: "04:00:00" }], active: true };
export const grant: Grant = { id: "g1", package_id: "k1", name: "10 hours", total_seconds: 36_000, remaining_seconds: 21_600, expires_at: at, zone_ids: ["z1"], state: "usable" };
export const receipt: Receipt = {
  venue: { name: venue.name, address: venue.address, tax_name: "MwSt." }, number: 411, at, currency: "EUR", employee: "Nora Berg", customer: null, station: null, kind: "topup",
  lines: [{ label: "Top-up", amount_minor: 2000 }], total_minor: 2000, tax_minor: 319, tax_rate_bp: 1900, method: "cash", tendered_minor: 5000, change_minor: 3000, voided: false,
};
const tiers: Tier[] = [{ key: "premium", name: "Premium", discount_bp: 1000, perks: ["Priority booking"], color: "#b18cff" }];
const statement: WalletEntry[] = [{ id: "w1", at, kind: "topup", description: "Top-up, cash", paid_minor: 2000, bonus_minor: 200, due_minor: 0, session_id: null }];
export const role: Role = { id: "r3", name: "Shift lead", venue_id: "v1", built_in: false, permissions: ["venue.floor.view"], user_count: 2 };
export const user: User = { id: "u3", email: "tim@nordlicht.example", username: "tim", phone: null, display_name: "Tim Vogt", state: "active", locale: "en", totp_enabled: true, created_at: at, last_login_at: at, roles: [{ role_id: "r3", name: "Shift lead", venue_id: "v1" }] };
const audit: AuditEntry = { id: 900, at, actor: { id: "u1", name: "Nora Berg", kind: "user" }, action: "billing.payment_taken", subject_type: "payment", subject_id: "p1", summary: "topup cash 2000", detail: { amount_minor: 2000, method: "cash" }, ip: "10.0.0.12", request_id: "req-1", venue_id: "v1", sealed: true };

/** A venue in which everything answers; tests override what they are about. */
export function usualWorld(me: Me = staff): FakeApi {
  FakeSocket.autoAnswer = (topic) => (topic.startsWith("floor:") ? snapshot(usualFloor()) : {});
  const tokens = { access_token: "token-1", token_type: "bearer", expires_in: 900, refresh_token: null, user: me };
  return withAlerts(new FakeApi())
    .on("GET", "/public/info", { name: "GameOps", version: "0.1.0", venues: [venueRef], registration: true, demo: true })
    .on("POST", "/auth/(login|refresh|register)", tokens)
    .on("POST", "/auth/(logout|password|password/forgot|password/reset|totp/disable)", () => null)
    .on("GET", "/auth/sessions", { items: [{ id: "1", created_at: at, last_used_at: at, ip: "10.0.0.4", user_agent: "Mozilla/5.0 (X11; Linux) Firefox/140", current: true }, { id: "2", created_at: at, last_used_at: at, ip: "10.0.0.9", user_agent: "Mozilla/5.0 (iPhone) Safari/605", current: false }] })
    .on("DELETE", "/auth/.*", () => null)
    .on("POST", "/auth/totp/setup", { secret: "JBSWY3DP", uri: "otpauth://x", qr_svg: "<svg xmlns='http://www.w3.org/2000/svg'/>" })
    .on("POST", "/auth/totp/enable", { recovery_codes: ["ab12-cd34", "ef56-gh78"] })
    .on("PATCH", "/auth/me", (call) => ({ ...me, ...call.body }))
    .on("GET", "/auth/api-keys", { items: [{ id: "1", name: "Door counter", prefix: "go_ab12", scopes: ["venue.floor.view"], allowed_networks: ["10.0.0.0/24"], created_at: at, last_used_at: at, expires_at: null, revoked_at: null }] })
    .on("POST", "/auth/api-keys", { id: "2", name: "Web site", prefix: "go_cd34", secret: "go_cd34_secret", scopes: [], allowed_networks: [], created_at: at, last_used_at: null, expires_at: null, revoked_at: null })
    .on("GET", "/venues/{id}", venue)
    .on("PATCH", "/venues/{id}", (call) => ({ ...venue, ...call.body }))
    .on("GET", "/zones", { items: zones }).on("POST", "/zones", zones[0] ?? {}).on("PATCH", "/zones/{id}", zones[0] ?? {}).on("DELETE", "/zones/{id}", () => null)
    .on("GET", "/tiers", { items: tiers }).on("PATCH", "/tiers/{key}", tiers[0] ?? {})
    .on("GET", "/stations", page([station])).on("GET", "/stations/{id}", station).on("POST", "/stations", station).on("PATCH", "/stations/{id}", station).on("DELETE", "/stations/{id}(/credential)?", () => null)
    .on("POST", "/stations/bulk", { items: [station, { ...station, name: "A02" }] }).on("PUT", "/stations/positions", () => null)
    .on("POST", "/stations/{id}/enrolment", { code: "KX7P-29QM", expires_at: iso(900_000), command: "gameops-agent enrol KX7P-29QM" })
    .on("GET", "/stations/{id}/commands", page([{ id: "k1", station_id: "s-A01", kind: "message", text: "Last round", state: "acknowledged", code: null, created_at: at, deadline_at: at, acknowledged_at: at, has_image: false }]))
    .on("POST", "/stations/{id}/commands", (call) => ({ id: "k2", station_id: "s-A01", kind: call.body.kind, text: "", state: "acknowledged", code: null, created_at: at, deadline_at: at, acknowledged_at: at, has_image: false }))
    .on("GET", "/sessions", page([session, { ...session, id: "x-old", state: "ended", ended_at: iso(-1000), end_reason: "expired" }]))
    .on("GET", "/sessions/{id}", detail).on("POST", "/sessions/quote", quote).on("GET", "/sessions/{id}/extend-quote", quote)
    .on("GET", "/sessions/{id}/move-quote", { ends_at: iso(3_000_000), remaining_seconds: 3000 })
    .on("GET", "/sessions/{id}/end-quote", { ...price, refund_minor: 120, due_minor: 0 })
    .on("POST", "/sessions", session).on("POST", "/sessions/group", { group_id: "g", items: [session, session] })
    .on("POST", "/sessions/{id}/(extend|pause|resume|move)", session).on("POST", "/sessions/{id}/end", { ...detail, state: "ended", refund_minor: 120 }).on("POST", "/sessions/{id}/dismiss-request", () => null)
    .on("GET", "/customers", page([maya])).on("GET", "/customers/{id}", maya).on("POST", "/customers", maya).on("PATCH", "/customers/{id}", maya)
    .on("POST", "/customers/{id}/ban", maya).on("DELETE", "/customers/{id}/ban", maya).on("GET", "/customers/{id}/wallet", { ...page(statement), balance: maya.wallet }).on("GET", "/customers/{id}/packages", { items: [grant] })
    .on("POST", "/customers/{id}/settle", { ...payment, kind: "settlement", amount_minor: 560 })
    .on("GET", "/tariffs", { items: [tariff] }).on("POST", "/tariffs", tariff).on("PATCH", "/tariffs/{id}", tariff).on("POST", "/tariffs/{id}/versions", tariff).on("GET", "/tariffs/{id}/versions", { items: [version, { ...version, id: "tv0", version: 2 }] }).on("POST", "/tariffs/preview", { ...price, final: true })
    .on("GET", "/packages", { items: [pack] }).on("POST", "/packages", pack).on("PATCH", "/packages/{id}", pack)
    .on("GET", "/payments", page([payment, { ...payment, id: "p2", voided: { at, by: "Nora Berg", reason: "Wrong customer" } }])).on("GET", "/payments/{id}", payment).on("GET", "/payments/{id}/receipt", receipt)
    .on("GET", "/payments/employees", { items: [{ employee_id: "u1", name: "Nora Berg", count: 34, taken_minor: 64_250, voids: 4, voided_minor: 500, refunds: 1, refunded_minor: 300 }] })
    .on("POST", "/payments/(topup|package)", payment).on("POST", "/payments/voucher", { ...payment, kind: "voucher", voucher_code: "QX4T-99PL" }).on("POST", "/payments/{id}/(void|refund)", payment)
    .on("GET", "/users", page([user])).on("POST", "/users", user).on("PATCH", "/users/{id}", user).on("POST", "/users/{id}/reset-password", { link_sent: true }).on("DELETE", "/users/{id}/sessions", () => null)
    .on("GET", "/roles", { items: [{ ...role, id: "r1", name: "Admin", built_in: true, venue_id: null }, role] }).on("POST", "/roles", role).on("PATCH", "/roles/{id}", role).on("DELETE", "/roles/{id}", () => null)
    .on("GET", "/permissions", { items: allPermissions.map((name) => ({ name, group: name.split(".")[0] ?? "", description: `May ${name}` })) })
    .on("GET", "/audit", page([audit])).on("GET", "/audit/verify", { ok: true, checked: 14_020, sealed_through: 900, first_bad: null })
    .on("GET", "/reports/revenue", { items: [{ at, amount_minor: 60_000, count: 80 }, { at: iso(0), amount_minor: 20_000, count: 20 }] })
    .on("GET", "/reports/occupancy", { items: [{ weekday: 4, hour: 20, ratio: 0.8 }] })
    .on("GET", "/me/overview", { customer: maya, venue, session: detail, quotes: [{ minutes: 30, total_minor: 144 }, { minutes: 60, total_minor: 288 }], tier: { ...tiers[0], perks: ["Priority booking"] }, grants: [grant] })
    .on("GET", "/me/wallet", { ...page(statement), balance: maya.wallet }).on("GET", "/me/sessions", page([{ ...session, state: "ended", ended_at: iso(-1000) }]));
}
