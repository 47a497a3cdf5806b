import { useQuery } from "@tanstack/react-query";
import { BellRing, Pause, Play } from "lucide-react";
import { useEffect, useState } from "react";
import type { Customer, FloorSession, FloorStation, PaymentMethod, SessionDetail } from "@/api/types";
import { Avatar, Countdown, Failed, Notice, Ring, SkeletonRows } from "@/components/display";
import { Button, Kbd } from "@/components/Button";
import { MethodPicker } from "@/components/domain/PaymentFields";
import { PriceLines } from "@/components/domain/PriceLines";
import { stateTones } from "@/components/domain/states";
import { Timeline } from "@/components/domain/Timeline";
import { clock } from "@/lib/clock";
import { toastError } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { onTick } from "@/lib/ticker";
import { toast } from "@/lib/toast";
import { useFormat, usePermission, useVenue } from "@/lib/venue";
import { EndDialog } from "./EndDialog";
import { ExtendDialog, useExtendQuote } from "./ExtendDialog";
import { MoveDialog } from "./MoveDialog";
import { useFloorActions } from "./mutations";
import { useSheetAction } from "./useFloorKeys";

const cell = "w-full !justify-between !px-2 !h-8 !text-[12.5px]";

export function SessionPanel({ station, session, onMoved }: { station: FloorStation; session: FloorSession; onMoved: (id: string) => void }) {
  const t = useT();
  const format = useFormat();
  const venue = useVenue();
  const mayOperate = usePermission("venue.sessions.operate");
  const actions = useFloorActions();
  const [dialog, setDialog] = useState<"extend" | "move" | "end" | null>(null);
  const [chosen, setChosen] = useState<PaymentMethod | null>(null);

  const detail = useQuery({
    queryKey: ["session", session.id, session.ends_at, session.state],
    queryFn: () => api.get<SessionDetail>(`/sessions/${session.id}`),
    placeholderData: (previous) => (previous?.id === session.id ? previous : undefined),
    refetchInterval: session.ends_at === null ? 20_000 : 60_000,
  });
  const customer = useQuery({
    queryKey: ["customer", session.customer_id],
    queryFn: () => api.get<Customer>(`/customers/${session.customer_id ?? ""}`),
    enabled: session.customer_id !== null,
  });
  const half = useExtendQuote(session, 30, mayOperate);
  const hour = useExtendQuote(session, 60, mayOperate);
  const wallet = customer.data ? customer.data.wallet.paid_minor + customer.data.wallet.bonus_minor : 0;
  const method: PaymentMethod = chosen ?? (customer.data && half.data && wallet >= half.data.total_minor ? "wallet" : "cash");
  const timed = session.mode === "prepaid";

  const extend = (minutes: number) => {
    actions.extend(station, minutes, { method }).then(
      () => { toast.good(t("sheet.extended", { name: station.name, minutes })); },
      toastError,
    );
  };
  const pause = () => { actions.pauseOrResume(station).catch(toastError); };
  const mayPause = venue.policy.pause_allowed && mayOperate;
  useSheetAction((action) => {
    if (!mayOperate) return;
    if (action === "extend" && timed) setDialog("extend");
    else if (action === "pause" && mayPause) pause();
    else if (action === "move") setDialog("move");
    else if (action === "end") setDialog("end");
  });

  return (
    <>
      <Person session={session} customer={customer.data} />
      {session.requested_minutes !== null && (
        <Notice>
          <div className="flex items-center gap-2">
            <BellRing size={16} className="shrink-0 text-soon" aria-hidden />
            <span className="flex-1">{t("sheet.request", { minutes: session.requested_minutes })}</span>
            <Button size="sm" tone="primary" onClick={() => { extend(session.requested_minutes ?? 30); }}>{t("sheet.accept")}</Button>
            <Button size="sm" tone="quiet" onClick={() => { actions.dismissRequest(station).catch(toastError); }}>{t("action.dismiss")}</Button>
          </div>
        </Notice>
      )}
      <div className="grid grid-cols-[128px_minmax(0,1fr)] items-center gap-3.5">
        <SessionRing station={station} session={session} />
        {mayOperate && (
          <div className="grid grid-cols-2 gap-1.5">
            {timed && (
              <>
                <Button tone="primary" className={cell} onClick={() => { extend(30); }}>+30 m<small className="num">{half.data && format.money(half.data.total_minor)}</small></Button>
                <Button className={cell} onClick={() => { extend(60); }}>+1 h<small className="num text-fg2">{hour.data && format.money(hour.data.total_minor)}</small></Button>
                <Button className={cell} onClick={() => { setDialog("extend"); }}>{t("sheet.custom")}<Kbd>E</Kbd></Button>
              </>
            )}
            {mayPause && (
              <Button className={cell} onClick={pause}>
                <span className="flex items-center gap-1">{session.state === "paused" ? <><Play size={13} aria-hidden />{t("sheet.resume")}</> : <><Pause size={13} aria-hidden />{t("sheet.pause")}</>}</span>
                <Kbd>P</Kbd>
              </Button>
            )}
            <Button className={cell} onClick={() => { setDialog("move"); }}>{t("sheet.move")}<Kbd>M</Kbd></Button>
            <Button tone="danger" className={cell} onClick={() => { setDialog("end"); }}>{t("sheet.end")}<Kbd>⌫</Kbd></Button>
          </div>
        )}
      </div>
      {mayOperate && timed && (
        <div>
          <p className="mb-1.5 text-xs font-medium text-fg3">{t("sheet.payWith")}</p>
          <MethodPicker value={method} onChange={setChosen} wallet={session.customer_id !== null} />
        </div>
      )}
      {detail.isError && <Failed error={detail.error} retry={() => void detail.refetch()} />}
      {detail.isPending && <SkeletonRows rows={4} />}
      {detail.data && <Explained detail={detail.data} />}
      {dialog === "extend" && <ExtendDialog station={station} session={session} method={method} onClose={() => { setDialog(null); }} />}
      {dialog === "move" && <MoveDialog station={station} session={session} onClose={() => { setDialog(null); }} onMoved={onMoved} />}
      {dialog === "end" && <EndDialog station={station} session={session} onClose={() => { setDialog(null); }} />}
    </>
  );
}

function Person({ session, customer }: { session: FloorSession; customer: Customer | undefined }) {
  const t = useT();
  const format = useFormat();
  const parts = customer
    ? [t(`tier.${customer.tier}`), t("wallet.of", { amount: format.money(customer.wallet.paid_minor) }), t("wallet.bonus", { amount: format.money(customer.wallet.bonus_minor) })]
    : [t(`mode.${session.mode}`)];
  const name = session.player || t("session.guest");
  return (
    <div className="flex items-center gap-[11px]">
      <Avatar name={name} size={40} />
      <div className="min-w-0">
        {session.customer_id ? <a href={`/customers/${session.customer_id}`} className="block truncate font-semibold hover:underline">{name}</a> : <b className="block truncate font-semibold">{name}</b>}
        <span className="num block truncate text-[12.5px] text-fg2">{parts.join(" · ")}{customer && customer.wallet.due_minor > 0 && <strong className="text-broken"> · {t("wallet.due", { amount: format.money(customer.wallet.due_minor) })}</strong>}</span>
      </div>
    </div>
  );
}

function SessionRing({ station, session }: { station: FloorStation; session: FloorSession }) {
  const t = useT();
  const format = useFormat();
  const [ratio, setRatio] = useState(0);
  const paused = session.state === "paused";
  useEffect(
    () =>
      onTick((now) => {
        const left = paused ? session.remaining_seconds : session.ends_at ? (Date.parse(session.ends_at) - now) / 1000 : 0;
        const exact = session.total_seconds ? Math.max(0, Math.min(1, left / session.total_seconds)) : 0;
        setRatio(Math.round(exact * 500) / 500);
      }),
    [paused, session.remaining_seconds, session.ends_at, session.total_seconds],
  );
  return (
    <Ring ratio={ratio} tone={stateTones[station.state]} size={128}>
      <strong className="text-2xl font-[650] tracking-tight">
        <Countdown endsAt={session.ends_at} startedAt={session.started_at} frozenSeconds={paused && session.mode !== "postpaid" ? session.remaining_seconds : null} />
      </strong>
      <span className="num text-xs text-fg2">
        {paused ? t("sheet.paused") : session.ends_at ? t("sheet.ends", { time: format.time(session.ends_at) }) : t("sheet.since", { time: format.time(session.started_at) })}
      </span>
    </Ring>
  );
}

function Explained({ detail }: { detail: SessionDetail }) {
  const t = useT();
  const paidBy = [...new Set(detail.payments.map((payment) => t(`pay.${payment.method}`)))].join(", ");
  const totalLabel = detail.due_minor > 0 ? t("price.due") : paidBy ? t("price.paidBy", { method: paidBy }) : t("price.soFar");
  return (
    <>
      <section className="border-t border-line pt-3.5">
        <h3 className="mb-2 text-xs font-semibold text-fg3">{t("sheet.timeline")}</h3>
        <Timeline key={Math.floor(clock.now() / 60_000)} segments={detail.segments} endsAt={detail.ends_at} endedAt={detail.ended_at} />
      </section>
      <section className="border-t border-line pt-3.5">
        <h3 className="mb-1 text-xs font-semibold text-fg3">{t("sheet.price")}</h3>
        <PriceLines lines={detail.price.lines} total={detail.price.total_minor} totalLabel={totalLabel} />
      </section>
    </>
  );
}
