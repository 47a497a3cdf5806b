import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Printer } from "lucide-react";
import { useState } from "react";
import type { Payment, Receipt } from "@/api/types";
import { Button } from "@/components/Button";
import { Failed, Notice, SkeletonRows } from "@/components/display";
import { MoneyInput } from "@/components/domain/MoneyInput";
import { Field } from "@/components/Field";
import { Confirm, Sheet } from "@/components/overlay";
import { toastError } from "@/lib/errors";
import { api, newKey } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useFormat, usePermission } from "@/lib/venue";
import { ReceiptView } from "./ReceiptView";

export function PaymentSheet({ id, voucher = null, onClose }: { id: string; voucher?: string | null; onClose: () => void }) {
  const t = useT();
  const client = useQueryClient();
  const mayVoid = usePermission("billing.payments.void");
  const mayRefund = usePermission("billing.payments.refund");
  const [ask, setAsk] = useState<"void" | "refund" | null>(null);
  const payment = useQuery({ queryKey: ["/payments", "one", id], queryFn: () => api.get<Payment>(`/payments/${id}`) });
  const receipt = useQuery({ queryKey: ["/payments", "receipt", id], queryFn: () => api.get<Receipt>(`/payments/${id}/receipt`) });
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ["/payments"] });
    void client.invalidateQueries({ queryKey: ["customer"] });
  };
  const { data } = payment;
  const open = data !== undefined && data.voided === null && data.refunds_id === null && data.amount_minor > 0;
  const left = data ? data.amount_minor - data.refunded_minor : 0;
  return (
    <Sheet open onClose={onClose} title={data ? t("till.receiptOf", { number: data.receipt_number }) : t("till.receipt")}>
      {(payment.isPending || receipt.isPending) && <SkeletonRows />}
      {payment.isError && <Failed error={payment.error} retry={() => void payment.refetch()} />}
      {receipt.isError && <Failed error={receipt.error} retry={() => void receipt.refetch()} />}
      {data?.voided && <Notice tone="broken">{t("till.voidedBy", { name: data.voided.by, reason: data.voided.reason })}</Notice>}
      {data && data.refunded_minor > 0 && <Refunded minor={data.refunded_minor} />}
      {receipt.data && <ReceiptView receipt={receipt.data} {...(voucher && { voucher })} />}
      <div className="no-print flex flex-wrap gap-2">
        <Button tone="primary" icon={<Printer size={15} />} className="flex-1" onClick={() => { window.print(); }} disabled={!receipt.data}>{t("till.print")}</Button>
        {open && mayRefund && left > 0 && <Button className="flex-1" onClick={() => { setAsk("refund"); }}>{t("till.refund")}</Button>}
        {open && mayVoid && data.refunded_minor === 0 && <Button tone="danger" className="flex-1" onClick={() => { setAsk("void"); }}>{t("till.void")}</Button>}
      </div>
      {data && ask === "void" && <VoidDialog payment={data} onClose={() => { setAsk(null); refresh(); }} />}
      {data && ask === "refund" && <RefundDialog payment={data} left={left} onClose={() => { setAsk(null); refresh(); }} />}
    </Sheet>
  );
}

function Refunded({ minor }: { minor: number }) {
  const t = useT();
  const format = useFormat();
  return <Notice>{t("till.refunded", { amount: format.money(minor) })}</Notice>;
}

function VoidDialog({ payment, onClose }: { payment: Payment; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const act = async (reason: string) => {
    try {
      await api.post(`/payments/${payment.id}/void`, { reason }, { key: newKey() });
      toast.good(t("till.voidDone", { number: payment.receipt_number }));
    } catch (error) {
      toastError(error);
      throw error;
    }
  };
  return <Confirm open onClose={onClose} title={t("till.void.title", { number: payment.receipt_number, amount: format.money(payment.amount_minor) })} text={t("till.void.text")} reason={t("end.reason")} action={t("till.void")} onConfirm={act} />;
}

function RefundDialog({ payment, left, onClose }: { payment: Payment; left: number; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const [amount, setAmount] = useState<number | null>(left);
  const [key] = useState(newKey);
  const wrong = amount === null || amount <= 0 || amount > left;
  const act = async (reason: string) => {
    try {
      if (wrong) throw new Error("amount");
      await api.post(`/payments/${payment.id}/refund`, { amount_minor: amount, reason }, { key });
      toast.good(t("till.refunded", { amount: format.money(amount) }));
    } catch (error) {
      if (!wrong) toastError(error);
      throw error;
    }
  };
  return (
    <Confirm open onClose={onClose} title={t("till.refund.title", { number: payment.receipt_number })} text={t("till.refund.text", { method: t(`pay.${payment.method}`) })} reason={t("end.reason")} action={t("till.refund")} onConfirm={act}>
      <Field label={t("pay.amount")} className="mt-3" error={wrong ? t("till.refund.most", { amount: format.money(left) }) : undefined}><MoneyInput value={amount} onChange={setAmount} autoFocus /></Field>
    </Confirm>
  );
}
