import { useQuery } from "@tanstack/react-query";
import { AppWindow, Bell, Link2, type LucideIcon, Mail, MessageCircle, MessageSquareText, Smartphone, Webhook } from "lucide-react";
import type { Channel, ChannelKind } from "@/api/notify";
import type { Items } from "@/api/types";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { may, useMe } from "@/lib/session";
import { usePermission, useVenue } from "@/lib/venue";
import { Checkbox } from "../Field";

export const channelIcons: Record<ChannelKind, LucideIcon> = {
  discord: MessageSquareText, sms: Smartphone, whatsapp: MessageCircle, email: Mail, webhook: Webhook, webpush: AppWindow, apprise: Link2,
};

export function ChannelIcon({ kind, size = 16 }: { kind: string; size?: number }) {
  const Icon = channelIcons[kind as ChannelKind] ?? Bell;
  return <Icon size={size} strokeWidth={1.8} className="shrink-0 text-fg3" aria-hidden />;
}

/** Which channels, recipients and deliveries to ask for: whoever may see all of them does, others their venue's. */
export function useNotifyScope(): { venue_id?: string } {
  const me = useMe();
  const venue = useVenue();
  return may(me, "notify.view", null) ? {} : { venue_id: venue.id };
}

export function useChannels() {
  const scope = useNotifyScope();
  const allowed = usePermission("notify.view");
  return useQuery({ queryKey: ["/notify/channels", scope], queryFn: () => api.get<Items<Channel>>("/notify/channels", scope), enabled: allowed });
}

/** Check boxes, one per channel. What belongs to a venue uses that venue's channels, the rest those of the installation. */
export function ChannelPicker({ label, venueId, value, onChange, kinds }: { label: string; venueId: string | null; value: string[]; onChange: (ids: string[]) => void; kinds?: ChannelKind[] }) {
  const t = useT();
  const channels = useChannels();
  const shown = (channels.data?.items ?? []).filter((channel) => channel.venue_id === venueId && (!kinds || kinds.includes(channel.kind)));
  return (
    <fieldset>
      <legend className="mb-1.5 text-[12.5px] font-medium text-fg2">{label}</legend>
      {channels.data && shown.length === 0 && <p className="rounded-xl border border-dashed border-line2 px-3 py-3 text-[13px] text-fg2">{t("channels.pick.none")}</p>}
      <div className="grid gap-1.5 sm:grid-cols-2">
        {shown.map((channel) => (
          <Checkbox
            key={channel.id}
            className="min-w-0 rounded-[10px] border border-line2 px-3 py-2 has-checked:border-accent has-checked:bg-[color-mix(in_oklab,var(--accent)_9%,transparent)]"
            checked={value.includes(channel.id)}
            onChange={(event) => { onChange(event.target.checked ? [...value, channel.id] : value.filter((id) => id !== channel.id)); }}
            label={<span className="flex min-w-0 items-center gap-2"><ChannelIcon kind={channel.kind} /><span className="truncate">{channel.name}</span>{!channel.enabled && <span className="text-xs text-fg3">{t("channels.off")}</span>}</span>}
          />
        ))}
      </div>
    </fieldset>
  );
}
