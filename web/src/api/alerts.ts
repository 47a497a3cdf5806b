/** The contract's shapes of game servers, their events and the rules about them. */
export type ServerState = "unknown" | "up" | "down";
export interface Community {
  id: string;
  venue_id: string | null;
  slug: string;
  name: string;
  description: string;
  time_zone: string;
  locale: "en" | "de";
  public: boolean;
  accent: string | null;
  is_default: boolean;
  sync_at: string;
  sync_time_zone: string;
  sync_channel_ids: string[];
  board_channel_ids: string[];
  intake: { open: boolean; networks: string[]; hosts: string[] };
  forget_after_days: number;
  counts: { servers: number; up: number; players: number };
  links: { status: string; embed: string };
  created_at: string;
}
export interface Source {
  id: string;
  community_id: string;
  name: string;
  networks: string[];
  created_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
}
export interface NewSource extends Source {
  secret: string;
}
export interface Protocol {
  id: string;
  name: string;
  library: string;
  default_port: number | null;
  bots: boolean;
}
export interface GameServer {
  id: string;
  community_id: string;
  origin: "reported" | "polled";
  key: string;
  name: string;
  own_name: string;
  game: string;
  region: string;
  table: string | null;
  url: string | null;
  address: string | null;
  port: number | null;
  query_port: number | null;
  protocol: string | null;
  tags: string[];
  interval_seconds: number;
  timeout_seconds: number;
  down_after: number;
  public: boolean;
  state: ServerState;
  flapping: boolean;
  players: number;
  bots: number;
  max_players: number | null;
  map: string | null;
  version: string | null;
  player_names: string[];
  last_seen_at: string | null;
  changed_at: string | null;
  latency_ms: number | null;
  misses: number;
  last_error: string | null;
  maintenance: { until: string | null; reason: string } | null;
  created_at: string;
}
export interface ProbeResult {
  found: boolean;
  protocol: string | null;
  query_port?: number | null;
  name: string;
  game: string;
  map: string;
  players: number;
  bots: number;
  max_players: number | null;
  version: string;
  latency_ms: number | null;
  error?: string | null;
  tried: { protocol: string; port: number | null; outcome: string }[];
}
export interface BulkResult {
  rows: { line: number; action: "create" | "update" | "error"; name: string; address: string; message: string | null }[];
  created: number;
  updated: number;
  failed: number;
}
export type HistoryRange = "day" | "week" | "month";
export interface HistoryPoint {
  at: string;
  average: number | null;
  peak: number | null;
  up: number;
}
export interface History {
  range: HistoryRange;
  since: string;
  until: string;
  bucket_seconds: number;
  points: HistoryPoint[];
  peak: { players: number; at: string } | null;
  average: number | null;
  uptime: number | null;
}
export type EventKind =
  | "server_appeared" | "server_down" | "server_up" | "server_flapping" | "server_deleted" | "player_joined" | "player_left"
  | "last_player_left" | "threshold" | "map_changed" | "name_changed" | "server_idle" | "daily_sync";
export interface AlertEvent {
  id: string;
  community_id: string;
  server: { id: string; name: string } | null;
  kind: EventKind;
  at: string;
  players: number | null;
  before: number | null;
  max_players: number | null;
  map: string | null;
  detail: Record<string, unknown>;
  text: string;
}
export interface QuietHours {
  start: string;
  end: string;
  time_zone: string;
  weekdays: number[];
}
export interface Rule {
  id: string;
  community_id: string;
  name: string;
  enabled: boolean;
  events: EventKind[];
  server_ids: string[];
  tags: string[];
  threshold: { players: number; direction: "rises" | "falls" } | null;
  cooldown_seconds: number;
  delay_seconds: number;
  quiet: QuietHours | null;
  channel_ids: string[];
  template: string | null;
  created_at: string;
  last_fired_at: string | null;
  fired_today: number;
}
export interface Preview {
  text: string;
  default_template: string;
  variables: { name: string; value: string; meaning: string }[];
  unknown: string[];
}
export interface MaintenanceWindow {
  id: string;
  community_id: string;
  server_ids: string[];
  tags: string[];
  starts_at: string;
  ends_at: string;
  reason: string;
  active: boolean;
}
export type ServerChange = Pick<GameServer, "id"> & Partial<GameServer>;
export interface AlertsDelta {
  servers?: ServerChange[];
  removed?: string[];
  events?: AlertEvent[];
}
