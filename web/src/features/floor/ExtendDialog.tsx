import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { FloorSession, FloorStation, PaymentIn, PaymentMethod, Quote } from "@/api/types";
import { Button } from "@/components/Button";
import { PaymentFields } from "@/components/domain/PaymentFields";
import { PriceLines } from "@/components/domain/PriceLines";
import { Notice } from "@/components/display";
import { Dialog } from "@/components/overlay";
import { errorText } from "@/lib/errors";
import { api, newKey } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useDebounced } from "@/lib/useDebounced";
import { useFormat } from "@/lib/venue";
import { Minutes } from "./Minutes";
import { useFloorActions } from "./mutations";

export function useExtendQuote(session: FloorSession, minutes: number, enabled: boolean) {
  return useQuery({
    queryKey: ["extend-quote", session.id, session.ends_at, minutes],
    queryFn: ({ signal }) => api.get<Quote>(`/sessions/${session.id}/extend-quote`, { minutes }, signal),
    enabled: enabled && minutes > 0 && session.mode === "prepaid",
    placeholderData: (previous) => previous,
    staleTime: 30_000,
  });
}

export function ExtendDialog({ station, session, method, onClose }: { station: FloorStation; session: FloorSession; method: PaymentMethod; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const actions = useFloorActions();
  const [minutes, setMinutes] = useState(90);
  const [payment, setPayment] = useState<PaymentIn>({ method });
  const [key] = useState(newKey);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const quote = useExtendQuote(session, useDebounced(minutes), true);
  const submit = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await actions.extend(station, minutes, payment, key);
      toast.good(t("sheet.extended", { name: station.name, minutes }));
      onClose();
    } catch (error) {
      setFailure(errorText(error));
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t("extend.title", { name: station.name })} description={session.player}>
      <form className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <Minutes value={minutes} onChange={setMinutes} presets={[15, 30, 60, 90, 120, 180]} autoFocus />
        {quote.data && (
          <div className="card px-3.5 py-2">
            <PriceLines lines={quote.data.lines} total={quote.data.total_minor} {...(quote.data.ends_at && { totalLabel: t("quote.until", { time: format.time(quote.data.ends_at) }) })} />
          </div>
        )}
        {quote.isError && <Notice tone="broken">{errorText(quote.error)}</Notice>}
        <PaymentFields due={quote.data?.total_minor ?? null} value={payment} onChange={setPayment} wallet={session.customer_id !== null} />
        {failure && <Notice tone="broken">{failure}</Notice>}
        <Button type="submit" tone="primary" size="lg" busy={busy} disabled={minutes < 1}>
          {t("extend.do", { minutes })} {quote.data && `· ${format.money(quote.data.total_minor)}`}
        </Button>
      </form>
    </Dialog>
  );
}
