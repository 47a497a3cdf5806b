import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { EndQuote, FloorSession, FloorStation, PaymentMethod } from "@/api/types";
import { Button } from "@/components/Button";
import { MethodPicker } from "@/components/domain/PaymentFields";
import { PriceLines } from "@/components/domain/PriceLines";
import { Failed, Notice, SkeletonRows } from "@/components/display";
import { Checkbox } from "@/components/Field";
import { Dialog } from "@/components/overlay";
import { errorText } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { formatDuration } from "@/lib/time";
import { toast } from "@/lib/toast";
import { useFormat, usePermission } from "@/lib/venue";
import { useFloorActions } from "./mutations";
import { secondsLeft } from "./time";

/** Ending shows what is charged or given back before anybody confirms it. */
export function EndDialog({ station, session, onClose }: { station: FloorStation; session: FloorSession; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const actions = useFloorActions();
  const mayDecide = usePermission("venue.sessions.refund");
  const [noRefund, setNoRefund] = useState(false);
  const [method, setMethod] = useState<PaymentMethod>("cash");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const [left] = useState(() => secondsLeft(session));
  const quote = useQuery({ queryKey: ["end-quote", session.id], queryFn: () => api.get<EndQuote>(`/sessions/${session.id}/end-quote`), staleTime: 0, gcTime: 0, refetchInterval: 10_000 });
  const due = quote.data?.due_minor ?? 0;
  const back = quote.data?.refund_minor ?? 0;
  const end = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const ended = await actions.end(session.id, { refund: noRefund ? "none" : "policy", ...(due > 0 && { payment: { method } }) });
      toast.good(t("end.done", { name: station.name }), ended.refund_minor > 0 ? t("end.refunded", { amount: format.money(ended.refund_minor) }) : undefined);
      onClose();
    } catch (error) {
      setFailure(errorText(error));
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t("end.title", { player: session.player || t("session.guest"), name: station.name })} width="sm">
      <form className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); void end(); }}>
        {quote.isPending && <SkeletonRows rows={3} />}
        {quote.isError && <Failed error={quote.error} retry={() => void quote.refetch()} />}
        {quote.data && <div className="card px-3.5 py-2"><PriceLines lines={quote.data.lines} total={quote.data.total_minor} totalLabel={due > 0 ? t("end.charge") : t("price.played")} /></div>}
        {session.mode === "prepaid" && quote.data && (
          <p className="num text-fg2">
            {t("end.left", { left: formatDuration(left) })} <b className="font-semibold text-fg">{back > 0 && !noRefund ? t("end.backAmount", { amount: format.money(back) }) : t("end.nothingBack")}</b>
          </p>
        )}
        {session.mode === "package" && <p className="text-fg2">{t("end.package", { left: formatDuration(left) })}</p>}
        {back > 0 && mayDecide && <Checkbox label={t("end.noRefund")} checked={noRefund} onChange={(event) => { setNoRefund(event.target.checked); }} />}
        {due > 0 && <MethodPicker value={method} onChange={setMethod} wallet={session.customer_id !== null} />}
        {failure && <Notice tone="broken">{failure}</Notice>}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" tone="danger" busy={busy} autoFocus>{due > 0 ? t("end.doCharge", { amount: format.money(due) }) : t("end.do")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
