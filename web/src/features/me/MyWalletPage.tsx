import { ScrollText } from "lucide-react";
import type { WalletEntry } from "@/api/types";
import { Button } from "@/components/Button";
import { GrantCard } from "@/components/domain/GrantCard";
import { Empty, Failed, Money, Notice, SkeletonRows } from "@/components/display";
import { useT } from "@/lib/i18n";
import { usePages } from "@/lib/query";
import { useFormat, useVenue } from "@/lib/venue";
import { useOverview } from "./useOverview";

export function MyWalletPage() {
  const t = useT();
  const format = useFormat();
  const venue = useVenue();
  const overview = useOverview();
  const entries = usePages<WalletEntry>("/me/wallet", { venue_id: venue.id });
  if (overview.isPending) return <SkeletonRows />;
  if (overview.isError) return <Failed error={overview.error} retry={() => void overview.refetch()} />;
  const { wallet } = overview.data.customer;
  const steps = venue.policy.topup_bonus;
  return (
    <>
      <h1 className="text-xl font-[650] tracking-tight">{t("pay.wallet")}</h1>
      <section className="flex gap-8 rounded-[18px] border border-line bg-s2 px-4 py-4">
        <div><div className="text-xs font-medium text-fg3">{t("wallet.paid")}</div><Money minor={wallet.paid_minor} className="text-[28px] font-[650] tracking-tight" /></div>
        <div><div className="text-xs font-medium text-fg3">{t("wallet.bonusLabel")}</div><Money minor={wallet.bonus_minor} className="text-[28px] font-[650] tracking-tight" /></div>
      </section>
      {wallet.due_minor > 0 && <Notice tone="broken">{t("my.due", { amount: format.money(wallet.due_minor) })}</Notice>}
      <Notice tone="play">
        {t("my.topUp")}
        {steps.length > 0 && <ul className="mt-1 list-disc pl-5">{steps.map((step) => <li key={step.from_minor}>{t("my.bonusStep", { from: format.money(step.from_minor), percent: format.percent(step.bonus_bp / 10_000) })}</li>)}</ul>}
      </Notice>
      {overview.data.grants.length > 0 && (
        <section className="flex flex-col gap-2">
          <h2 className="text-[13px] font-semibold text-fg2">{t("customer.packages")}</h2>
          {overview.data.grants.map((grant) => <GrantCard key={grant.id} grant={grant} />)}
        </section>
      )}
      <section className="flex flex-col gap-2">
        <h2 className="text-[13px] font-semibold text-fg2">{t("customer.statement")}</h2>
        {entries.isPending && <SkeletonRows rows={4} />}
        {entries.isSuccess && entries.items.length === 0 && <Empty icon={<ScrollText size={22} />} title={t("statement.none")} />}
        {entries.items.length > 0 && (
          <ul className="rounded-[18px] border border-line bg-s2">
            {entries.items.map((entry) => {
              const change = entry.paid_minor + entry.bonus_minor;
              return (
                <li key={entry.id} className="num flex items-center gap-3 border-b border-line px-4 py-3 last:border-0">
                  <span className="min-w-0 flex-1"><span className="block truncate">{entry.description}</span><span className="text-xs text-fg3">{format.dateTime(entry.at)}</span></span>
                  <span className={`font-semibold ${change > 0 ? "text-free" : ""}`}>{change > 0 ? "+" : ""}{format.money(change)}</span>
                </li>
              );
            })}
          </ul>
        )}
        {entries.hasNextPage && <Button className="self-center" onClick={() => void entries.fetchNextPage()}>{t("action.more")}</Button>}
      </section>
    </>
  );
}
