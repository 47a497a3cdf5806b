import { useQuery } from "@tanstack/react-query";
import { Megaphone, Plus } from "lucide-react";
import { useState } from "react";
import type { Channel, KindInfo } from "@/api/notify";
import type { Items } from "@/api/types";
import { Button } from "@/components/Button";
import { useChannels, useNotifyScope } from "@/components/domain/channels";
import { Empty, Failed, SkeletonRows } from "@/components/display";
import { Segmented } from "@/components/Field";
import { Page } from "@/components/Page";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { useThrottled, useTopic } from "@/lib/useTopic";
import { usePermission } from "@/lib/venue";
import { ChannelCard } from "./ChannelCard";
import { ChannelEditor } from "./ChannelEditor";
import { Topics } from "./Topics";

export const useKinds = () => useQuery({ queryKey: ["/notify/kinds"], queryFn: () => api.get<Items<KindInfo>>("/notify/kinds"), staleTime: Infinity });

export function ChannelsPage() {
  const t = useT();
  const [tab, setTab] = useState<"channels" | "topics">("channels");
  const [editing, setEditing] = useState<Channel | "new" | null>(null);
  const mayManage = usePermission("notify.manage");
  return (
    <Page
      title={t("nav.channels")}
      wide
      controls={<Segmented label={t("servers.view")} value={tab} onChange={setTab} options={[{ value: "channels" as const, label: t("nav.channels") }, { value: "topics" as const, label: t("topics.title") }]} />}
      actions={mayManage && tab === "channels" && <Button tone="primary" icon={<Plus size={16} />} onClick={() => { setEditing("new"); }}>{t("channels.new")}</Button>}
    >
      {tab === "channels" ? <ChannelList onEdit={setEditing} /> : <Topics />}
      {editing && <ChannelEditor channel={editing === "new" ? null : editing} onClose={() => { setEditing(null); }} />}
    </Page>
  );
}

function ChannelList({ onEdit }: { onEdit: (channel: Channel | "new") => void }) {
  const t = useT();
  const scope = useNotifyScope();
  const channels = useChannels();
  const kinds = useKinds();
  const mayManage = usePermission("notify.manage");
  const refresh = useThrottled(() => void channels.refetch());
  useTopic(`deliveries:${scope.venue_id ?? "all"}`, refresh, refresh);
  const items = channels.data?.items ?? [];
  if (channels.isPending || kinds.isPending) return <SkeletonRows />;
  if (channels.isError) return <Failed error={channels.error} retry={() => void channels.refetch()} />;
  if (items.length === 0)
    return (
      <Empty icon={<Megaphone size={22} />} title={t("channels.none")} text={t("channels.none.text")}>
        {mayManage && <Button tone="primary" onClick={() => { onEdit("new"); }}>{t("channels.new")}</Button>}
      </Empty>
    );
  const order = kinds.data?.items.map((kind) => kind.kind) ?? [];
  const sorted = items.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  return <ul className="grid gap-3 md:grid-cols-2 xl:grid-cols-3">{sorted.map((channel) => <ChannelCard key={channel.id} channel={channel} onEdit={() => { onEdit(channel); }} />)}</ul>;
}
