/** The shapes of the REST and /ws contract that the interface reads and writes. */

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}
export interface Items<T> {
  items: T[];
}

// identity -------------------------------------------------------------------
export interface RoleGrant {
  role_id: string;
  name: string;
  venue_id: string | null;
}
export interface Me {
  id: string;
  email: string;
  username: string;
  display_name: string;
  phone: string | null;
  locale: string | null;
  totp_enabled: boolean;
  must_change_password: boolean;
  permissions: Record<string, string[]>;
  roles: RoleGrant[];
  venues: VenueRef[];
  customer_of: { venue_id: string; customer_id: string }[];
}
export interface VenueRef {
  id: string;
  name: string;
  currency: string;
  locale: string;
  timezone: string;
}
export interface Tokens {
  access_token: string;
  token_type: string;
  expires_in: number;
  refresh_token: string | null;
  user: Me;
}
export interface PublicInfo {
  name: string;
  version: string;
  venues: { id: string; name: string; locale: string; currency: string }[];
  registration: boolean;
  demo: boolean;
  needs_setup: boolean;
}
export interface SignIn {
  id: string;
  created_at: string;
  last_used_at: string;
  ip: string | null;
  user_agent: string | null;
  current: boolean;
}
export interface ApiKey {
  id: string;
  name: string;
  prefix: string;
  scopes: string[];
  allowed_networks: string[];
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
  revoked_at: string | null;
  secret?: string;
}
export interface User {
  id: string;
  email: string;
  username: string;
  phone: string | null;
  display_name: string;
  state: "active" | "disabled";
  locale: string | null;
  totp_enabled: boolean;
  created_at: string;
  last_login_at: string | null;
  roles: RoleGrant[];
}
export interface Role {
  id: string;
  name: string;
  venue_id: string | null;
  built_in: boolean;
  permissions: string[];
  user_count: number;
}
export interface Permission {
  name: string;
  group: string;
  description: string;
}
export interface AuditEntry {
  id: number;
  at: string;
  actor: { id: string | null; name: string; kind: "user" | "api_key" | "agent" | "system" };
  action: string;
  subject_type: string | null;
  subject_id: string | null;
  summary: string;
  detail: Record<string, unknown>;
  ip: string | null;
  request_id: string | null;
  venue_id: string | null;
  sealed: boolean;
}
export interface AuditCheck {
  ok: boolean;
  checked: number;
  sealed_through: number | null;
  first_bad: { entry_id: number; reason: string } | null;
}

// venues ---------------------------------------------------------------------
export interface OpeningHours {
  weekday: number;
  opens: string;
  closes: string;
}
export interface VenuePolicy {
  pause_allowed: boolean;
  pause_max_seconds: number;
  refund: "none" | "wallet" | "original";
  refund_minimum_seconds: number;
  credit_outages: boolean;
  warn_seconds: number[];
  spend_bonus_first: boolean;
  guest_postpaid_limit_minor: number;
  self_service: boolean;
  topup_bonus: { from_minor: number; bonus_bp: number }[];
  curfew: { under_age: number; from: string; to: string }[];
  minimum_age: number | null;
}
export interface Venue {
  id: string;
  name: string;
  slug: string;
  timezone: string;
  currency: string;
  locale: string;
  address: string;
  phone: string;
  tax_rate_bp: number;
  tax_name: string;
  opening_hours: OpeningHours[];
  policy: VenuePolicy;
  created_at: string;
}
export interface Area {
  x: number;
  y: number;
  w: number;
  h: number;
}
export interface Zone {
  id: string;
  venue_id: string;
  name: string;
  color: string;
  sort: number;
  minimum_age: number | null;
  area: Area | null;
  station_count: number;
}
export type TierKey = "basic" | "premium" | "vip";
export interface Tier {
  key: TierKey;
  name: string;
  discount_bp: number;
  perks: string[];
  color: string;
}

// stations -------------------------------------------------------------------
export type StationKind = "pc" | "ps5" | "xbox" | "switch" | "vr" | "sim_rig";
export interface Point {
  x: number;
  y: number;
}
export interface Station {
  id: string;
  venue_id: string;
  zone_id: string;
  zone_name: string;
  name: string;
  kind: StationKind;
  position: Point | null;
  maintenance: boolean;
  maintenance_reason: string | null;
  notes: string | null;
  agent: {
    enrolled: boolean;
    online: boolean;
    last_seen_at: string | null;
    version: string | null;
    hostname: string | null;
    os: string | null;
  } | null;
  created_at: string;
}
export interface Enrolment {
  code: string;
  expires_at: string;
  command: string;
}
export type CommandKind =
  | "lock" | "unlock" | "message" | "log_off" | "reboot" | "shut_down" | "screenshot" | "launch";
export interface Command {
  id: string;
  station_id: string;
  kind: CommandKind;
  text: string | null;
  state: "pending" | "acknowledged" | "failed" | "expired";
  code: string | null;
  created_at: string;
  deadline_at: string;
  acknowledged_at: string | null;
  has_image: boolean;
}

// sessions -------------------------------------------------------------------
export type SessionMode = "prepaid" | "package" | "payg" | "postpaid";
export type PaymentMethod = "cash" | "card" | "wallet";
export interface PaymentIn {
  method: PaymentMethod;
  tendered_minor?: number;
  reference?: string;
}
export interface StartSession {
  station_id: string;
  mode: SessionMode;
  minutes?: number;
  customer_id?: string;
  guest_name?: string;
  grant_id?: string;
  payment?: PaymentIn;
}
export interface GroupStart {
  entries: { station_id: string; customer_id?: string; guest_name?: string }[];
  mode: "prepaid";
  minutes: number;
  payer: { kind: "split" } | { kind: "one" } | { kind: "customer"; customer_id: string };
  payment: { method: PaymentMethod };
}
export interface PriceLine {
  label: string;
  kind: "time" | "discount" | "minimum" | "rounding" | "package" | "unused" | "outage";
  from: string | null;
  to: string | null;
  seconds: number | null;
  rate_minor_per_hour: number | null;
  amount_minor: number;
  detail: string | null;
}
export interface Price {
  currency: string;
  lines: PriceLine[];
  total_minor: number;
  tax_minor: number;
  final: boolean;
}
export interface Quote {
  total_minor: number;
  currency: string;
  ends_at: string | null;
  lines: PriceLine[];
  seconds: number | null;
}
export interface Session {
  id: string;
  venue_id: string;
  station_id: string;
  station_name: string;
  zone_name: string;
  mode: SessionMode;
  state: "active" | "paused" | "ended";
  customer: { id: string; display_name: string; tier: TierKey } | null;
  guest_name: string | null;
  group_id: string | null;
  started_at: string;
  ends_at: string | null;
  paused_at: string | null;
  ended_at: string | null;
  end_reason: string | null;
  remaining_seconds: number | null;
  total_seconds: number | null;
  paid_minor: number;
  charge_minor: number | null;
  refund_minor: number;
  due_minor: number;
  requested_minutes: number | null;
  tier: TierKey | null;
}
export interface Segment {
  seq: number;
  kind: "play" | "pause" | "outage" | "overrun";
  station_id: string;
  station_name: string;
  zone_name: string;
  started_at: string;
  ended_at: string | null;
}
export interface SessionDetail extends Session {
  segments: Segment[];
  price: Price;
  payments: Payment[];
}

// customers ------------------------------------------------------------------
export interface Balance {
  paid_minor: number;
  bonus_minor: number;
  due_minor: number;
}
export interface Customer {
  id: string;
  venue_id: string;
  user_id: string | null;
  display_name: string;
  email: string | null;
  username: string | null;
  phone: string | null;
  date_of_birth: string | null;
  tier: TierKey;
  credit_limit_minor: number;
  banned_until: string | null;
  ban_reason: string | null;
  notes: string | null;
  wallet: Balance;
  active_session_id: string | null;
  visits: number;
  last_seen_at: string | null;
  created_at: string;
}
export interface WalletEntry extends Balance {
  id: string;
  at: string;
  kind: string;
  description: string;
  reference_type: string | null;
  reference_id: string | null;
}
export interface Grant {
  id: string;
  package_id: string;
  name: string;
  total_seconds: number;
  remaining_seconds: number;
  expires_at: string | null;
  zones: string[];
  state: "usable" | "in_use" | "used" | "expired";
}

// tariffs --------------------------------------------------------------------
export interface Rate {
  label: string;
  weekdays: number[];
  from: string;
  to: string;
  days: "any" | "holidays" | "workdays";
  rate_minor_per_hour: number;
}
export interface TariffRules {
  base_rate_minor_per_hour: number;
  rates: Rate[];
  block_seconds: number;
  minimum_minor: number;
  rounding_minor: number;
  rounding: "half_up" | "up" | "down";
  tier_discounts_bp: Record<string, number>;
  holidays: string[];
}
export interface TariffVersion {
  id: string;
  version: number;
  valid_from: string;
  created_at: string;
  created_by: string | null;
  rules: TariffRules;
}
export interface Tariff {
  id: string;
  venue_id: string;
  name: string;
  zone_ids: string[];
  kinds: StationKind[];
  archived: boolean;
  current: TariffVersion;
}
export interface Package {
  id: string;
  venue_id: string;
  name: string;
  seconds: number;
  price_minor: number;
  zone_ids: string[];
  valid_days: number | null;
  windows: { weekdays: number[]; from: string; to: string }[];
  active: boolean;
}

// money ----------------------------------------------------------------------
export type PaymentKind =
  | "time" | "topup" | "package" | "voucher" | "settlement" | "refund" | "payout";
export interface Payment {
  id: string;
  venue_id: string;
  receipt_number: string;
  at: string;
  kind: PaymentKind;
  method: PaymentMethod;
  amount_minor: number;
  tax_minor: number;
  customer: { id: string; display_name: string } | null;
  session_id: string | null;
  station_name: string | null;
  employee: { id: string; name: string } | null;
  refunds_id: string | null;
  refunded_minor: number;
  voided: { at: string; by: string; reason: string } | null;
  tendered_minor: number | null;
  change_minor: number | null;
  reference: string | null;
  lines: { label: string; amount_minor: number }[];
  voucher_code?: string | null;
}
export interface Receipt {
  venue: { name: string; address: string; tax_name: string };
  number: string;
  at: string;
  employee: string | null;
  lines: { label: string; amount_minor: number }[];
  total_minor: number;
  tax_minor: number;
  tax_rate_bp: number;
  method: PaymentMethod;
  tendered_minor: number | null;
  change_minor: number | null;
  voided: boolean;
}
export interface EmployeeTakings {
  employee_id: string;
  name: string;
  count: number;
  taken_minor: number;
  voids: number;
  voided_minor: number;
  refunds: number;
  refunded_minor: number;
}

// floor ----------------------------------------------------------------------
export type FloorState = "free" | "playing" | "ending" | "paused" | "offline" | "maintenance";
export interface FloorSession {
  id: string;
  mode: SessionMode;
  state: "active" | "paused" | "ended";
  player: string;
  customer_id: string | null;
  tier: TierKey | null;
  started_at: string;
  ends_at: string | null;
  remaining_seconds: number | null;
  total_seconds: number | null;
  requested_minutes: number | null;
  group_id: string | null;
  warn: boolean;
}
export interface FloorStation {
  id: string;
  name: string;
  kind: StationKind;
  zone_id: string;
  position: Point | null;
  state: FloorState;
  online: boolean | null;
  lock: "locked" | "unlocked" | null;
  maintenance_reason: string | null;
  rate_minor_per_hour: number | null;
  metrics: { cpu: number | null; memory: number | null; foreground: string | null } | null;
  last_seen_at: string | null;
  session: FloorSession | null;
}
export interface FloorAlert {
  kind: "agent_offline" | "time_request" | "unenforced";
  station_id: string;
  station_name: string;
  since: string;
  text: string;
}
export interface FloorSummary {
  stations: number;
  in_use: number;
  free: number;
  paused: number;
  offline: number;
  maintenance: number;
  ending_soon: string[];
  requests: number;
  alerts: FloorAlert[];
  takings_today_minor: number;
  takings_last_week_minor: number;
  occupancy_24h: number[];
}
export interface FloorZone {
  id: string;
  name: string;
  color: string;
  sort: number;
  area: Area | null;
  rate_minor_per_hour: number | null;
  rate_label: string | null;
}
export interface FloorSnapshot {
  venue_id: string;
  epoch: string;
  revision: number;
  server_time: string;
  currency: string;
  summary: FloorSummary;
  zones: FloorZone[];
  stations: FloorStation[];
}
export interface FloorDelta {
  stations?: FloorStation[];
  removed?: string[];
  summary?: FloorSummary;
  zones?: FloorZone[];
}
export interface RevenuePoint {
  at: string;
  amount_minor: number;
  count: number;
}
export interface OccupancyPoint {
  weekday: number;
  hour: number;
  ratio: number;
}

// my -------------------------------------------------------------------------
export interface MyOverview {
  customer: Customer;
  venue: Venue;
  session: SessionDetail | null;
  quotes: { minutes: number; total_minor: number }[];
  tier: { key: TierKey; name: string; discount_bp: number; perks: string[] };
  grants: Grant[];
}
