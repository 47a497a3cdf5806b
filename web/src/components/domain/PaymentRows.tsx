import type { Payment } from "@/api/types";
import { useT } from "@/lib/i18n";
import { useFormat } from "@/lib/venue";

/** Payments in a few lines, for sheets and profiles. */
export function PaymentRows({ payments }: { payments: Payment[] }) {
  const t = useT();
  const format = useFormat();
  if (payments.length === 0) return <p className="text-[13px] text-fg2">{t("payment.none")}</p>;
  return (
    <ul className="flex flex-col">
      {payments.map((payment) => (
        <li key={payment.id} className={`num flex justify-between gap-3 border-b border-line py-1.5 text-[13px] last:border-0 ${payment.voided ? "text-fg3 line-through" : ""}`}>
          <span>
            {t(`payment.kind.${payment.kind}`)} · {t(`pay.${payment.method}`)}
            <span className="block text-[11.5px] text-fg3">{format.dateTime(payment.at)} · {payment.receipt_number}{payment.employee && ` · ${payment.employee.name}`}</span>
          </span>
          <span className="font-medium">{format.money(payment.amount_minor)}</span>
        </li>
      ))}
    </ul>
  );
}
