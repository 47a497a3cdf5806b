import type { ReactNode } from "react";
import type { Balance } from "@/api/types";
import { Money } from "@/components/display";
import { useT } from "@/lib/i18n";

export function WalletCards({ wallet, children }: { wallet: Balance; children?: ReactNode }) {
  const t = useT();
  const cells: [string, number, string?][] = [
    [t("wallet.paid"), wallet.paid_minor],
    [t("wallet.bonusLabel"), wallet.bonus_minor],
    [t("wallet.dueLabel"), wallet.due_minor, wallet.due_minor > 0 ? "text-broken" : undefined],
  ];
  return (
    <section className="card flex flex-wrap items-center gap-x-10 gap-y-3 px-4 py-3.5" aria-label={t("pay.wallet")}>
      {cells.map(([label, minor, tone]) => (
        <div key={label}>
          <div className="text-xs font-medium text-fg3">{label}</div>
          <Money minor={minor} className={`text-[22px] font-[650] tracking-tight ${tone ?? ""}`} />
        </div>
      ))}
      <div className="flex-1" />
      {children}
    </section>
  );
}
