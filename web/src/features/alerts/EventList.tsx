import { Link } from "@tanstack/react-router";
import { History } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import type { AlertEvent, EventKind } from "@/api/alerts";
import { Ago } from "@/components/Ago";
import { Button } from "@/components/Button";
import { Empty, Failed, SkeletonRows } from "@/components/display";
import { Field, Select } from "@/components/Field";
import { useT } from "@/lib/i18n";
import { usePages } from "@/lib/query";
import { eventIcons, eventKinds, eventTones } from "./states";
import { servers } from "./store";

/** What has happened, newest first; what happens now slips in at the top. */
export function EventList({ communityId, serverId, picker }: { communityId?: string | null; serverId?: string; picker?: ReactNode }) {
  const t = useT();
  const [kind, setKind] = useState<EventKind | "">("");
  const events = usePages<AlertEvent>("/alerts/events", { community_id: communityId, server_id: serverId, kind, limit: 50 });
  const live = useLiveEvents((event) => (!serverId || event.server?.id === serverId) && (!communityId || event.community_id === communityId) && (kind === "" || event.kind === kind));
  const known = new Set(events.items.map((event) => event.id));
  const rows = [...live.filter((event) => !known.has(event.id)), ...events.items];
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-2">
        {picker}
        <Field label={t("events.kind")} hideLabel className="w-52 max-sm:w-full">
          <Select value={kind} onChange={(event) => { setKind(event.target.value as EventKind | ""); }}>
            <option value="">{t("events.anyKind")}</option>
            {eventKinds.filter((one) => one !== "threshold").map((one) => <option key={one} value={one}>{t(`event.${one}`)}</option>)}
          </Select>
        </Field>
      </div>
      {events.isPending && <SkeletonRows />}
      {events.isError && <Failed error={events.error} retry={() => void events.refetch()} />}
      {events.data && rows.length === 0 && <Empty icon={<History size={22} />} title={t("events.none")} text={t("events.none.text")} />}
      {rows.length > 0 && (
        <ol className={`flex flex-col ${serverId ? "" : "card px-3.5 py-1"}`} aria-label={t("events.title")}>
          {rows.map((event) => <EventRow key={event.id} event={event} withServer={!serverId} />)}
        </ol>
      )}
      {events.hasNextPage && <Button className="self-center" busy={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>{t("action.more")}</Button>}
    </div>
  );
}

function EventRow({ event, withServer }: { event: AlertEvent; withServer: boolean }) {
  const t = useT();
  const Icon = eventIcons[event.kind];
  return (
    <li className="flex items-start gap-3 border-b border-line py-2.5 last:border-0">
      <span className="mt-0.5 grid size-7 shrink-0 place-items-center rounded-lg" style={{ color: `var(--${eventTones[event.kind]})`, background: `color-mix(in oklab, var(--${eventTones[event.kind]}) 13%, transparent)` }}>
        <Icon size={15} strokeWidth={2} aria-hidden />
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-baseline gap-x-2">
          <b className="font-semibold">{t(`event.${event.kind}`)}</b>
          {withServer && event.server && <Link to="/servers/$serverId" params={{ serverId: event.server.id }} className="truncate text-[13px] text-accent-text hover:underline">{event.server.name}</Link>}
          {event.players !== null && event.before !== null && event.players !== event.before && <span className="num text-[12.5px] text-fg3">{event.before} → {event.players}</span>}
        </span>
        <span className="block text-[12.5px] break-words text-fg2">{event.text}</span>
      </span>
      <Ago at={event.at} className="num shrink-0 pt-0.5 text-xs text-fg3" />
    </li>
  );
}

function useLiveEvents(fits: (event: AlertEvent) => boolean): AlertEvent[] {
  const [live, setLive] = useState<AlertEvent[]>([]);
  useEffect(() => servers.onEvents((events) => { setLive((before) => [...events.filter((event) => !before.some((one) => one.id === event.id)).toReversed(), ...before].slice(0, 200)); }), []);
  return live.filter(fits);
}
