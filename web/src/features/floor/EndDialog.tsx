import { useState } from "react";
import type { FloorSession, FloorStation, PaymentMethod, SessionDetail } from "@/api/types";
import { Button } from "@/components/Button";
import { MethodPicker } from "@/components/domain/PaymentFields";
import { PriceLines } from "@/components/domain/PriceLines";
import { Notice } from "@/components/display";
import { Checkbox, Field, Input } from "@/components/Field";
import { Dialog } from "@/components/overlay";
import { clock } from "@/lib/clock";
import { errorText } from "@/lib/errors";
import { useT } from "@/lib/i18n";
import { formatDuration } from "@/lib/time";
import { toast } from "@/lib/toast";
import { useFormat, useVenue } from "@/lib/venue";
import { useFloorActions } from "./mutations";

/** Ending shows what is charged or given back before anybody confirms it. */
export function EndDialog({ station, session, detail, onClose }: { station: FloorStation; session: FloorSession; detail: SessionDetail | undefined; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const { policy } = useVenue();
  const actions = useFloorActions();
  const [noRefund, setNoRefund] = useState(false);
  const [reason, setReason] = useState("");
  const [method, setMethod] = useState<PaymentMethod>("cash");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const owes = session.mode === "postpaid";
  const prepaid = session.mode === "prepaid";
  const [left] = useState(() => session.state === "paused" ? (session.remaining_seconds ?? 0) : session.ends_at ? Math.max(0, (Date.parse(session.ends_at) - clock.now()) / 1000) : 0);
  const refundable = prepaid && policy.refund !== "none" && left >= policy.refund_minimum_seconds;
  const back = refundable && detail ? estimate(detail, left, session.total_seconds) : 0;
  const end = async () => {
    setBusy(true);
    setFailure(null);
    try {
      const ended = await actions.end(session.id, {
        refund: noRefund ? "none" : "policy",
        ...(reason.trim() && { reason: reason.trim() }),
        ...(owes && { payment: { method } }),
      });
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
        {detail && !prepaid && (
          <div className="card px-3.5 py-2"><PriceLines lines={detail.price.lines} total={detail.price.total_minor} totalLabel={owes ? t("end.charge") : t("price.total")} /></div>
        )}
        {prepaid && (
          <p className="num text-fg2">
            {t("end.left", { left: formatDuration(left) })}{" "}
            {back > 0 && !noRefund ? t(policy.refund === "wallet" && session.customer_id ? "end.back.wallet" : "end.back.original", { amount: format.money(back) }) : t("end.nothingBack")}
          </p>
        )}
        {session.mode === "package" && <p className="text-fg2">{t("end.package", { left: formatDuration(left) })}</p>}
        {back > 0 && <Checkbox label={t("end.noRefund")} checked={noRefund} onChange={(event) => { setNoRefund(event.target.checked); }} />}
        {noRefund && (
          <Field label={t("end.reason")}><Input value={reason} autoFocus maxLength={200} onChange={(event) => { setReason(event.target.value); }} /></Field>
        )}
        {owes && <MethodPicker value={method} onChange={setMethod} wallet={session.customer_id !== null} />}
        {failure && <Notice tone="broken">{failure}</Notice>}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" tone="danger" busy={busy} autoFocus disabled={noRefund && reason.trim().length < 3}>
            {owes && detail ? t("end.doCharge", { amount: format.money(detail.price.total_minor) }) : t("end.do")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** The unused share of what was paid; the server works out the exact amount when the session ends. */
function estimate(detail: SessionDetail, left: number, total: number | null): number {
  const unused = detail.price.lines.find((line) => line.kind === "unused");
  if (unused) return Math.abs(unused.amount_minor);
  return total ? Math.floor((detail.paid_minor * left) / total) : 0;
}
