import { useQuery } from "@tanstack/react-query";
import { Megaphone, Plus } from "lucide-react";
import { useState } from "react";
import type { Channel, KindInfo } from "@/api/notify";
import type { Items } from "@/api/types";
import { Button } from "@/components/Button";
import { useChannels, useNotifyScope } from "@/components/domain/channels";
import { Empty, Failed, SkeletonRows } from "@/components/display";
import { Page } from "@/components/Page";
import { Tabs } from "@/components/Tabs";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { useTopic } from "@/lib/useTopic";
import { usePermission } from "@/lib/venue";
import { ChannelCard } from "./ChannelCard";
import { ChannelEditor } from "./ChannelEditor";
import { Topics } from "./Topics";

export const useKinds = () => useQuery({ queryKey: ["/notify/kinds"], queryFn: () => api.get<Items<KindInfo>>("/notify/kinds"), staleTime: Infinity });

export function ChannelsPage() {
  const t = useT();
  const [tab, setTab] = useState("channels");
  const [editing, setEditing] = useState<Channel | "new" | null>(null);
  const mayManage = usePermission("notify.manage");
  return (
    <Page title={t("nav.channels")} actions={mayManage && <Button tone="primary" icon={<Plus size={16} />} onClick={() => { setEditing("new"); }}>{t("channels.new")}</Button>}>
      <Tabs
        label={t("nav.channels")}
        value={tab}
        onChange={setTab}
        items={[
          { value: "channels", label: t("nav.channels"), content: <ChannelList onEdit={setEditing} /> },
          { value: "topics", label: t("topics.title"), content: <Topics /> },
        ]}
      />
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
  useTopic(`deliveries:${scope.venue_id ?? "all"}`, () => void channels.refetch(), () => void channels.refetch());
  const items = channels.data?.items ?? [];
  if (channels.isPending || kinds.isPending) return <SkeletonRows />;
  if (channels.isError) return <Failed error={channels.error} retry={() => void channels.refetch()} />;
  if (items.length === 0)
    return (
      <Empty icon={<Megaphone size={22} />} title={t("channels.none")} text={t("channels.none.text")}>
        {mayManage && <Button tone="primary" onClick={() => { onEdit("new"); }}>{t("channels.new")}</Button>}
      </Empty>
    );
  const groups = (kinds.data?.items ?? []).map((kind) => ({ kind, channels: items.filter((channel) => channel.kind === kind.kind) })).filter((group) => group.channels.length > 0);
  return (
    <div className="flex flex-col gap-6">
      {groups.map((group) => (
        <section key={group.kind.kind} aria-label={group.kind.label} className="flex flex-col gap-2.5">
          <h2 className="text-[13px] font-semibold text-fg2">{group.kind.label}</h2>
          <ul className="grid gap-3 md:grid-cols-2 2xl:grid-cols-3">{group.channels.map((channel) => <ChannelCard key={channel.id} channel={channel} onEdit={() => { onEdit(channel); }} />)}</ul>
        </section>
      ))}
    </div>
  );
}
