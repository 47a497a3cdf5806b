import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleAlert, CircleCheck, Clock3, RotateCw, Trash2 } from "lucide-react";
import type { Attempt, Delivery } from "@/api/notify";
import { Button } from "@/components/Button";
import { ChannelIcon, useNotifyScope } from "@/components/domain/channels";
import { Failed, SkeletonRows } from "@/components/display";
import { Sheet } from "@/components/overlay";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { orToast, useAction } from "@/lib/useAction";
import { useTopic } from "@/lib/useTopic";
import { useFormat, usePermission } from "@/lib/venue";
import { explanationOf } from "./explain";
import { DeliveryStateTag } from "./states";

const tones = { held: "paused", dead: "broken", queued: "play", sending: "play", sent: "free", discarded: "offline" } as const;

/** One message to one place: what became of it and why, attempt by attempt. */
export function DeliverySheet({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const scope = useNotifyScope();
  const delivery = useQuery({ queryKey: ["/notify/deliveries", "one", id], queryFn: () => api.get<Delivery>(`/notify/deliveries/${id}`) });
  useTopic(`deliveries:${scope.venue_id ?? "all"}`, () => void delivery.refetch());
  return (
    <Sheet open onClose={onClose} title={delivery.data?.notice.title ?? t("log.delivery")}>
      {delivery.isPending && <SkeletonRows rows={4} />}
      {delivery.isError && <Failed error={delivery.error} retry={() => void delivery.refetch()} />}
      {delivery.data && <Shown delivery={delivery.data} onClose={onClose} />}
    </Sheet>
  );
}

function Shown({ delivery, onClose }: { delivery: Delivery; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const client = useQueryClient();
  const action = useAction();
  const mayManage = usePermission("notify.manage");
  const tone = tones[delivery.state];
  const refresh = () => client.invalidateQueries({ queryKey: ["/notify/deliveries"] });
  const retry = () => action.run(async () => {
    const next = await orToast(api.post<Delivery>(`/notify/deliveries/${delivery.id}/retry`));
    client.setQueryData(["/notify/deliveries", "one", delivery.id], next);
    toast.good(t("log.retried"));
    await refresh();
  });
  const discard = () => action.run(async () => {
    await orToast(api.delete(`/notify/deliveries/${delivery.id}`));
    toast.good(t("log.discarded"));
    onClose();
    await refresh();
  });
  return (
    <>
      <section className="flex flex-col gap-2 rounded-xl border p-3.5" style={{ borderColor: `color-mix(in oklab, var(--${tone}) 40%, var(--line))`, background: `color-mix(in oklab, var(--${tone}) 8%, transparent)` }} aria-label={t("log.why")}>
        <DeliveryStateTag delivery={delivery} />
        <p className="text-[14px] leading-relaxed">{explanationOf(delivery, t)}</p>
        {delivery.state === "queued" && delivery.next_attempt_at && delivery.attempt_count > 0 && <p className="num flex items-center gap-1.5 text-[13px] text-fg2"><Clock3 size={14} aria-hidden />{t("log.nextAttempt", { time: format.clock(delivery.next_attempt_at) })}</p>}
      </section>
      <section aria-label={t("log.message")} className="flex flex-col gap-1.5">
        <h3 className="text-[12.5px] font-medium text-fg2">{t("log.message")}</h3>
        <p className="rounded-xl bg-s3 px-3.5 py-2.5 text-[13.5px] break-words whitespace-pre-wrap">{delivery.notice.text}</p>
      </section>
      <dl className="num grid grid-cols-[auto_minmax(0,1fr)] gap-x-5 gap-y-2 text-[13px]">
        <dt className="text-fg3">{t("log.to")}</dt>
        <dd className="flex flex-wrap items-center justify-end gap-x-2"><ChannelIcon kind={delivery.channel?.kind ?? ""} size={14} />{delivery.channel?.name ?? t("log.noChannel")}{delivery.recipient && ` · ${delivery.recipient.to}`}</dd>
        <dt className="text-fg3">{t("log.topic")}</dt><dd className="text-right font-mono text-xs">{delivery.notice.topic}</dd>
        <dt className="text-fg3">{t("log.happened")}</dt><dd className="text-right">{format.dateTime(delivery.notice.at)}</dd>
        <dt className="text-fg3">{t("log.sentAt")}</dt><dd className="text-right">{delivery.sent_at ? format.clock(delivery.sent_at) : "–"}</dd>
      </dl>
      <section aria-label={t("log.attempts")} className="flex flex-col gap-2 border-t border-line pt-4">
        <h3 className="text-[14px] font-[650]">{t("log.attempts")} <span className="num font-normal text-fg3">{delivery.attempt_count}</span></h3>
        {delivery.attempts.length === 0 && <p className="text-[13px] text-fg2">{delivery.state === "held" ? t("log.neverTried") : t("log.notTried")}</p>}
        <ol className="flex flex-col">{delivery.attempts.map((attempt, index) => <AttemptRow key={`${attempt.at}${String(index)}`} attempt={attempt} last={index === delivery.attempts.length - 1} />)}</ol>
      </section>
      {mayManage && delivery.state === "dead" && delivery.notice.topic !== "notify.code" && (
        <div className="flex gap-2">
          <Button tone="primary" icon={<RotateCw size={15} />} busy={action.busy} onClick={() => void retry()}>{t("log.retry")}</Button>
          <Button icon={<Trash2 size={15} />} disabled={action.busy} onClick={() => void discard()}>{t("log.discard")}</Button>
        </div>
      )}
    </>
  );
}

function AttemptRow({ attempt, last }: { attempt: Attempt; last: boolean }) {
  const t = useT();
  const format = useFormat();
  const look = { sent: ["free", CircleCheck], retry: ["soon", RotateCw], refused: ["broken", CircleAlert] } as const;
  const [tone, Icon] = look[attempt.outcome];
  return (
    <li className="relative flex gap-3 pb-4 last:pb-0">
      {!last && <i aria-hidden className="absolute top-6 bottom-0 left-[10px] w-px bg-line2" />}
      <Icon size={21} strokeWidth={1.8} className="shrink-0" style={{ color: `var(--${tone})` }} aria-hidden />
      <div className="min-w-0 text-[13px]">
        <div className="num flex flex-wrap items-baseline gap-x-2"><b className="font-semibold">{t(`log.outcome.${attempt.outcome}`)}</b><span className="text-fg3">{format.clock(attempt.at)} · {attempt.ms} ms{attempt.status !== null && ` · ${String(attempt.status)}`}</span></div>
        {attempt.detail && <p className="break-words text-fg2">{attempt.detail}</p>}
      </div>
    </li>
  );
}
