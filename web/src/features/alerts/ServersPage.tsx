import { FileUp, Plus } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import type { Page as PageOf } from "@/api/types";
import type { Community, GameServer } from "@/api/alerts";
import { Button } from "@/components/Button";
import { Failed, SkeletonRows } from "@/components/display";
import { Field, Segmented, Select } from "@/components/Field";
import { Kpi, Page } from "@/components/Page";
import { SearchField } from "@/components/SearchField";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { useDebounced } from "@/lib/useDebounced";
import { useFormat, usePermission } from "@/lib/venue";
import { AddServer } from "./AddServer";
import { BulkServers } from "./BulkServers";
import { CommunitySelect } from "./CommunitySelect";
import { EventList } from "./EventList";
import { NoCommunity, NoServers } from "./NoServers";
import { ServerTable } from "./ServerTable";
import { type Shown, shownState } from "./states";
import { servers, useServerList, useServersError, useServersPartial, useServersReady, useTotals } from "./store";
import { useCommunityChoice } from "./useCommunities";

interface Filter {
  q: string;
  state: Shown | "";
  tag: string;
}
const NO_FILTER: Filter = { q: "", state: "", tag: "" };
const shownStates: Shown[] = ["up", "down", "flapping", "maintenance", "unknown"];

export function ServersPage() {
  const t = useT();
  const { query, communities, chosen, choose } = useCommunityChoice();
  const [view, setView] = useState<"now" | "events">("now");
  const [asked, setAsked] = useState<"add" | "bulk" | null>(null);
  const mayManage = usePermission("alerts.manage");
  const followed = chosen ? chosen.id : communities.map((one) => one.id).join(",");
  useEffect(() => (followed === "" ? undefined : servers.follow(followed.split(","))), [followed]);
  const none = query.data && communities.length === 0;
  return (
    <Page
      title={t("nav.servers")}
      search
      wide
      controls={
        <Segmented label={t("servers.view")} value={view} onChange={setView} options={[{ value: "now" as const, label: t("servers.view.now") }, { value: "events" as const, label: t("servers.view.events") }]} />
      }
      actions={mayManage && communities.length > 0 && (
        <>
          <Button icon={<FileUp size={15} />} onClick={() => { setAsked("bulk"); }}>{t("servers.bulk")}</Button>
          <Button tone="primary" icon={<Plus size={16} />} onClick={() => { setAsked("add"); }}>{t("servers.add")}</Button>
        </>
      )}
    >
      {query.isPending && <SkeletonRows />}
      {query.isError && <Failed error={query.error} retry={() => void query.refetch()} />}
      {none && <NoCommunity />}
      {communities.length > 0 && (view === "now" ? (
        <Now communities={communities} community={chosen} onCommunity={choose} onAdd={() => { setAsked("add"); }} />
      ) : (
        <EventList communityId={chosen?.id ?? null} picker={<CommunitySelect communities={communities} value={chosen?.id ?? ""} onChange={choose} />} />
      ))}
      {asked === "add" && <AddServer communities={communities} community={chosen} onClose={() => { setAsked(null); }} />}
      {asked === "bulk" && <BulkServers communities={communities} community={chosen} onClose={() => { setAsked(null); }} />}
    </Page>
  );
}

function Now({ communities, community, onCommunity, onAdd }: { communities: Community[]; community: Community | null; onCommunity: (id: string) => void; onAdd: () => void }) {
  const t = useT();
  const ready = useServersReady();
  const error = useServersError();
  const list = useServerList();
  const [filter, setFilter] = useState(NO_FILTER);
  useServerSearch(filter, community);
  const ids = useFiltered(list, filter);
  const tags = useMemo(() => [...new Set(list.flatMap((server) => server.tags))].sort(), [list]);
  const filtering = filter.q !== "" || filter.state !== "" || filter.tag !== "";
  return (
    <div className="flex flex-col gap-3">
      <Strip communities={community ? [community] : communities} onState={(state) => { setFilter({ ...filter, state: filter.state === state ? "" : state }); }} />
      <div className="flex flex-wrap gap-2">
        <SearchField label={t("servers.search")} value={filter.q} onChange={(q) => { setFilter({ ...filter, q }); }} className="w-64 max-sm:w-full" />
        <CommunitySelect communities={communities} value={community?.id ?? ""} onChange={onCommunity} />
        <Field label={t("servers.filter.state")} hideLabel className="w-40 max-sm:flex-1">
          <Select value={filter.state} onChange={(event) => { setFilter({ ...filter, state: event.target.value as Filter["state"] }); }}>
            <option value="">{t("servers.filter.anyState")}</option>
            {shownStates.map((state) => <option key={state} value={state}>{t(`servers.state.${state}`)}</option>)}
          </Select>
        </Field>
        {tags.length > 0 && (
          <Field label={t("servers.tags")} hideLabel className="w-40 max-sm:flex-1">
            <Select value={filter.tag} onChange={(event) => { setFilter({ ...filter, tag: event.target.value }); }}>
              <option value="">{t("servers.filter.anyTag")}</option>
              {tags.map((tag) => <option key={tag}>{tag}</option>)}
            </Select>
          </Field>
        )}
      </div>
      {!ready && !error && <SkeletonRows rows={8} />}
      {!ready && error !== null && <Failed error={error} retry={() => void servers.read()} />}
      {ready && (ids.length > 0 ? <ServerTable ids={ids} onTag={(tag) => { setFilter({ ...filter, tag }); }} /> : <NoServers filtering={filtering} onClear={() => { setFilter(NO_FILTER); }} onAdd={onAdd} />)}
    </div>
  );
}

/** The ids of the rows, the same array for as long as they are the same. */
function useFiltered(list: GameServer[], filter: Filter): string[] {
  const needle = filter.q.trim().toLowerCase();
  const fits = (server: GameServer) =>
    (filter.state === "" || shownState(server) === filter.state) &&
    (filter.tag === "" || server.tags.includes(filter.tag)) &&
    (needle === "" || [server.name, server.game, server.map, server.address, server.url, server.region].some((text) => text?.toLowerCase().includes(needle)));
  const ids = list.filter(fits).map((server) => server.id);
  const [kept, setKept] = useState(ids);
  if (kept.length !== ids.length || kept.some((id, at) => id !== ids[at])) {
    setKept(ids);
    return ids;
  }
  return kept;
}

/** Where there are more servers than the page holds, the server searches. */
function useServerSearch(filter: Filter, community: Community | null): void {
  const partial = useServersPartial();
  const { q, state, tag } = useDebounced(filter, 250);
  useEffect(() => {
    if (!partial || (q === "" && state === "" && tag === "")) return;
    const query = { community_id: community?.id, q, tag, limit: 200, ...((state === "up" || state === "down" || state === "unknown") && { state }) };
    api.get<PageOf<GameServer>>("/alerts/servers", query).then((page) => { servers.add(page.items); }, () => undefined);
  }, [partial, q, state, tag, community?.id]);
}

function Strip({ communities, onState }: { communities: Community[]; onState: (state: Shown) => void }) {
  const t = useT();
  const format = useFormat();
  const partial = useServersPartial();
  const totals = useTotals();
  const sum = (of: (community: Community) => number) => communities.reduce((all, community) => all + of(community), 0);
  const all = partial ? sum((one) => one.counts.servers) : totals.servers;
  const up = partial ? sum((one) => one.counts.up) : totals.up;
  const players = partial ? sum((one) => one.counts.players) : totals.players;
  const filterBy = (state: Shown, label: string) => <button type="button" className="text-accent-text hover:underline" onClick={() => { onState(state); }}>{label}</button>;
  return (
    <section aria-label={t("servers.strip")} className="grid grid-cols-2 gap-2.5 lg:grid-cols-4">
      <Kpi label={t("servers.up")} note={t("servers.ofAll", { n: all })}>{format.number(up)}</Kpi>
      <Kpi label={t("servers.playersNow")} note={up > 0 ? t("servers.perServer", { n: format.number(Math.round((players / up) * 10) / 10) }) : t("servers.nobody")}>{format.number(players)}</Kpi>
      <Kpi label={t("servers.state.down")} {...(totals.down > 0 && { tone: "broken" as const })} note={totals.down > 0 ? filterBy("down", t("servers.showThem")) : t("servers.allAnswer")}>{format.number(totals.down)}</Kpi>
      <Kpi label={t("servers.state.flapping")} {...(totals.flapping > 0 && { tone: "soon" as const })} note={totals.flapping > 0 ? filterBy("flapping", t("servers.showThem")) : t("servers.steady")}>{format.number(totals.flapping)}</Kpi>
    </section>
  );
}
