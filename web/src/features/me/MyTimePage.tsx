import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Gamepad2, Pause, Play } from "lucide-react";
import { useEffect, useState } from "react";
import type { MyOverview, SessionDetail } from "@/api/types";
import { Button } from "@/components/Button";
import { PriceLines } from "@/components/domain/PriceLines";
import { Avatar, Countdown, Failed, Money, Ring, SkeletonRows, Tag } from "@/components/display";
import { Confirm } from "@/components/overlay";
import { errorText, toastError } from "@/lib/errors";
import { api, newKey } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { onTick } from "@/lib/ticker";
import { toast } from "@/lib/toast";
import { useFormat } from "@/lib/venue";
import { useOverview } from "./useOverview";

export function MyTimePage() {
  const t = useT();
  const overview = useOverview();
  useEffect(() => {
    document.title = `${t("my.nav.time")} · GameOps`;
  }, [t]);
  if (overview.isPending) return <SkeletonRows />;
  if (overview.isError) return <Failed error={overview.error} retry={() => void overview.refetch()} />;
  const { data } = overview;
  return (
    <>
      <div className="flex items-center gap-3">
        <Avatar name={data.customer.display_name} size={42} />
        <div>
          <h1 className="font-semibold">{data.customer.display_name}</h1>
          <p className="text-[13px] text-fg2">{data.tier.name}</p>
        </div>
      </div>
      {data.session ? <Playing overview={data} session={data.session} /> : <Idle />}
      <WalletLine overview={data} />
      <TierCard overview={data} />
      {data.session && (
        <section className="rounded-[18px] border border-line bg-s2 p-4">
          <h2 className="mb-1 text-[13px] font-semibold text-fg2">{t("my.price")}</h2>
          <PriceLines lines={data.session.price.lines} total={data.session.price.total_minor} />
        </section>
      )}
    </>
  );
}

function Idle() {
  const t = useT();
  return (
    <section className="grid place-items-center gap-2 rounded-[22px] border border-line bg-s2 px-6 py-10 text-center">
      <div className="grid size-16 place-items-center rounded-2xl bg-s3 text-fg3"><Gamepad2 size={30} aria-hidden /></div>
      <p className="mt-1 text-lg font-semibold">{t("my.idle.title")}</p>
      <p className="max-w-64 text-[13.5px] text-fg2">{t("my.idle.text")}</p>
    </section>
  );
}

function Playing({ overview, session }: { overview: MyOverview; session: SessionDetail }) {
  const t = useT();
  const format = useFormat();
  const client = useQueryClient();
  const [busy, setBusy] = useState<"extend" | "pause" | null>(null);
  const [ending, setEnding] = useState(false);
  const [key, setKey] = useState(newKey);
  const { policy } = overview.venue;
  const paused = session.state === "paused";
  const quote = overview.quotes[0];
  const longer = overview.quotes[1];
  const balance = overview.customer.wallet.paid_minor + overview.customer.wallet.bonus_minor;
  const refresh = () => client.invalidateQueries({ queryKey: ["me"] });
  const act = async (what: "extend" | "pause", work: () => Promise<unknown>, done: string) => {
    setBusy(what);
    try {
      await work();
      toast.good(done);
      setKey(newKey());
      await refresh();
    } catch (error) {
      toast.bad(errorText(error));
    } finally {
      setBusy(null);
    }
  };
  const extend = (minutes: number) => act("extend", () => api.post(`/sessions/${session.id}/extend`, { minutes, payment: { method: "wallet" } }, { key }), t("my.extended", { minutes }));
  const end = async () => {
    try {
      await api.post(`/sessions/${session.id}/end`, { refund: "policy" }, { key: newKey() });
      await refresh();
    } catch (error) {
      toastError(error);
      throw error;
    }
  };
  const mayExtend = policy.self_service && session.mode === "prepaid" && quote !== undefined;
  return (
    <section className="flex flex-col items-center gap-4 rounded-[22px] border border-line bg-s2 p-5">
      <Tag tone={paused ? "paused" : "play"} icon={paused ? <Pause size={12} aria-hidden /> : <Play size={12} aria-hidden />}>{paused ? t("my.pausedOn", { name: session.station_name }) : t("my.playingOn", { name: session.station_name })}</Tag>
      <TimeRing session={session} />
      {policy.self_service && (
        <div className={`grid w-full gap-2 ${mayExtend && policy.pause_allowed ? "grid-cols-[2fr_1fr]" : ""}`}>
          {mayExtend && <Button tone="primary" size="lg" busy={busy === "extend"} disabled={balance < quote.total_minor} onClick={() => void extend(quote.minutes)}>{t("my.add", { minutes: quote.minutes })} · {format.money(quote.total_minor)}</Button>}
          {policy.pause_allowed && <Button size="lg" busy={busy === "pause"} onClick={() => void act("pause", () => api.post(`/sessions/${session.id}/${paused ? "resume" : "pause"}`), paused ? t("my.resumed") : t("my.paused"))}>{paused ? t("sheet.resume") : t("sheet.pause")}</Button>}
        </div>
      )}
      {mayExtend && balance < quote.total_minor && <p className="text-center text-[13px] text-fg2">{t("my.notEnough")}</p>}
      {policy.self_service && (
        <div className="-mt-1 flex w-full justify-between">
          {mayExtend && longer && balance >= longer.total_minor ? <Button tone="quiet" size="sm" onClick={() => void extend(longer.minutes)}>{t("my.add", { minutes: longer.minutes })} · {format.money(longer.total_minor)}</Button> : <span />}
          <Button tone="quiet" size="sm" className="!text-broken" onClick={() => { setEnding(true); }}>{t("my.end")}</Button>
        </div>
      )}
      {ending && <Confirm open onClose={() => { setEnding(false); }} title={t("my.end.title", { name: session.station_name })} text={policy.refund === "none" ? t("my.end.none") : t("my.end.refund")} action={t("my.end")} onConfirm={end} />}
    </section>
  );
}

function TimeRing({ session }: { session: SessionDetail }) {
  const t = useT();
  const format = useFormat();
  const paused = session.state === "paused";
  const [ratio, setRatio] = useState(0);
  const { ends_at: endsAt, remaining_seconds: remaining, total_seconds: total } = session;
  useEffect(
    () =>
      onTick((now) => {
        const left = paused ? remaining : endsAt ? (Date.parse(endsAt) - now) / 1000 : 0;
        setRatio(total ? Math.round(Math.max(0, Math.min(1, left / total)) * 500) / 500 : 0);
      }),
    [paused, remaining, endsAt, total],
  );
  return (
    <Ring ratio={ratio} tone={paused ? "paused" : "play"} size={210}>
      <strong className="text-[40px] leading-tight font-[650] tracking-tight">
        <Countdown endsAt={endsAt} startedAt={session.started_at} frozenSeconds={paused && session.mode !== "postpaid" ? remaining : null} />
      </strong>
      <span className="num text-[13px] text-fg2">{paused ? t("sheet.paused") : endsAt ? t("sheet.ends", { time: format.time(endsAt) }) : t("sheet.since", { time: format.time(session.started_at) })}</span>
    </Ring>
  );
}

function WalletLine({ overview }: { overview: MyOverview }) {
  const t = useT();
  const { wallet } = overview.customer;
  return (
    <Link to="/my/wallet" className="flex items-center gap-7 rounded-[18px] border border-line bg-s2 px-4 py-3.5">
      <div><div className="text-xs font-medium text-fg3">{t("pay.wallet")}</div><Money minor={wallet.paid_minor} className="text-[22px] font-[650] tracking-tight" /></div>
      <div><div className="text-xs font-medium text-fg3">{t("wallet.bonusLabel")}</div><Money minor={wallet.bonus_minor} className="text-[22px] font-[650] tracking-tight" /></div>
      <span className="ml-auto max-w-24 text-right text-[12.5px] text-fg2">{t("my.topUpHint")}</span>
    </Link>
  );
}

function TierCard({ overview }: { overview: MyOverview }) {
  const t = useT();
  const format = useFormat();
  const { tier } = overview;
  const perks = [...(tier.discount_bp > 0 ? [t("my.discount", { percent: format.percent(tier.discount_bp / 10_000) })] : []), ...tier.perks];
  if (perks.length === 0) return null;
  return (
    <section className="rounded-[18px] border border-line p-4" style={{ background: "linear-gradient(120deg, color-mix(in oklab, var(--paused) 20%, var(--s2)), var(--s2))" }}>
      <h2 className="font-semibold">{tier.name}</h2>
      <ul className="mt-1.5 flex flex-wrap gap-x-4 gap-y-1 text-[13px] text-fg2">{[...new Set(perks)].map((perk) => <li key={perk}>{perk}</li>)}</ul>
    </section>
  );
}
