import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ChevronRight, ExternalLink, History as HistoryIcon, Pencil, RefreshCw, Trash2, Wrench } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import type { GameServer } from "@/api/alerts";
import { Ago } from "@/components/Ago";
import { Button, IconButton } from "@/components/Button";
import { CopyButton } from "@/components/CopyButton";
import { Empty, Failed, Notice, Skeleton, SkeletonRows } from "@/components/display";
import { Confirm } from "@/components/overlay";
import { Card, Page } from "@/components/Page";
import { hasCode, Problem } from "@/lib/problem";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { formatDuration } from "@/lib/time";
import { toast } from "@/lib/toast";
import { orToast, useAction } from "@/lib/useAction";
import { usePermission } from "@/lib/venue";
import { EventList } from "./EventList";
import { covers, MaintenanceForm, MaintenanceText, useMaintenance } from "./MaintenanceForm";
import { ServerEditor } from "./ServerEditor";
import { addressOf, Players, ServerState } from "./states";
import { servers, useServer } from "./store";

const HistoryCard = lazy(() => import("./HistoryCard").then((module) => ({ default: module.HistoryCard })));

export function ServerPage() {
  const t = useT();
  const { serverId } = useParams({ from: "/staff/servers/$serverId" });
  const query = useQuery({ queryKey: ["/alerts/servers", serverId], queryFn: () => api.get<GameServer>(`/alerts/servers/${serverId}`), refetchInterval: 60_000 });
  const community = query.data?.community_id;
  useEffect(() => (community ? servers.follow([community]) : undefined), [community]);
  const live = useServer(serverId);
  const server = live ?? query.data;
  if (server) return <Shown server={server} onChanged={() => void query.refetch()} />;
  const gone = query.error instanceof Problem && query.error.status === 404;
  return (
    <Page title={t("nav.servers")}>
      {query.isPending && <SkeletonRows />}
      {gone ? <Empty icon={<Trash2 size={22} />} title={t("server.gone")} text={t("server.gone.text")}><Link to="/servers" className="text-accent-text hover:underline">{t("server.toAll")}</Link></Empty> : query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
    </Page>
  );
}

function Shown({ server, onChanged }: { server: GameServer; onChanged: () => void }) {
  const t = useT();
  const navigate = useNavigate();
  const client = useQueryClient();
  const polling = useAction();
  const [asked, setAsked] = useState<"edit" | "maintenance" | "delete" | null>(null);
  const mayManage = usePermission("alerts.manage");
  const maySeeLog = usePermission("notify.view");
  const windows = useMaintenance(server.community_id);
  const planned = windows.data?.items.find((window) => window.active && covers(window, server));
  const work = server.maintenance ?? (planned ? { until: planned.ends_at, reason: planned.reason } : null);
  const taken = (next: GameServer) => {
    servers.add([next]);
    client.setQueryData(["/alerts/servers", server.id], next);
  };
  const poll = () => polling.run(async () => {
    const next = await orToast(api.post<GameServer>(`/alerts/servers/${server.id}/poll`));
    taken(next);
    toast.good(next.state === "up" ? t("server.polled", { name: next.name }) : t("server.polled.down", { name: next.name }));
  });
  const remove = async () => {
    await orToast(api.delete(`/alerts/servers/${server.id}`).catch((error: unknown) => {
      if (!hasCode(error, "alerts.server_not_found")) throw error;
    }));
    servers.drop(server.id);
    toast.good(t("server.deleted", { name: server.name }));
    await navigate({ to: "/servers" });
  };
  const heading = (
    <div className="min-w-0 items-center gap-x-2 max-md:contents md:flex">
      <nav aria-label={t("server.path")} className="flex shrink-0 items-center gap-1.5 text-fg3"><Link to="/servers" className="hover:text-fg hover:underline">{t("nav.servers")}</Link><ChevronRight size={14} aria-hidden /></nav>
      <div className="flex min-w-0 items-center gap-3 max-md:order-last max-md:w-full">
        <h1 className="truncate text-xl font-[650] tracking-tight">{server.name}</h1>
        <ServerState server={{ ...server, maintenance: work }} />
      </div>
    </div>
  );
  return (
    <Page
      title={server.name}
      heading={heading}
      actions={mayManage && (
        <>
          {server.origin === "polled" && <Button icon={<RefreshCw size={15} />} busy={polling.busy} onClick={() => void poll()}>{t("server.poll")}</Button>}
          <Button icon={<Wrench size={15} />} onClick={() => { setAsked("maintenance"); }}>{t("maint.title")}</Button>
          <Button icon={<Pencil size={15} />} onClick={() => { setAsked("edit"); }}>{t("action.edit")}</Button>
          <IconButton label={t("server.delete")} className="!flex-none border border-line2" onClick={() => { setAsked("delete"); }}><Trash2 size={16} /></IconButton>
        </>
      )}
    >
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_320px]">
        <div className="flex min-w-0 flex-col gap-4 max-lg:order-2">
          {work && <Notice tone="play"><MaintenanceText until={work.until} reason={work.reason} /></Notice>}
          {server.state === "down" && server.last_error && <Notice tone="broken">{t("server.lastError", { error: errorWord(t, server.last_error) })}</Notice>}
          <Suspense fallback={<Skeleton className="h-80" />}><HistoryCard serverId={server.id} /></Suspense>
          <Card title={t("events.title")} actions={maySeeLog && <Link to="/notifications/log" search={{ subject: server.id }} className="flex items-center gap-1.5 text-[13px] text-accent-text hover:underline"><HistoryIcon size={14} aria-hidden />{t("server.deliveries")}</Link>}>
            <EventList serverId={server.id} />
          </Card>
        </div>
        <aside className="flex flex-col gap-4 max-lg:contents" aria-label={t("server.now")}>
          <NowCard server={server} />
          <Facts server={server} />
        </aside>
      </div>
      {asked === "edit" && <ServerEditor server={server} onClose={() => { setAsked(null); }} onSaved={taken} />}
      {asked === "maintenance" && <MaintenanceForm communityId={server.community_id} server={server} onClose={() => { setAsked(null); onChanged(); }} />}
      {asked === "delete" && <Confirm open onClose={() => { setAsked(null); }} title={t("server.delete.title", { name: server.name })} text={server.origin === "reported" ? t("server.delete.reported") : t("server.delete.text")} action={t("action.delete")} onConfirm={remove} />}
    </Page>
  );
}

function NowCard({ server }: { server: GameServer }) {
  const t = useT();
  const connect = addressOf(server);
  const web = /^https?:\/\//.test(connect);
  return (
    <section className="card flex flex-col gap-3 p-4 max-lg:order-1" aria-label={t("server.now")}>
      <div className="flex items-start justify-between gap-3">
        <div>
          <h2 className="text-xs font-medium text-fg3">{t("servers.playersNow")}</h2>
          <div className="num text-[28px] leading-tight font-[650] tracking-tight"><Players server={server} bar={false} /></div>
        </div>
        <div className="text-right text-[13px] text-fg2">
          <div className="font-medium text-fg">{server.game}</div>
          {server.map && <div>{server.map}</div>}
        </div>
      </div>
      {connect && (
        <div className="flex items-center gap-2 rounded-[10px] border border-line2 bg-bg p-1.5 pl-3">
          <code className="min-w-0 flex-1 py-1 font-mono text-[12.5px] break-all">{connect}</code>
          {web && <a href={connect} target="_blank" rel="noreferrer" aria-label={t("server.open")} className="grid size-8 place-items-center rounded-lg text-fg3 hover:text-fg"><ExternalLink size={15} /></a>}
          <CopyButton text={connect} />
        </div>
      )}
      {server.state === "up" && (server.player_names.length > 0 ? (
        <div>
          <h3 className="mb-1.5 text-xs font-medium text-fg3">{t("server.whoIsOn")}</h3>
          <ul className="flex flex-wrap gap-1.5">{server.player_names.map((name, index) => <li key={`${name}${String(index)}`} className="max-w-full truncate rounded-md bg-s3 px-2 py-0.5 text-[12.5px]">{name}</li>)}</ul>
          {server.player_names.length < server.players && <p className="mt-1.5 text-xs text-fg3">{t("server.andMore", { n: server.players - server.player_names.length })}</p>}
        </div>
      ) : server.players > 0 ? <p className="text-[13px] text-fg2">{t("server.noNames")}</p> : null)}
    </section>
  );
}

function Facts({ server }: { server: GameServer }) {
  const t = useT();
  const facts: [string, React.ReactNode][] = [
    [t("server.origin"), t(`server.origin.${server.origin}`)],
    [t("customer.seen"), server.last_seen_at ? <Ago at={server.last_seen_at} /> : null],
    [t("server.changed"), server.changed_at ? <Ago at={server.changed_at} /> : null],
    [t("server.protocol"), server.protocol],
    [t("server.interval"), server.origin === "polled" ? formatDuration(server.interval_seconds) : null],
    [t("server.latency"), server.latency_ms === null ? null : `${String(Math.round(server.latency_ms))} ms`],
    [t("server.missesNow"), server.misses > 0 ? t("server.missed", { n: server.misses, of: server.down_after }) : null],
    [t("server.table"), server.table],
    [t("server.region"), server.region],
    [t("server.version"), server.version],
    [t("servers.tags"), server.tags.length > 0 ? server.tags.join(", ") : null],
    [t("server.public"), server.public ? t("server.public.yes") : t("server.public.no")],
  ];
  return (
    <Card title={t("server.facts")} className="max-lg:order-3">
      <dl className="num grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-2 text-[13px]">
        {facts.filter(([, value]) => value !== null && value !== "").map(([label, value]) => (
          <div key={label} className="contents"><dt className="text-fg3">{label}</dt><dd className="text-right break-words">{value}</dd></div>
        ))}
      </dl>
    </Card>
  );
}

const errors = ["timeout", "refused", "unresolved", "bad_answer"] as const;
export const errorWord = (t: ReturnType<typeof useT>, error: string): string => {
  const known = errors.find((one) => one === error);
  return known ? t(`outcome.${known}`) : error;
};
