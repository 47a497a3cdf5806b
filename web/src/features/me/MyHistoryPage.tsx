import { useQuery } from "@tanstack/react-query";
import { ChevronDown, History } from "lucide-react";
import { useState } from "react";
import type { Session, SessionDetail } from "@/api/types";
import { Button } from "@/components/Button";
import { PriceLines } from "@/components/domain/PriceLines";
import { Empty, Failed, SkeletonRows } from "@/components/display";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { usePages } from "@/lib/query";
import { formatDuration } from "@/lib/time";
import { useFormat, useVenue } from "@/lib/venue";

export function MyHistoryPage() {
  const t = useT();
  const venue = useVenue();
  const sessions = usePages<Session>("/me/sessions", { venue_id: venue.id });
  return (
    <>
      <h1 className="text-xl font-[650] tracking-tight">{t("my.nav.history")}</h1>
      {sessions.isPending && <SkeletonRows />}
      {sessions.isError && <Failed error={sessions.error} retry={() => void sessions.refetch()} />}
      {sessions.isSuccess && sessions.items.length === 0 && <Empty icon={<History size={22} />} title={t("customer.noSessions")} text={t("my.idle.text")} />}
      {sessions.items.length > 0 && <ul className="rounded-[18px] border border-line bg-s2">{sessions.items.map((session) => <Row key={session.id} session={session} />)}</ul>}
      {sessions.hasNextPage && <Button className="self-center" onClick={() => void sessions.fetchNextPage()}>{t("action.more")}</Button>}
    </>
  );
}

function Row({ session }: { session: Session }) {
  const t = useT();
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const detail = useQuery({ queryKey: ["session", session.id], queryFn: () => api.get<SessionDetail>(`/sessions/${session.id}`), enabled: open });
  const length = session.ended_at ? formatDuration((Date.parse(session.ended_at) - Date.parse(session.started_at)) / 1000) : t("session.state.active");
  return (
    <li className="border-b border-line last:border-0">
      <button type="button" aria-expanded={open} onClick={() => { setOpen(!open); }} className="num flex w-full items-center gap-3 px-4 py-3 text-left">
        <span className="min-w-0 flex-1">
          <span className="block font-medium">{session.station_name} · {session.zone_name}</span>
          <span className="text-xs text-fg3">{format.dateTime(session.started_at)} · {length}</span>
        </span>
        <span className="font-semibold">{format.money(session.charge_minor ?? session.paid_minor)}</span>
        <ChevronDown size={17} aria-hidden className={`text-fg3 transition-transform ${open ? "rotate-180" : ""}`} />
      </button>
      {open && (
        <div className="px-4 pb-4">
          {detail.isPending && <SkeletonRows rows={2} />}
          {detail.isError && <Failed error={detail.error} retry={() => void detail.refetch()} />}
          {detail.data && <PriceLines lines={detail.data.price.lines} total={detail.data.price.total_minor} />}
        </div>
      )}
    </li>
  );
}
