import { useQueryClient } from "@tanstack/react-query";
import { ExternalLink, Globe, GlobeLock, Plus, Star, UsersRound } from "lucide-react";
import { useState } from "react";
import type { Community } from "@/api/alerts";
import { Button } from "@/components/Button";
import { Empty, Failed, SkeletonRows, Tag } from "@/components/display";
import { Page } from "@/components/Page";
import { useT } from "@/lib/i18n";
import { useMe } from "@/lib/session";
import { useFormat, usePermission } from "@/lib/venue";
import { CommunityEditor } from "./CommunityEditor";
import { useCommunities } from "./useCommunities";

export function CommunitiesPage() {
  const t = useT();
  const client = useQueryClient();
  const { query, communities } = useCommunities();
  const [editing, setEditing] = useState<string | null>(null);
  const mayManage = usePermission("alerts.manage");
  const open = editing === "new" ? null : communities.find((one) => one.id === editing);
  const refresh = () => client.invalidateQueries({ queryKey: ["/alerts/communities"] });
  return (
    <Page title={t("nav.communities")} actions={mayManage && <Button tone="primary" icon={<Plus size={16} />} onClick={() => { setEditing("new"); }}>{t("comm.new")}</Button>}>
      {query.isPending && <SkeletonRows />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data && communities.length === 0 && (
        <Empty icon={<UsersRound size={22} />} title={t("comm.none")} text={mayManage ? t("comm.none.text") : t("comm.none.ask")}>
          {mayManage && <Button tone="primary" onClick={() => { setEditing("new"); }}>{t("comm.new")}</Button>}
        </Empty>
      )}
      <ul className="grid gap-3 md:grid-cols-2 2xl:grid-cols-3">{communities.map((one) => <CommunityCard key={one.id} community={one} onOpen={() => { setEditing(one.id); }} />)}</ul>
      {editing !== null && open !== undefined && <CommunityEditor key={editing} community={open} onClose={() => { setEditing(null); }} onSaved={async (id) => { await refresh(); setEditing(id); }} />}
    </Page>
  );
}

function CommunityCard({ community, onOpen }: { community: Community; onOpen: () => void }) {
  const t = useT();
  const me = useMe();
  const format = useFormat();
  const { counts } = community;
  const home = community.venue_id === null ? t("scope.installation") : (me.venues.find((venue) => venue.id === community.venue_id)?.name ?? t("roles.otherVenue"));
  return (
    <li className="card relative flex flex-col gap-3 overflow-hidden p-4">
      <i aria-hidden className="absolute inset-x-0 top-0 h-[3px]" style={{ background: community.accent ?? "var(--accent)" }} />
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="flex items-center gap-1.5 text-[15px] font-[650]"><button type="button" className="truncate text-left hover:underline" onClick={onOpen}>{community.name}</button>{community.is_default && <Star size={14} className="shrink-0 text-soon" role="img" aria-label={t("comm.default")} />}</h2>
          <p className="truncate text-[13px] text-fg2">{community.description || home}</p>
        </div>
        {community.public ? <Tag tone="free" icon={<Globe size={12} aria-hidden />}>{t("comm.public.on")}</Tag> : <Tag tone="offline" icon={<GlobeLock size={12} aria-hidden />}>{t("comm.public.off")}</Tag>}
      </div>
      <dl className="num grid grid-cols-3 gap-3">
        {([["servers.title", counts.servers], ["servers.up", counts.up], ["servers.playersNow", counts.players]] as const).map(([label, value]) => (
          <div key={label}><dt className="text-xs text-fg3">{t(label)}</dt><dd className="text-lg leading-tight font-[650]">{format.number(value)}</dd></div>
        ))}
      </dl>
      <div className="flex flex-wrap items-center justify-between gap-2 border-t border-line pt-3 text-[13px] text-fg2">
        <span className="num">{t("comm.syncAt", { time: community.sync_at.slice(0, 5), zone: community.sync_time_zone })}</span>
        {community.public && <a href={community.links.status} target="_blank" rel="noreferrer" className="flex items-center gap-1.5 text-accent-text hover:underline">{t("comm.open")}<ExternalLink size={13} aria-hidden /></a>}
      </div>
    </li>
  );
}
