import { useState } from "react";
import type { Customer } from "@/api/types";
import { Field, Input } from "@/components/Field";
import { Confirm } from "@/components/overlay";
import { toastError } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { addDays, instantOf } from "@/lib/time";
import { toast } from "@/lib/toast";
import { useVenue } from "@/lib/venue";

export function BanDialog({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const t = useT();
  const venue = useVenue();
  const [until, setUntil] = useState("");
  const ban = async (reason: string) => {
    try {
      const end = until ? addDays(instantOf(`${until}T00:00`, venue.timezone), 1, venue.timezone).toISOString() : null;
      await api.post(`/customers/${customer.id}/ban`, { reason, until: end });
      toast.good(t("ban.done", { name: customer.display_name }));
    } catch (error) {
      toastError(error);
      throw error;
    }
  };
  return (
    <Confirm open onClose={onClose} title={t("ban.title", { name: customer.display_name })} text={t("ban.text")} reason={t("end.reason")} action={t("ban.do")} onConfirm={ban}>
      <Field label={t("ban.lastDay")} hint={t("ban.lastDay.hint")} className="mt-3">
        <Input type="date" value={until} onChange={(event) => { setUntil(event.target.value); }} />
      </Field>
    </Confirm>
  );
}
