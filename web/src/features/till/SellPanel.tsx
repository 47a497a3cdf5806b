import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { Customer, Package, Page, Payment, PaymentIn, Zone } from "@/api/types";
import { Button } from "@/components/Button";
import { AmountPicker, bonusFor } from "@/components/domain/AmountPicker";
import { CustomerPicker } from "@/components/domain/CustomerPicker";
import { PaymentFields } from "@/components/domain/PaymentFields";
import { Notice } from "@/components/display";
import { Field, Input, Segmented, Select } from "@/components/Field";
import { errorText } from "@/lib/errors";
import { api, newKey } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { formatDuration } from "@/lib/time";
import { toast } from "@/lib/toast";
import { useFormat, useVenue } from "@/lib/venue";

type Good = "topup" | "package" | "voucher" | "settle";

export function SellPanel({ onSold }: { onSold: (payment: Payment) => void }) {
  const t = useT();
  const [good, setGood] = useState<Good>("topup");
  const [customer, setCustomer] = useState<Customer | null>(null);
  const [round, setRound] = useState(0);
  const sold = (payment: Payment) => {
    setCustomer(null);
    setRound((n) => n + 1);
    onSold(payment);
  };
  const props = { customer, onSold: sold };
  return (
    <div className="flex flex-col gap-4">
      <Segmented
        label={t("till.sell")}
        value={good}
        fill
        onChange={setGood}
        options={(["topup", "package", "voucher", "settle"] as const).map((value) => ({ value, label: t(`till.good.${value}`) }))}
      />
      {good !== "voucher" && <CustomerPicker key={round} value={customer} onChange={setCustomer} label={t("till.forWhom")} />}
      {good === "topup" && <TopUp key={`t${String(round)}`} {...props} />}
      {good === "package" && <SellPackage key={`p${String(round)}`} {...props} />}
      {good === "voucher" && <Voucher key={`v${String(round)}`} onSold={sold} />}
      {good === "settle" && <Settle key={`s${String(round)}`} {...props} />}
      <p className="border-t border-line pt-3 text-[13px] text-fg2">
        {t("till.timeHint")} <Link to="/floor" search={{ start: true }} className="font-medium text-accent-text hover:underline">{t("floor.startSession")}</Link>
      </p>
    </div>
  );
}

/** The lower half of every sale: how it is paid, and the button with the amount on it. */
function Checkout({ due, ready, wallet, balance, action, pay, onSold, children }: {
  due: number | null;
  ready: boolean;
  wallet: boolean;
  balance?: number | undefined;
  action: string;
  pay: (payment: PaymentIn, key: string) => Promise<Payment>;
  onSold: (payment: Payment) => void;
  children?: ReactNode;
}) {
  const t = useT();
  const format = useFormat();
  const client = useQueryClient();
  const [payment, setPayment] = useState<PaymentIn>({ method: "cash" });
  const [key, setKey] = useState(newKey);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const taken = await pay(payment, key);
      for (const queryKey of [["/payments"], ["customer"], ["/customers"], ["grants"]]) void client.invalidateQueries({ queryKey });
      toast.good(t("till.sold", { amount: format.money(taken.amount_minor), number: taken.receipt_number }));
      onSold(taken);
    } catch (error) {
      setFailure(errorText(error));
      setKey(newKey());
    } finally {
      setBusy(false);
    }
  };
  const enough = payment.method !== "cash" || payment.tendered_minor === undefined || due === null || payment.tendered_minor >= due;
  return (
    <form className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
      {children}
      <PaymentFields due={due} value={payment} onChange={setPayment} wallet={wallet} {...(balance !== undefined && { balance })} />
      {failure && <Notice tone="broken">{failure}</Notice>}
      <Button type="submit" tone="primary" size="lg" busy={busy} disabled={!ready || !due || !enough}>{action} {due !== null && due > 0 && `· ${format.money(due)}`}</Button>
    </form>
  );
}

interface SaleProps {
  customer: Customer | null;
  onSold: (payment: Payment) => void;
}

function TopUp({ customer, onSold }: SaleProps) {
  const t = useT();
  const format = useFormat();
  const { policy } = useVenue();
  const [amount, setAmount] = useState<number | null>(2000);
  const bonus = bonusFor(amount ?? 0, policy.topup_bonus);
  return (
    <Checkout due={amount} ready={customer !== null} wallet={false} action={t("topup.do")} onSold={onSold} pay={(payment, key) => api.post<Payment>("/payments/topup", { customer_id: customer?.id, amount_minor: amount, ...payment }, { key })}>
      <AmountPicker value={amount} onChange={setAmount} />
      {bonus > 0 && <Notice tone="free">{t("topup.bonus", { bonus: format.money(bonus) })}</Notice>}
    </Checkout>
  );
}

function SellPackage({ customer, onSold }: SaleProps) {
  const t = useT();
  const format = useFormat();
  const venue = useVenue();
  const packages = useQuery({ queryKey: ["/packages", venue.id], queryFn: () => api.get<Page<Package>>("/packages", { venue_id: venue.id }) });
  const active = packages.data?.items.filter((one) => one.active) ?? [];
  const [chosen, setChosen] = useState<string | null>(null);
  const good = active.find((one) => one.id === chosen);
  return (
    <Checkout due={good?.price_minor ?? null} ready={customer !== null && good !== undefined} wallet={customer !== null} balance={customer ? customer.wallet.paid_minor + customer.wallet.bonus_minor : undefined} action={t("till.sellPackage")} onSold={onSold} pay={(payment, key) => api.post<Payment>("/payments/package", { customer_id: customer?.id, package_id: good?.id, ...payment }, { key })}>
      <div role="radiogroup" aria-label={t("mode.package")} className="flex flex-col gap-1.5">
        {active.map((one) => (
          <button key={one.id} type="button" role="radio" aria-checked={one.id === chosen} onClick={() => { setChosen(one.id); }} className="flex items-center justify-between gap-3 rounded-[10px] border border-line2 px-3 py-2 text-left hover:bg-s3 aria-checked:border-accent aria-checked:bg-[color-mix(in_oklab,var(--accent)_12%,transparent)]">
            <span><b className="font-semibold">{one.name}</b><span className="block text-xs text-fg2">{formatDuration(one.seconds)} · {t("package.validDays", { n: one.valid_days })}</span></span>
            <span className="num font-semibold">{format.money(one.price_minor)}</span>
          </button>
        ))}
        {packages.isSuccess && active.length === 0 && <p className="text-[13px] text-fg2">{t("till.noPackages")}</p>}
      </div>
    </Checkout>
  );
}

function Voucher({ onSold }: { onSold: (payment: Payment) => void }) {
  const t = useT();
  const venue = useVenue();
  const zones = useQuery({ queryKey: ["/zones", venue.id], queryFn: () => api.get<Page<Zone>>("/zones", { venue_id: venue.id }) });
  const [zone, setZone] = useState("");
  const [minutes, setMinutes] = useState(60);
  const zoneId = zone || zones.data?.items[0]?.id;
  const price = useQuery({
    queryKey: ["voucher-price", venue.id, zoneId, minutes],
    queryFn: () => {
      const start = new Date();
      return api.post<{ total_minor: number }>("/tariffs/preview", { venue_id: venue.id, zone_id: zoneId, tier: "basic", starts_at: start.toISOString(), ends_at: new Date(start.getTime() + minutes * 60_000).toISOString() });
    },
    enabled: zoneId !== undefined && minutes > 0,
    staleTime: 60_000,
  });
  return (
    <Checkout due={price.data?.total_minor ?? null} ready={zoneId !== undefined && minutes > 0} wallet={false} action={t("till.sellVoucher")} onSold={onSold} pay={(payment, key) => api.post<Payment>("/payments/voucher", { venue_id: venue.id, minutes, zone_id: zoneId, ...payment }, { key })}>
      <div className="grid grid-cols-2 gap-3">
        <Field label={t("till.zone")}>
          <Select value={zoneId ?? ""} onChange={(event) => { setZone(event.target.value); }}>
            {zones.data?.items.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
          </Select>
        </Field>
        <Field label={t("start.minutes")}>
          <Input type="number" min={5} max={1440} step={5} value={minutes || ""} onChange={(event) => { setMinutes(Number(event.target.value)); }} />
        </Field>
      </div>
      {price.isError && <Notice tone="broken">{errorText(price.error)}</Notice>}
    </Checkout>
  );
}

function Settle({ customer, onSold }: SaleProps) {
  const t = useT();
  const format = useFormat();
  const due = customer?.wallet.due_minor ?? null;
  return (
    <Checkout due={due} ready={customer !== null} wallet={customer !== null && customer.wallet.paid_minor >= (due ?? 0)} action={t("settle.do")} onSold={onSold} pay={(payment, key) => api.post<Payment>(`/customers/${customer?.id ?? ""}/settle`, { method: payment.method }, { key })}>
      {customer && <p className="text-fg2">{due ? t("settle.text", { amount: format.money(due) }) : t("settle.nothing", { name: customer.display_name })}</p>}
    </Checkout>
  );
}
