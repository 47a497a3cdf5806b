import { useQuery, useQueryClient } from "@tanstack/react-query";
import { BellOff } from "lucide-react";
import { useState } from "react";
import type { NoticeTopic } from "@/api/notify";
import type { Items } from "@/api/types";
import { Button } from "@/components/Button";
import { ChannelIcon, ChannelPicker, useChannels } from "@/components/domain/channels";
import { Empty, Failed, Notice, SkeletonRows } from "@/components/display";
import { Field, Select } from "@/components/Field";
import { Dialog } from "@/components/overlay";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { may, useMe } from "@/lib/session";
import { toast } from "@/lib/toast";
import { useAction } from "@/lib/useAction";
import { usePermission, useVenue } from "@/lib/venue";
import { topicWords } from "./explain";

/** Which of the house's own notices go where: a station offline, a channel that is refused. */
export function Topics() {
  const t = useT();
  const me = useMe();
  const venue = useVenue();
  const everywhere = may(me, "notify.view", null);
  const [scope, setScope] = useState<string>(venue.id);
  const [editing, setEditing] = useState<NoticeTopic | null>(null);
  const mayManage = usePermission("notify.manage");
  const channels = useChannels();
  const topics = useQuery({ queryKey: ["/notify/topics", scope], queryFn: () => api.get<Items<NoticeTopic>>("/notify/topics", { venue_id: scope }) });
  return (
    <div className="flex max-w-3xl flex-col gap-3">
      <div className="flex flex-wrap items-end justify-between gap-3">
        <p className="max-w-lg text-[13px] text-fg2">{t("topics.text")}</p>
        {everywhere && (
          <Field label={t("scope.belongs")} hideLabel className="w-52 max-sm:w-full">
            <Select value={scope} onChange={(event) => { setScope(event.target.value); }}>
              {me.venues.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
              <option value="">{t("scope.installation")}</option>
            </Select>
          </Field>
        )}
      </div>
      {topics.isPending && <SkeletonRows />}
      {topics.isError && <Failed error={topics.error} retry={() => void topics.refetch()} />}
      {topics.data?.items.length === 0 && <Empty icon={<BellOff size={22} />} title={t("topics.none")} />}
      {(topics.data?.items.length ?? 0) > 0 && (
        <ul className="card flex flex-col px-4">
          {topics.data?.items.map((topic) => (
            <li key={topic.topic} className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line py-3 last:border-0">
              <span className="min-w-0 flex-1 basis-56"><b className="font-semibold">{topicWords(topic, t)}</b><code className="block font-mono text-xs text-fg3">{topic.topic}</code></span>
              <span className="flex flex-wrap gap-1.5">
                {topic.channel_ids.length === 0 && <span className="text-[13px] text-fg3">{t("topics.nowhere")}</span>}
                {topic.channel_ids.map((id) => {
                  const channel = channels.data?.items.find((one) => one.id === id);
                  return <span key={id} className="inline-flex items-center gap-1 rounded-md bg-s3 px-1.5 py-0.5 text-[12.5px]"><ChannelIcon kind={channel?.kind ?? ""} size={13} />{channel?.name ?? t("rules.aChannel")}</span>;
                })}
              </span>
              {mayManage && <Button size="sm" aria-label={t("topics.change", { label: topicWords(topic, t) })} onClick={() => { setEditing(topic); }}>{t("action.edit")}</Button>}
            </li>
          ))}
        </ul>
      )}
      {editing && <Route topic={editing} venueId={scope || null} onClose={() => { setEditing(null); }} />}
    </div>
  );
}

function Route({ topic, venueId, onClose }: { topic: NoticeTopic; venueId: string | null; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const action = useAction();
  const [ids, setIds] = useState(topic.channel_ids);
  const save = async () => {
    const done = await action.run(async () => {
      await api.put(`/notify/topics/${topic.topic}`, { venue_id: venueId, channel_ids: ids });
      await client.invalidateQueries({ queryKey: ["/notify/topics"] });
      toast.good(t("action.saved"));
    });
    if (done) onClose();
  };
  return (
    <Dialog open onClose={onClose} title={topicWords(topic, t)}>
      <div className="flex flex-col gap-4">
        <ChannelPicker label={t("topics.goTo")} venueId={venueId} value={ids} onChange={setIds} />
        {action.failure && <Notice tone="broken">{action.failure}</Notice>}
        <Button tone="primary" className="self-end" busy={action.busy} onClick={() => void save()}>{t("action.save")}</Button>
      </div>
    </Dialog>
  );
}
