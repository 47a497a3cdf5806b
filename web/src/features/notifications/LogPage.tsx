import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { History, RotateCw, X } from "lucide-react";
import { useState } from "react";
import type { Delivery, NoticeTopic } from "@/api/notify";
import type { Items } from "@/api/types";
import { Ago } from "@/components/Ago";
import { Button } from "@/components/Button";
import { type Column, DataTable } from "@/components/DataTable";
import { ChannelIcon, useChannels, useNotifyScope } from "@/components/domain/channels";
import { Empty } from "@/components/display";
import { Field, Segmented, Select } from "@/components/Field";
import { Confirm } from "@/components/overlay";
import { Page } from "@/components/Page";
import { SearchField } from "@/components/SearchField";
import { clock } from "@/lib/clock";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { usePages } from "@/lib/query";
import { useMe } from "@/lib/session";
import { toast } from "@/lib/toast";
import { orToast } from "@/lib/useAction";
import { useDebounced } from "@/lib/useDebounced";
import { useThrottled, useTopic } from "@/lib/useTopic";
import { usePermission } from "@/lib/venue";
import { DeliverySheet } from "./DeliverySheet";
import { explanationOf, topicWords } from "./explain";
import { DeliveryStateTag, deliveryStates } from "./states";

const spans = { "": 0, hour: 3600, day: 86_400, week: 604_800 };
type Span = keyof typeof spans;
const minute = 60_000;

export function LogPage() {
  const t = useT();
  const me = useMe();
  const scope = useNotifyScope();
  const client = useQueryClient();
  const navigate = useNavigate();
  const search = useSearch({ from: "/staff/notifications/log" });
  const channels = useChannels();
  const topics = useQuery({ queryKey: ["/notify/topics", scope.venue_id ?? ""], queryFn: () => api.get<Items<NoticeTopic>>("/notify/topics", scope), staleTime: 300_000 });
  const mayManage = usePermission("notify.manage");
  const [q, setQ] = useState("");
  const [span, setSpan] = useState<Span>("");
  const [asking, setAsking] = useState(false);
  // whole minutes, so that the same question is not a new one with every second
  const since = span === "" ? undefined : new Date(Math.floor(clock.now() / minute) * minute - spans[span] * 1000).toISOString();
  const deliveries = usePages<Delivery>("/notify/deliveries", {
    ...scope, state: search.state, channel_id: search.channel, recipient_id: search.recipient, subject_id: search.subject, topic: search.topic, since, q: useDebounced(q.trim()), limit: 50,
  });
  const refresh = () => void client.invalidateQueries({ queryKey: ["/notify/deliveries"] });
  const refreshSoon = useThrottled(refresh);
  useTopic(`deliveries:${scope.venue_id ?? "all"}`, refreshSoon, refresh);
  const go = (part: Partial<typeof search>) => void navigate({ to: "/notifications/log", search: Object.fromEntries(Object.entries({ ...search, ...part }).filter(([, value]) => value)), replace: true });
  const retryAll = async () => {
    const channel = channels.data?.items.find((one) => one.id === search.channel);
    const homes = channel ? [channel.venue_id] : scope.venue_id ? [scope.venue_id] : [null, ...me.venues.map((venue) => venue.id)];
    const answers = await orToast(Promise.all(homes.map((home) => api.post<{ count: number }>("/notify/deliveries/retry", { venue_id: home, ...(channel && { channel_id: channel.id }) }))));
    toast.good(t("log.retriedAll", { n: answers.reduce((sum, answer) => sum + answer.count, 0) }));
    refresh();
  };
  const dead = search.state === "dead";
  const filtering = q !== "" || span !== "" || Object.values(search).some(Boolean);
  const narrowed = (["subject", "recipient"] as const).filter((key) => search[key]);
  const columns: Column<Delivery>[] = [
    { key: "notice", header: t("log.notice"), className: "max-w-96 max-md:max-w-[46vw]", cell: (row) => <span className="block min-w-0"><b className="block truncate font-semibold">{row.notice.title}</b><span className="block truncate text-xs text-fg2">{row.notice.text}</span></span> },
    { key: "state", header: t("servers.filter.state"), cell: (row) => <DeliveryStateTag delivery={row} /> },
    { key: "channel", header: t("log.to"), wide: true, cell: (row) => <span className="flex items-center gap-2"><ChannelIcon kind={row.channel?.kind ?? ""} size={15} /><span className="min-w-0"><span className="block truncate">{row.channel?.name ?? t("log.noChannel")}</span>{row.recipient && <span className="block text-xs text-fg2">{row.recipient.to}</span>}</span></span> },
    { key: "why", header: t("log.why"), wide: true, className: "max-w-72 text-[12.5px] text-fg2 max-xl:hidden", cell: (row) => <span className="line-clamp-2">{explanationOf(row, t)}</span> },
    { key: "at", header: t("audit.at"), wide: true, align: "right", className: "text-fg2 text-[12.5px]", cell: (row) => <Ago at={row.created_at} /> },
  ];
  const options = <T extends string>(label: string, any: string, value: T | "", all: { value: T; label: string }[], onChange: (next: T | "") => void) => (
    <Field label={label} hideLabel className="w-40 max-sm:w-[calc(50%-4px)]">
      <Select value={value} onChange={(event) => { onChange(event.target.value as T | ""); }}>
        <option value="">{any}</option>
        {all.map((one) => <option key={one.value} value={one.value}>{one.label}</option>)}
      </Select>
    </Field>
  );
  return (
    <Page
      title={t("nav.log")}
      wide
      controls={<Segmented label={t("log.which")} value={dead ? "dead" : "all"} onChange={(next) => { go({ state: next === "dead" ? "dead" : "" }); }} options={[{ value: "all" as const, label: t("log.all") }, { value: "dead" as const, label: t("log.dead") }]} />}
      actions={dead && mayManage && deliveries.items.length > 0 && <Button tone="primary" icon={<RotateCw size={15} />} onClick={() => { setAsking(true); }}>{t("log.retryAll")}</Button>}
    >
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <SearchField label={t("log.search")} value={q} onChange={setQ} className="w-60 max-sm:w-full" />
        {!dead && options(t("servers.filter.state"), t("servers.filter.anyState"), search.state ?? "", deliveryStates.map((state) => ({ value: state, label: t(`log.state.${state}`) })), (state) => { go({ state }); })}
        {options(t("log.channel"), t("log.anyChannel"), search.channel ?? "", (channels.data?.items ?? []).map((one) => ({ value: one.id, label: one.name })), (channel) => { go({ channel }); })}
        {options(t("log.topic"), t("log.anyTopic"), search.topic ?? "", (topics.data?.items ?? []).map((one) => ({ value: one.topic, label: topicWords(one, t) })), (topic) => { go({ topic }); })}
        {options<Exclude<Span, "">>(t("log.span"), t("log.anyTime"), span, (["hour", "day", "week"] as const).map((one) => ({ value: one, label: t(`log.span.${one}`) })), setSpan)}
        {narrowed.map((key) => <Button key={key} size="sm" icon={<X size={14} />} onClick={() => { go({ [key]: "" }); }}>{t(`log.only.${key}`)}</Button>)}
      </div>
      <DataTable
        label={t("nav.log")}
        columns={columns}
        rows={deliveries.items}
        rowKey={(row) => row.id}
        source={deliveries}
        onRow={(row) => { go({ id: row.id }); }}
        empty={<Empty icon={<History size={22} />} title={dead ? t("log.noDead") : filtering ? t("log.noMatch") : t("log.none")} text={dead ? t("log.noDead.text") : filtering ? t("servers.noMatch.text") : t("log.none.text")} />}
      />
      {search.id && <DeliverySheet id={search.id} onClose={() => { go({ id: "" }); }} />}
      {asking && <Confirm open tone="primary" onClose={() => { setAsking(false); }} title={t("log.retryAll.title")} text={t("log.retryAll.text")} action={t("log.retryAll")} onConfirm={retryAll} />}
    </Page>
  );
}
