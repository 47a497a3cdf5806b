import { useQueries } from "@tanstack/react-query";
import { useState } from "react";
import type { Customer, FloorStation, GroupStart as GroupStartBody, PaymentMethod, Quote, Session } from "@/api/types";
import { Button } from "@/components/Button";
import { CustomerPicker } from "@/components/domain/CustomerPicker";
import { MethodPicker } from "@/components/domain/PaymentFields";
import { Notice } from "@/components/display";
import { Field, Input, Segmented } from "@/components/Field";
import { Dialog } from "@/components/overlay";
import { errorText } from "@/lib/errors";
import { api, newKey } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useDebounced } from "@/lib/useDebounced";
import { useFormat } from "@/lib/venue";
import { Minutes } from "./Minutes";
import { selection } from "./selection";

type Payer = "one" | "split" | "customer";
interface Seat {
  customer: Customer | null;
  guest: string;
}

/** A party: the same time for everybody, paid by one, by each, or from one member's wallet. */
export function GroupStart({ stations, onClose }: { stations: FloorStation[]; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const [minutes, setMinutes] = useState(60);
  const [payer, setPayer] = useState<Payer>("one");
  const [host, setHost] = useState<Customer | null>(null);
  const [method, setMethod] = useState<PaymentMethod>("cash");
  const [seats, setSeats] = useState<Record<string, Seat>>({});
  const [key] = useState(newKey);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const asked = useDebounced(minutes);
  const quotes = useQueries({
    queries: stations.map((station) => {
      const customer = seats[station.id]?.customer;
      return {
        queryKey: ["quote", station.id, "prepaid", asked, customer?.id],
        queryFn: () => api.post<Quote>("/sessions/quote", { station_id: station.id, mode: "prepaid", minutes: asked, ...(customer && { customer_id: customer.id }) }),
        enabled: asked > 0,
      };
    }),
  });
  const total = quotes.every((quote) => quote.data) ? quotes.reduce((sum, quote) => sum + (quote.data?.total_minor ?? 0), 0) : null;
  const seat = (id: string): Seat => seats[id] ?? { customer: null, guest: "" };
  const set = (id: string, change: Partial<Seat>) => { setSeats({ ...seats, [id]: { ...seat(id), ...change } }); };

  const start = async () => {
    setBusy(true);
    setFailure(null);
    const body: GroupStartBody = {
      entries: stations.map(({ id }) => {
        const { customer, guest } = seat(id);
        return { station_id: id, ...(customer ? { customer_id: customer.id } : guest.trim() && { guest_name: guest.trim() }) };
      }),
      mode: "prepaid",
      minutes,
      payer: payer === "customer" ? { kind: "customer", customer_id: host?.id ?? "" } : { kind: payer },
      payment: { method: payer === "customer" ? "wallet" : method },
    };
    try {
      const { items } = await api.post<{ group_id: string; items: Session[] }>("/sessions/group", body, { key });
      toast.good(t("group.started", { n: items.length }));
      selection.clear();
      onClose();
    } catch (error) {
      setFailure(errorText(error));
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t("group.title", { n: stations.length })} width="lg">
      <form className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); void start(); }}>
        <Minutes value={minutes} onChange={setMinutes} presets={[30, 60, 120, 180]} />
        <ul className="flex flex-col gap-2">
          {stations.map((station, index) => (
            <li key={station.id} className="grid grid-cols-[64px_minmax(0,1fr)_72px] items-center gap-3 max-sm:grid-cols-[48px_minmax(0,1fr)]">
              <b className="font-semibold">{station.name}</b>
              <div className="grid gap-2 sm:grid-cols-2">
                <CustomerPicker value={seat(station.id).customer} onChange={(customer) => { set(station.id, { customer }); }} label={t("start.findMember")} />
                {!seat(station.id).customer && (
                  <Field label={t("start.guestName")} hideLabel>
                    <Input placeholder={t("start.guestName")} value={seat(station.id).guest} onChange={(event) => { set(station.id, { guest: event.target.value }); }} />
                  </Field>
                )}
              </div>
              <span className="num text-right text-[13px] text-fg2 max-sm:hidden">{quotes[index]?.data ? format.money(quotes[index].data.total_minor) : ""}</span>
            </li>
          ))}
        </ul>
        <div className="grid gap-3 sm:grid-cols-2">
          <div className="flex flex-col gap-1.5">
            <span className="text-[12.5px] font-medium text-fg2">{t("group.payer")}</span>
            <Segmented label={t("group.payer")} value={payer} fill onChange={setPayer} options={[{ value: "one" as Payer, label: t("group.payer.one") }, { value: "split" as Payer, label: t("group.payer.split") }, { value: "customer" as Payer, label: t("group.payer.customer") }]} />
          </div>
          <div className="flex flex-col gap-1.5">
            <span className="text-[12.5px] font-medium text-fg2">{payer === "customer" ? t("group.host") : t("pay.method")}</span>
            {payer === "customer" ? <CustomerPicker value={host} onChange={setHost} label={t("start.findMember")} /> : <MethodPicker value={method} onChange={setMethod} wallet={payer === "split"} />}
          </div>
        </div>
        {failure && <Notice tone="broken">{failure}</Notice>}
        <Button type="submit" tone="primary" size="lg" busy={busy} disabled={minutes < 1 || (payer === "customer" && !host)}>
          {t("group.do", { n: stations.length })} {total !== null && `· ${format.money(total)}`}
        </Button>
      </form>
    </Dialog>
  );
}
