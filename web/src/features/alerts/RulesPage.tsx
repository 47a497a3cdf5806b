import { useQuery, useQueryClient } from "@tanstack/react-query";
import { BellRing, Plus, Wrench } from "lucide-react";
import { useState } from "react";
import type { Community, MaintenanceWindow, Rule } from "@/api/alerts";
import type { Items } from "@/api/types";
import { Ago } from "@/components/Ago";
import { Button } from "@/components/Button";
import { ChannelIcon, useChannels } from "@/components/domain/channels";
import { Empty, Failed, SkeletonRows, Tag } from "@/components/display";
import { Segmented, Switch } from "@/components/Field";
import { Confirm } from "@/components/overlay";
import { Page } from "@/components/Page";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { orToast } from "@/lib/useAction";
import { useFormat, usePermission } from "@/lib/venue";
import { CommunitySelect } from "./CommunitySelect";
import { MaintenanceForm, useMaintenance } from "./MaintenanceForm";
import { NoCommunity } from "./NoServers";
import { RuleEditor } from "./RuleEditor";
import { useServerNames } from "./ScopeFields";
import { sentenceOf } from "./sentence";
import { useCommunityChoice } from "./useCommunities";

export function RulesPage() {
  const t = useT();
  const client = useQueryClient();
  const { query, communities, chosen, choose } = useCommunityChoice();
  const [tab, setTab] = useState<"rules" | "maintenance">("rules");
  const [editing, setEditing] = useState<Rule | "new" | null>(null);
  const [planning, setPlanning] = useState(false);
  const mayManage = usePermission("alerts.manage");
  const home = chosen ?? communities.find((one) => one.is_default) ?? communities[0];
  const refresh = () => void client.invalidateQueries({ queryKey: ["/alerts/rules"] });
  const picker = <CommunitySelect all={false} communities={communities} value={home?.id ?? ""} onChange={choose} />;
  return (
    <Page
      title={t("nav.rules")}
      wide
      controls={<Segmented label={t("servers.view")} value={tab} onChange={setTab} options={[{ value: "rules" as const, label: t("nav.rules") }, { value: "maintenance" as const, label: t("maint.title") }]} />}
      actions={mayManage && home && (tab === "rules" ? <Button tone="primary" icon={<Plus size={16} />} onClick={() => { setEditing("new"); }}>{t("rules.new")}</Button> : <Button tone="primary" icon={<Plus size={16} />} onClick={() => { setPlanning(true); }}>{t("maint.new")}</Button>)}
    >
      {query.isPending && <SkeletonRows />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {query.data && !home && <NoCommunity />}
      {home && (tab === "rules" ? <RuleList community={home} picker={picker} onEdit={setEditing} /> : <Windows communityId={home.id} picker={picker} />)}
      {editing && home && <RuleEditor rule={editing === "new" ? null : editing} communities={communities} communityId={editing === "new" ? home.id : editing.community_id} onClose={() => { setEditing(null); refresh(); }} />}
      {planning && home && <MaintenanceForm communityId={home.id} onClose={() => { setPlanning(false); }} />}
    </Page>
  );
}

function RuleList({ community, picker, onEdit }: { community: Community; picker: React.ReactNode; onEdit: (rule: Rule | "new") => void }) {
  const t = useT();
  const mayManage = usePermission("alerts.manage");
  const rules = useQuery({ queryKey: ["/alerts/rules", community.id], queryFn: () => api.get<Items<Rule>>("/alerts/rules", { community_id: community.id }), refetchInterval: 30_000 });
  const names = useServerNames(community.id);
  const nameOf = (id: string) => names.data?.items.find((server) => server.id === id)?.name;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex empty:hidden">{picker}</div>
      {rules.isPending && <SkeletonRows />}
      {rules.isError && <Failed error={rules.error} retry={() => void rules.refetch()} />}
      {rules.data?.items.length === 0 && (
        <Empty icon={<BellRing size={22} />} title={t("rules.none")} text={t("rules.none.text")}>
          {mayManage && <Button tone="primary" onClick={() => { onEdit("new"); }}>{t("rules.new")}</Button>}
        </Empty>
      )}
      <ul className="grid gap-3 xl:grid-cols-2">{rules.data?.items.map((rule) => <RuleCard key={rule.id} rule={rule} nameOf={nameOf} onEdit={() => { onEdit(rule); }} />)}</ul>
    </div>
  );
}

function RuleCard({ rule, nameOf, onEdit }: { rule: Rule; nameOf: (id: string) => string | undefined; onEdit: () => void }) {
  const t = useT();
  const { locale } = useFormat();
  const client = useQueryClient();
  const mayManage = usePermission("alerts.manage");
  const channels = useChannels();
  const said = sentenceOf(rule, t, locale, nameOf);
  const toggle = async (enabled: boolean) => {
    await orToast(api.patch(`/alerts/rules/${rule.id}`, { enabled })).catch(() => undefined);
    await client.invalidateQueries({ queryKey: ["/alerts/rules"] });
  };
  const told = rule.channel_ids.map((id) => channels.data?.items.find((channel) => channel.id === id) ?? { id, name: t("rules.aChannel"), kind: "" });
  return (
    <li className={`card grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-4 gap-y-2 p-4 ${rule.enabled ? "" : "[&>div:first-child]:opacity-65"}`}>
      <div className="flex min-w-0 flex-col gap-1.5">
        <h2 className="text-[14px] font-[650]"><button type="button" className="text-left hover:underline" onClick={onEdit}>{rule.name}</button></h2>
        <p className="text-[13.5px] leading-relaxed text-fg2">
          {t("rules.when")} <b className="font-semibold text-fg">{said.when}</b> {t("rules.on")} <b className="font-semibold text-fg">{said.on}</b>, {t("rules.then")}{" "}
          {told.length === 0 && <b className="font-semibold text-soon">{t("rules.noChannel")}</b>}
          {told.map((channel) => <span key={channel.id} className="mr-1.5 inline-flex items-center gap-1 rounded-md bg-s3 px-1.5 py-px align-middle text-[12.5px] font-medium text-fg"><ChannelIcon kind={channel.kind} size={13} />{channel.name}</span>)}
        </p>
        <p className="num flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-fg3">
          {said.notes.map((note) => <span key={note}>{note}</span>)}
          <span>{rule.last_fired_at ? <>{t("rules.lastFired")} <Ago at={rule.last_fired_at} /> · {t("rules.firedToday", { n: rule.fired_today })}</> : t("rules.neverFired")}</span>
        </p>
      </div>
      {mayManage ? <Switch label="" ariaLabel={t("rules.enabled", { name: rule.name })} checked={rule.enabled} onChange={(on) => void toggle(on)} /> : !rule.enabled && <Tag tone="offline">{t("channels.off")}</Tag>}
    </li>
  );
}

function Windows({ communityId, picker }: { communityId: string; picker: React.ReactNode }) {
  const t = useT();
  const format = useFormat();
  const client = useQueryClient();
  const mayManage = usePermission("alerts.manage");
  const [ending, setEnding] = useState<MaintenanceWindow | null>(null);
  const windows = useMaintenance(communityId);
  const names = useServerNames(communityId);
  const end = async () => {
    await orToast(api.delete(`/alerts/maintenance/${ending?.id ?? ""}`));
    toast.good(t("maint.ended"));
    await client.invalidateQueries({ queryKey: ["/alerts/maintenance"] });
  };
  const scopeText = (window: MaintenanceWindow) =>
    window.server_ids.length > 0 ? window.server_ids.map((id) => names.data?.items.find((one) => one.id === id)?.name ?? t("rules.aServer")).join(", ") : window.tags.length > 0 ? t("rules.tagged", { tags: window.tags.join(", ") }) : t("rules.everyServer");
  return (
    <div className="flex max-w-4xl flex-col gap-2.5">
      <div className="flex empty:hidden">{picker}</div>
      {windows.isPending && <SkeletonRows />}
      {windows.isError && <Failed error={windows.error} retry={() => void windows.refetch()} />}
      {windows.data?.items.length === 0 && <Empty icon={<Wrench size={22} />} title={t("maint.none")} text={t("maint.text")} />}
      <ul className="flex flex-col gap-2.5">
        {windows.data?.items.map((window) => (
          <li key={window.id} className="card flex flex-wrap items-center gap-3 p-4">
            {window.active ? <Tag tone="paused" icon={<Wrench size={12} aria-hidden />}>{t("maint.active")}</Tag> : <Tag tone="offline">{t("maint.planned")}</Tag>}
            <span className="min-w-0 flex-1 basis-52">
              <b className="font-semibold">{scopeText(window)}</b>
              <span className="num block text-[13px] text-fg2">{format.dateTime(window.starts_at)} – {format.dateTime(window.ends_at)}{window.reason && ` · ${window.reason}`}</span>
            </span>
            {mayManage && <Button size="sm" onClick={() => { setEnding(window); }}>{window.active ? t("maint.endNow") : t("maint.cancel")}</Button>}
          </li>
        ))}
      </ul>
      {ending && <Confirm open tone="primary" onClose={() => { setEnding(null); }} title={t("maint.end.title", { name: scopeText(ending) })} text={t("maint.end.text")} action={ending.active ? t("maint.endNow") : t("maint.cancel")} onConfirm={end} />}
    </div>
  );
}
