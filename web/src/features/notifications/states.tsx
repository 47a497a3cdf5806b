import { Ban, CircleAlert, CircleCheck, CircleHelp, CirclePause, CircleSlash, Clock3, type LucideIcon, Moon, Send, Trash2, TriangleAlert } from "lucide-react";
import type { Channel, ChannelState, Delivery, DeliveryState, RecipientState } from "@/api/notify";
import { Tag } from "@/components/display";
import { useT } from "@/lib/i18n";

const channelLooks: Record<ChannelState | "off", [string, LucideIcon]> = {
  ok: ["free", CircleCheck], idle: ["offline", Moon], failing: ["soon", TriangleAlert], broken: ["broken", CircleAlert], paused: ["paused", CirclePause], off: ["offline", CircleSlash],
};

export function ChannelStateTag({ channel }: { channel: Pick<Channel, "state" | "enabled"> }) {
  const t = useT();
  const state = channel.enabled ? channel.state : "off";
  const [tone, Icon] = channelLooks[state];
  return <Tag tone={tone} icon={<Icon size={12} strokeWidth={2.3} aria-hidden />}>{t(`channels.state.${state}`)}</Tag>;
}

const deliveryLooks: Record<DeliveryState, [string, LucideIcon]> = {
  queued: ["play", Clock3], sending: ["play", Send], sent: ["free", CircleCheck], held: ["paused", CirclePause], dead: ["broken", CircleAlert], discarded: ["offline", Trash2],
};
export const deliveryStates = Object.keys(deliveryLooks) as DeliveryState[];

export function DeliveryStateTag({ delivery }: { delivery: Pick<Delivery, "state" | "attempt_count"> }) {
  const t = useT();
  const [tone, Icon] = deliveryLooks[delivery.state];
  const again = delivery.state === "queued" && delivery.attempt_count > 0;
  return <Tag tone={again ? "soon" : tone} icon={<Icon size={12} strokeWidth={2.3} aria-hidden />}>{again ? t("log.state.retrying") : t(`log.state.${delivery.state}`)}</Tag>;
}

const recipientLooks: Record<RecipientState, [string, LucideIcon]> = { unconfirmed: ["soon", CircleHelp], active: ["free", CircleCheck], opted_out: ["offline", Ban] };
export function RecipientStateTag({ state }: { state: RecipientState }) {
  const t = useT();
  const [tone, Icon] = recipientLooks[state];
  return <Tag tone={tone} icon={<Icon size={12} strokeWidth={2.3} aria-hidden />}>{t(`recipients.state.${state}`)}</Tag>;
}

export const recipientKinds = ["sms", "whatsapp", "email", "webpush"] as const;
export const isOver = (state: DeliveryState): boolean => state !== "queued" && state !== "sending";
