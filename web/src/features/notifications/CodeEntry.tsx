import { useState } from "react";
import type { Recipient } from "@/api/notify";
import { Button } from "@/components/Button";
import { Notice } from "@/components/display";
import { Field, Input } from "@/components/Field";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useAction } from "@/lib/useAction";

/** The code that was sent to an address proves that whoever asks can read what is sent there. */
export function CodeEntry({ recipient, own = false, onConfirmed }: { recipient: Recipient; own?: boolean; onConfirmed: (recipient: Recipient) => void }) {
  const t = useT();
  const [code, setCode] = useState("");
  const checking = useAction();
  const sending = useAction();
  const base = own ? (`/me/notifications/${recipient.id}` as const) : (`/notify/recipients/${recipient.id}` as const);
  const confirm = () =>
    checking.run(async () => {
      const confirmed = await api.post<Recipient>(`${base}/confirm`, { code: code.replace(/\s/g, "") });
      toast.good(t("code.confirmed", { address: recipient.address }));
      onConfirmed(confirmed);
    });
  const resend = () =>
    sending.run(async () => {
      await api.post(`${base}/code`);
      toast.good(t("code.resent", { address: recipient.address }));
      checking.clear();
    });
  return (
    <form className="flex flex-col gap-3 rounded-xl border border-line2 p-3.5" noValidate onSubmit={(event) => { event.preventDefault(); event.stopPropagation(); void confirm(); }}>
      <p className="text-[13px] text-fg2">{own ? t("code.own", { address: recipient.address }) : t("code.ask", { address: recipient.address })}</p>
      <div className="flex items-end gap-2">
        <Field label={t("code.label")} className="w-36"><Input value={code} inputMode="numeric" autoComplete="one-time-code" maxLength={12} className="num font-mono text-base tracking-[.18em]" placeholder="000000" onChange={(event) => { setCode(event.target.value); }} /></Field>
        <Button type="submit" tone="primary" busy={checking.busy} disabled={code.trim().length < 4}>{t("code.confirm")}</Button>
      </div>
      {(checking.failure ?? sending.failure) && <Notice tone="broken">{checking.failure ?? sending.failure}</Notice>}
      <Button size="sm" tone="quiet" className="-ml-2 self-start" busy={sending.busy} onClick={() => void resend()}>{t("code.resend")}</Button>
    </form>
  );
}
