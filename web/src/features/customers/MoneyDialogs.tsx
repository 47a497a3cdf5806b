import { useState } from "react";
import type { Customer, Payment, PaymentIn } from "@/api/types";
import { Button } from "@/components/Button";
import { Notice } from "@/components/display";
import { AmountPicker, bonusFor } from "@/components/domain/AmountPicker";
import { PaymentFields } from "@/components/domain/PaymentFields";
import { Dialog } from "@/components/overlay";
import { errorText } from "@/lib/errors";
import { api, newKey } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useFormat, useVenue } from "@/lib/venue";

export function TopUpDialog({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const { policy } = useVenue();
  const [amount, setAmount] = useState<number | null>(2000);
  const bonus = bonusFor(amount ?? 0, policy.topup_bonus);
  return (
    <PayDialog
      title={t("topup.title", { name: customer.display_name })}
      due={amount}
      action={t("topup.take")}
      onClose={onClose}
      pay={(payment, key) => api.post<Payment>("/payments/topup", { customer_id: customer.id, amount_minor: amount, ...payment }, { key })}
      done={(payment) => { toast.good(t("topup.done", { amount: format.money(payment.amount_minor), name: customer.display_name })); }}
    >
      <AmountPicker value={amount} onChange={setAmount} />
      {bonus > 0 && <Notice tone="free">{t("topup.bonus", { bonus: format.money(bonus) })}</Notice>}
    </PayDialog>
  );
}

export function SettleDialog({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const due = customer.wallet.due_minor;
  return (
    <PayDialog
      title={t("settle.title", { name: customer.display_name })}
      due={due}
      wallet={customer.wallet.paid_minor >= due}
      action={t("settle.do")}
      onClose={onClose}
      pay={(payment, key) => api.post<Payment>(`/customers/${customer.id}/settle`, { method: payment.method }, { key })}
      done={(payment) => { toast.good(t("settle.done", { amount: format.money(payment.amount_minor) })); }}
    >
      <p className="text-fg2">{t("settle.text", { amount: format.money(due) })}</p>
    </PayDialog>
  );
}

function PayDialog({ title, due, wallet = false, action, onClose, pay, done, children }: {
  title: string;
  due: number | null;
  wallet?: boolean;
  action: string;
  onClose: () => void;
  pay: (payment: PaymentIn, key: string) => Promise<Payment>;
  done: (payment: Payment) => void;
  children: React.ReactNode;
}) {
  const t = useT();
  const format = useFormat();
  const [payment, setPayment] = useState<PaymentIn>({ method: "cash" });
  const [key] = useState(newKey);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async () => {
    setBusy(true);
    setFailure(null);
    try {
      done(await pay(payment, key));
      onClose();
    } catch (error) {
      setFailure(errorText(error));
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={title}>
      <form className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        {children}
        <PaymentFields due={due} value={payment} onChange={setPayment} wallet={wallet} />
        {failure && <Notice tone="broken">{failure}</Notice>}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" tone="primary" busy={busy} disabled={!due || due <= 0}>{action} {due !== null && due > 0 && `· ${format.money(due)}`}</Button>
        </div>
      </form>
    </Dialog>
  );
}
