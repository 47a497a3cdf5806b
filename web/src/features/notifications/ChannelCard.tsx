import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { FlaskConical, Pencil } from "lucide-react";
import type { Channel } from "@/api/notify";
import { Ago } from "@/components/Ago";
import { Button } from "@/components/Button";
import { ChannelIcon } from "@/components/domain/channels";
import { Switch } from "@/components/Field";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { orToast } from "@/lib/useAction";
import { useFormat, usePermission } from "@/lib/venue";
import { ChannelStateTag } from "./states";
import { Fate, useTest } from "./TestFate";

export function ChannelCard({ channel, onEdit }: { channel: Channel; onEdit: () => void }) {
  const t = useT();
  const format = useFormat();
  const client = useQueryClient();
  const mayManage = usePermission("notify.manage");
  const test = useTest(channel.id);
  const toggle = async (enabled: boolean) => {
    await orToast(api.patch(`/notify/channels/${channel.id}`, { enabled })).catch(() => undefined);
    await client.invalidateQueries({ queryKey: ["/notify/channels"] });
  };
  const figures: [string, number, boolean][] = [
    [t("channels.sentToday"), channel.sent_today, false],
    [t("channels.queued"), channel.queued, false],
    [t("channels.dead"), channel.dead, channel.dead > 0],
  ];
  if (channel.subscribers !== null) figures.push([t("channels.subscribers"), channel.subscribers, false]);
  return (
    <li className="card flex flex-col gap-3 p-4">
      <div className="flex items-start gap-3">
        <span className="grid size-9 shrink-0 place-items-center rounded-[10px] bg-s3"><ChannelIcon kind={channel.kind} size={18} /></span>
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-[14.5px] font-[650]">{mayManage ? <button type="button" className="hover:underline" onClick={onEdit}>{channel.name}</button> : channel.name}</h2>
          <p className="text-xs text-fg3">{t(`channels.name.${channel.kind}`)}{channel.venue_id === null && ` · ${t("scope.installation")}`} · {channel.last_sent_at ? <>{t("channels.lastSent")} <Ago at={channel.last_sent_at} /></> : t("channels.neverSent")}</p>
        </div>
        <ChannelStateTag channel={channel} />
      </div>
      <dl className="num flex flex-wrap gap-x-6 gap-y-2">
        {figures.map(([label, value, bad]) => (
          <div key={label}>
            <dt className="text-xs text-fg3">{label}</dt>
            <dd className={`text-lg leading-tight font-[650] ${bad ? "text-broken" : ""}`}>
              {bad ? <Link to="/notifications/log" search={{ channel: channel.id, state: "dead" }} className="hover:underline">{format.number(value)}</Link> : format.number(value)}
            </dd>
          </div>
        ))}
      </dl>
      {channel.paused_until && channel.state === "paused" && <p className="text-[12.5px] text-paused">{t("channels.pausedUntil", { time: format.clock(channel.paused_until) })}</p>}
      {channel.last_error && (channel.state === "failing" || channel.state === "broken") && <p className="text-[12.5px] break-words text-broken">{channel.last_error}</p>}
      {test.deliveries && <Fate deliveries={test.deliveries} />}
      {mayManage && (
        <div className="mt-auto flex items-center gap-2 border-t border-line pt-3">
          <Button size="sm" icon={<FlaskConical size={14} />} busy={test.busy} onClick={() => void test.start()}>{t("channels.test")}</Button>
          <Button size="sm" tone="quiet" icon={<Pencil size={14} />} onClick={onEdit}>{t("action.edit")}</Button>
          <span className="flex-1" />
          <Switch label="" ariaLabel={t("channels.enabled", { name: channel.name })} checked={channel.enabled} onChange={(on) => void toggle(on)} />
        </div>
      )}
    </li>
  );
}
