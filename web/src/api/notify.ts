/** The contract's shapes of channels, recipients and what was delivered to them. */
import type { components } from "./schema";

type S = components["schemas"];

export type ChannelKind = S["Kind"];
export type ChannelState = S["ChannelState"];
export type KindField = S["SettingOut"];
export type KindInfo = S["KindOut"];
export type Channel = S["ChannelOut"];
export type NewChannel = S["NewChannelOut"];
export type Preferences = Required<S["Preferences"]>;
export type RecipientState = S["RecipientState"];
export type Recipient = Omit<S["RecipientOut"], "preferences" | "kind"> & { preferences: Preferences; kind: Extract<ChannelKind, "sms" | "whatsapp" | "email" | "webpush"> };
export type DeliveryState = S["DeliveryState"];
export type Attempt = S["AttemptOut"];
export type Delivery = S["DeliveryOut"];
export type NoticeTopic = S["TopicOut"];
export type MyNotifications = Omit<S["OwnOut"], "addresses"> & { addresses: Recipient[] };
