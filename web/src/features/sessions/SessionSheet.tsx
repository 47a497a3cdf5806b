import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { SessionDetail } from "@/api/types";
import { Failed, SkeletonRows, Tag } from "@/components/display";
import { PaymentRows } from "@/components/domain/PaymentRows";
import { PriceLines } from "@/components/domain/PriceLines";
import { Timeline } from "@/components/domain/Timeline";
import { Sheet } from "@/components/overlay";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { formatDuration } from "@/lib/time";
import { useFormat } from "@/lib/venue";

/** One session from start to end: where, when, what it cost and who took the money. */
export function SessionSheet({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const session = useQuery({ queryKey: ["session", id], queryFn: () => api.get<SessionDetail>(`/sessions/${id}`) });
  const { data } = session;
  const title = data ? `${data.customer?.display_name ?? data.guest_name ?? t("session.guest")} · ${data.station_name}` : t("session.one");
  return (
    <Sheet open onClose={onClose} title={title}>
      {session.isPending && <SkeletonRows />}
      {session.isError && <Failed error={session.error} retry={() => void session.refetch()} />}
      {data && <Detail session={data} />}
    </Sheet>
  );
}

function Detail({ session }: { session: SessionDetail }) {
  const t = useT();
  const format = useFormat();
  const facts: [string, string][] = [
    [t("session.mode"), t(`mode.${session.mode}`)],
    [t("session.started"), format.dateTime(session.started_at)],
    [session.ended_at ? t("session.ended") : t("session.ends"), session.ended_at ? format.dateTime(session.ended_at) : session.ends_at ? format.time(session.ends_at) : "–"],
    [t("session.refunded"), session.refund_minor > 0 ? format.money(session.refund_minor) : "–"],
  ];
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <Tag tone={session.state === "ended" ? "offline" : session.state === "paused" ? "paused" : "play"}>{t(`session.state.${session.state}`)}</Tag>
        {session.due_minor > 0 && <Tag tone="broken">{t("wallet.due", { amount: format.money(session.due_minor) })}</Tag>}
        <span className="flex-1" />
        {session.customer && <Link to="/customers/$customerId" params={{ customerId: session.customer.id }} className="text-[13px] font-medium text-accent-text hover:underline">{t("session.toCustomer")}</Link>}
        {session.state !== "ended" && <Link to="/floor" search={{ station: session.station_id }} className="text-[13px] font-medium text-accent-text hover:underline">{t("session.toFloor")}</Link>}
      </div>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-3">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt className="text-xs text-fg3">{label}</dt>
            <dd className="num font-medium">{value}</dd>
          </div>
        ))}
      </dl>
      <section>
        <h3 className="mb-2 text-xs font-semibold text-fg3">{t("sheet.timeline")}</h3>
        <Timeline segments={session.segments} endsAt={session.ends_at} endedAt={session.ended_at} />
        <ul className="mt-3 flex flex-col gap-1.5">
          {session.segments.map((segment) => (
            <li key={segment.seq} className="num flex justify-between gap-3 text-[13px]">
              <span>{t(`segment.${segment.kind}`)} <span className="text-fg3">· {segment.place}</span></span>
              <span className="text-fg2">
                {format.time(segment.started_at)}–{segment.ended_at ? format.time(segment.ended_at) : t("timeline.now")}
                {segment.ended_at && ` · ${formatDuration((Date.parse(segment.ended_at) - Date.parse(segment.started_at)) / 1000)}`}
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3 className="mb-1 text-xs font-semibold text-fg3">{t("sheet.price")}</h3>
        <PriceLines lines={session.price.lines} total={session.price.total_minor} />
      </section>
      <section>
        <h3 className="mb-1 text-xs font-semibold text-fg3">{t("session.payments")}</h3>
        <PaymentRows payments={session.payments} />
      </section>
    </>
  );
}
