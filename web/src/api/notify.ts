/** The contract's shapes of channels, recipients and what was delivered to them. */
export type ChannelKind = "discord" | "sms" | "whatsapp" | "email" | "webhook" | "webpush" | "apprise";
export type ChannelState = "ok" | "idle" | "failing" | "broken" | "paused";
export interface KindField {
  name: string;
  label: string;
  type: "text" | "url" | "secret" | "select" | "bool";
  required: boolean;
  help: string;
  options?: string[] | null;
}
export interface KindInfo {
  kind: ChannelKind;
  label: string;
  fields: KindField[];
  subscribers: boolean;
}
export interface Channel {
  id: string;
  venue_id: string | null;
  name: string;
  kind: ChannelKind;
  enabled: boolean;
  config: Record<string, unknown>;
  secrets_set: string[];
  state: ChannelState;
  last_error: string | null;
  last_sent_at: string | null;
  paused_until: string | null;
  queued: number;
  dead: number;
  sent_today: number;
  subscribers: number | null;
  created_at: string;
  incoming_url: string | null;
}
export interface Quiet {
  start: string;
  end: string;
  time_zone: string;
}
export interface Preferences {
  muted: string[];
  quiet: Quiet | null;
}
export type RecipientState = "unconfirmed" | "active" | "opted_out";
export interface Recipient {
  id: string;
  venue_id: string | null;
  kind: "sms" | "whatsapp" | "email" | "webpush";
  address: string;
  name: string;
  locale: string;
  state: RecipientState;
  channel_ids: string[];
  preferences: Preferences;
  created_at: string;
  verified_at: string | null;
  opted_out_at: string | null;
  user_id: string | null;
}
export type DeliveryState = "queued" | "sending" | "sent" | "held" | "dead" | "discarded";
export interface Attempt {
  at: string;
  outcome: "sent" | "retry" | "refused";
  status: number | null;
  detail: string;
  ms: number;
}
export interface Delivery {
  id: string;
  notice: { id: string; topic: string; title: string; text: string; severity: "info" | "good" | "warning" | "bad"; at: string };
  channel: { id: string; name: string; kind: ChannelKind } | null;
  recipient: { id: string | null; to: string } | null;
  state: DeliveryState;
  reason: string | null;
  explanation: string;
  attempts: Attempt[];
  attempt_count: number;
  next_attempt_at: string | null;
  created_at: string;
  sent_at: string | null;
}
export interface NoticeTopic {
  topic: string;
  label: string;
  channel_ids: string[];
}
export interface MyNotifications {
  addresses: Recipient[];
  channels: { id: string; name: string; kind: ChannelKind; venue_id: string | null }[];
  vapid_public_key: string;
}
