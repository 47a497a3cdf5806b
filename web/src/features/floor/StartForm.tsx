import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Customer, FloorStation, Grant, Items, PaymentIn, Quote, SessionMode, StartSession } from "@/api/types";
import { Button } from "@/components/Button";
import { CustomerPicker, isBanned } from "@/components/domain/CustomerPicker";
import { PaymentFields } from "@/components/domain/PaymentFields";
import { PriceLines } from "@/components/domain/PriceLines";
import { Notice } from "@/components/display";
import { Checkbox, Field, Input, Segmented, Select } from "@/components/Field";
import { errorText } from "@/lib/errors";
import { api, newKey } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { hasCode } from "@/lib/problem";
import { formatDuration } from "@/lib/time";
import { toast } from "@/lib/toast";
import { useDebounced } from "@/lib/useDebounced";
import { useFormat, usePermission, useVenue } from "@/lib/venue";
import { Minutes } from "./Minutes";
import { useFloorActions } from "./mutations";
import { useSheetAction } from "./useFloorKeys";

export function StartForm({ station, onStarted }: { station: FloorStation; onStarted: () => void }) {
  const t = useT();
  const format = useFormat();
  const venue = useVenue();
  const actions = useFloorActions();
  const mayCredit = usePermission("venue.sessions.credit");
  const [customer, setCustomer] = useState<Customer | null>(null);
  const [guest, setGuest] = useState("");
  const [mode, setMode] = useState<SessionMode>("prepaid");
  const [minutes, setMinutes] = useState(60);
  const [grantId, setGrantId] = useState("");
  const [payment, setPayment] = useState<PaymentIn>({ method: "cash" });
  const [key, setKey] = useState(newKey);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [askAge, setAskAge] = useState(false);
  const [ageConfirmed, setAgeConfirmed] = useState(false);

  const grants = useQuery({
    queryKey: ["grants", customer?.id],
    queryFn: () => api.get<Items<Grant>>(`/customers/${customer?.id ?? ""}/packages`),
    enabled: customer !== null,
  });
  const usable = grants.data?.items.filter((grant) => grant.state === "usable") ?? [];
  const grant = usable.find((one) => one.id === grantId) ?? usable[0];
  const asked = useDebounced(mode === "prepaid" ? minutes : 0, 150);
  const quote = useQuery({
    queryKey: ["quote", station.id, mode, asked, customer?.id],
    queryFn: ({ signal }) =>
      api.post<Quote>("/sessions/quote", { station_id: station.id, mode, ...(mode === "prepaid" && { minutes: asked }), ...(customer && { customer_id: customer.id }) }, { signal }),
    enabled: mode === "prepaid" ? asked > 0 : mode !== "package",
    placeholderData: (previous) => previous,
    staleTime: 30_000,
  });

  const pick = (next: Customer | null) => {
    setCustomer(next);
    setGrantId("");
    setFailure(null);
    const balance = next ? next.wallet.paid_minor + next.wallet.bonus_minor : 0;
    if (mode === "prepaid") setPayment({ method: balance > 0 && balance >= (quote.data?.total_minor ?? 0) ? "wallet" : "cash" });
    if (!next && (mode === "package" || mode === "payg")) setMode("prepaid");
  };
  const body = (): StartSession => ({
    station_id: station.id,
    mode,
    ...(mode === "prepaid" && { minutes, payment }),
    ...(mode === "package" && grant && { grant_id: grant.id }),
    ...(ageConfirmed && { age_confirmed: true }),
    ...(customer ? { customer_id: customer.id } : guest.trim() && { guest_name: guest.trim() }),
  });
  const start = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await actions.start(body(), key);
      toast.good(t("start.done", { name: station.name, player: customer?.display_name ?? (guest.trim() || t("session.guest")) }));
      onStarted();
    } catch (error) {
      setAskAge(hasCode(error, "venue.age_unknown"));
      setFailure(errorText(error));
      setKey(newKey());
    } finally {
      setBusy(false);
    }
  };
  useSheetAction((action) => {
    if (action === "start" && !busy) void start();
  });

  const total = mode === "prepaid" ? quote.data?.total_minor : undefined;
  return (
    <form className="flex flex-col gap-3.5" onSubmit={(event) => { event.preventDefault(); void start(); }}>
      <div className="flex flex-col gap-2">
        <CustomerPicker value={customer} onChange={pick} label={t("start.findMember")} />
        {!customer && (
          <Field label={t("start.guestName")} hideLabel>
            <Input value={guest} maxLength={60} placeholder={t("start.guestName")} onChange={(event) => { setGuest(event.target.value); }} />
          </Field>
        )}
      </div>
      {customer && isBanned(customer) && <Notice tone="broken">{t("start.banned", { reason: customer.ban_reason ?? "" })}</Notice>}
      {customer && customer.wallet.due_minor > 0 && <Notice>{t("start.due", { amount: format.money(customer.wallet.due_minor) })}</Notice>}
      <Segmented
        label={t("start.mode")}
        value={mode}
        fill
        onChange={setMode}
        options={[
          { value: "prepaid" as SessionMode, label: t("mode.prepaid") },
          { value: "package" as SessionMode, label: t("mode.package"), disabled: usable.length === 0, ...(usable.length === 0 && { title: t("start.noPackage") }) },
          { value: "payg" as SessionMode, label: t("mode.payg"), disabled: !customer, ...(!customer && { title: t("start.memberOnly") }) },
          ...(mayCredit || venue.policy.guest_postpaid_limit_minor > 0 ? [{ value: "postpaid" as SessionMode, label: t("mode.postpaid") }] : []),
        ]}
      />
      {mode === "prepaid" && <Minutes value={minutes} onChange={setMinutes} />}
      {mode === "package" && (
        <Field label={t("mode.package")}>
          <Select value={grant?.id ?? ""} onChange={(event) => { setGrantId(event.target.value); }}>
            {usable.map((one) => <option key={one.id} value={one.id}>{one.name} · {t("start.grantLeft", { left: formatDuration(one.remaining_seconds) })}</option>)}
          </Select>
        </Field>
      )}
      {mode === "payg" && <p className="text-[13px] text-fg2">{t("start.payg")}</p>}
      {mode === "postpaid" && <p className="text-[13px] text-fg2">{t("start.postpaid")}</p>}
      {quote.isError && mode !== "package" && <Notice tone="broken">{errorText(quote.error)}</Notice>}
      {quote.data && mode === "prepaid" && (
        <div className="card px-3.5 py-2" aria-live="polite">
          <PriceLines lines={quote.data.lines} total={quote.data.total_minor} {...(quote.data.ends_at && { totalLabel: t("quote.until", { time: format.time(quote.data.ends_at) }) })} />
        </div>
      )}
      {mode === "prepaid" && (
        <PaymentFields due={total ?? null} value={payment} onChange={setPayment} wallet={customer !== null} {...(customer && { balance: customer.wallet.paid_minor + customer.wallet.bonus_minor })} />
      )}
      {failure && <Notice tone="broken">{failure}</Notice>}
      {askAge && <Checkbox label={t("start.age")} checked={ageConfirmed} onChange={(event) => { setAgeConfirmed(event.target.checked); }} />}
      <Button type="submit" tone="primary" size="lg" busy={busy} shortcut="S" disabled={(mode === "prepaid" && minutes < 1) || (customer !== null && isBanned(customer))}>
        {t("start.do")} {total !== undefined && `· ${format.money(total)}`}
      </Button>
    </form>
  );
}
