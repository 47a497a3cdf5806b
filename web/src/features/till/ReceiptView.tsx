import type { Receipt } from "@/api/types";
import { useT } from "@/lib/i18n";
import { useFormat } from "@/lib/venue";

/** The receipt as it is printed: 80 mm, black on white. */
export function ReceiptView({ receipt, voucher }: { receipt: Receipt; voucher?: string }) {
  const t = useT();
  const format = useFormat();
  const row = (label: string, value: string, strong = false) => (
    <div className={`flex justify-between gap-4 ${strong ? "text-[15px] font-bold" : ""}`}>
      <span>{label}</span>
      <span>{value}</span>
    </div>
  );
  return (
    <article aria-label={t("till.receiptOf", { number: receipt.number })} className="receipt num mx-auto w-full max-w-[340px] rounded-sm bg-white p-5 text-[13px] leading-relaxed text-black shadow-pop">
      <header className="mb-3 text-center">
        <div className="text-[15px] font-bold">{receipt.venue.name}</div>
        <div>{receipt.venue.address}</div>
      </header>
      <div className="mb-2 flex justify-between border-y border-dashed border-black/40 py-1.5">
        <span>{receipt.number}</span>
        <span>{format.date(receipt.at)} {format.time(receipt.at)}</span>
      </div>
      {receipt.voided && <div className="my-2 border-2 border-black py-1 text-center text-base font-bold tracking-widest">{t("till.voided").toUpperCase()}</div>}
      {receipt.lines.map((line, index) => <div key={index}>{row(line.label, format.money(line.amount_minor))}</div>)}
      <div className="mt-2 border-t border-dashed border-black/40 pt-1.5">{row(t("price.total"), format.money(receipt.total_minor), true)}</div>
      {row(t("till.includes", { tax: receipt.venue.tax_name, percent: format.percent(receipt.tax_rate_bp / 10_000, 1) }), format.money(receipt.tax_minor))}
      <div className="mt-2">
        {row(t(`pay.${receipt.method}`), format.money(receipt.tendered_minor ?? receipt.total_minor))}
        {receipt.change_minor !== null && receipt.change_minor > 0 && row(t("pay.change"), format.money(receipt.change_minor))}
      </div>
      {voucher && (
        <div className="mt-3 border-2 border-black p-2 text-center">
          <div>{t("till.voucherCode")}</div>
          <div className="font-mono text-xl font-bold tracking-widest">{voucher}</div>
        </div>
      )}
      <footer className="mt-3 text-center">{receipt.employee && <div>{t("till.servedBy", { name: receipt.employee })}</div>}{t("till.thanks")}</footer>
    </article>
  );
}
