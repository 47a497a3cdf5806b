import { Banknote, CreditCard, WalletCards } from "lucide-react";
import type { PaymentIn, PaymentMethod } from "@/api/types";
import { useT } from "@/lib/i18n";
import { useFormat } from "@/lib/venue";
import { Field, Input, Segmented } from "../Field";
import { MoneyInput } from "./MoneyInput";

export const methodIcons = { cash: Banknote, card: CreditCard, wallet: WalletCards };

export function MethodPicker({ value, onChange, wallet = true }: { value: PaymentMethod; onChange: (method: PaymentMethod) => void; wallet?: boolean }) {
  const t = useT();
  const methods: PaymentMethod[] = wallet ? ["cash", "card", "wallet"] : ["cash", "card"];
  return (
    <Segmented
      label={t("pay.method")}
      value={value}
      fill
      onChange={onChange}
      options={methods.map((method) => {
        const Icon = methodIcons[method];
        return {
          value: method,
          label: <span className="inline-flex items-center gap-1.5"><Icon size={14} aria-hidden />{t(`pay.${method}`)}</span>,
        };
      })}
    />
  );
}

/** How somebody pays: cash with change worked out, a card slip's number, or the wallet. */
export function PaymentFields({ due, value, onChange, wallet, balance }: {
  due: number | null;
  value: PaymentIn;
  onChange: (payment: PaymentIn) => void;
  wallet: boolean;
  balance?: number;
}) {
  const t = useT();
  const format = useFormat();
  const tendered = value.tendered_minor ?? null;
  const change = tendered !== null && due !== null ? tendered - due : null;
  return (
    <div className="flex flex-col gap-2.5">
      <MethodPicker value={value.method} wallet={wallet} onChange={(method) => { onChange({ method }); }} />
      {value.method === "cash" && (
        <div className="grid grid-cols-2 items-end gap-3">
          <Field label={t("pay.tendered")} error={change !== null && change < 0 ? t("pay.tooLittle", { amount: format.money(-change) }) : undefined}>
            <MoneyInput value={tendered} placeholder={due !== null ? format.moneyInput(due) : ""} onChange={(minor) => { onChange({ method: "cash", ...(minor !== null && { tendered_minor: minor }) }); }} />
          </Field>
          <div className="pb-1.5 text-right" aria-live="polite">
            <span className="block text-xs text-fg3">{t("pay.change")}</span>
            <strong className="num text-lg font-[650]">{change !== null && change >= 0 ? format.money(change) : "–"}</strong>
          </div>
        </div>
      )}
      {value.method === "card" && (
        <Field label={t("pay.reference")}>
          <Input value={value.reference ?? ""} maxLength={80} onChange={(event) => { onChange({ method: "card", ...(event.target.value && { reference: event.target.value }) }); }} />
        </Field>
      )}
      {value.method === "wallet" && balance !== undefined && (
        <p className="num text-[13px] text-fg2">
          {t("pay.balance", { amount: format.money(balance) })}
          {due !== null && due > balance && <span className="ml-1 font-medium text-broken">· {t("pay.missing", { amount: format.money(due - balance) })}</span>}
        </p>
      )}
    </div>
  );
}
