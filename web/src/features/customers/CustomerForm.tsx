import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { z } from "zod";
import type { Customer } from "@/api/types";
import { Button } from "@/components/Button";
import { Notice } from "@/components/display";
import { MoneyInput } from "@/components/domain/MoneyInput";
import { Field, Input, Select, Textarea } from "@/components/Field";
import { Dialog } from "@/components/overlay";
import { filled, useZodForm } from "@/lib/forms";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { dateOfBirth, optionalEmail, optionalText, optionalUsername, phone, requiredText } from "@/lib/rules";
import { toast } from "@/lib/toast";
import { usePermission, useVenue } from "@/lib/venue";

const schema = z.object({
  display_name: requiredText(80),
  email: optionalEmail,
  username: optionalUsername,
  phone,
  date_of_birth: dateOfBirth,
  tier: z.enum(["basic", "premium", "vip"]),
  notes: optionalText(2000),
});

/** New customers and changes to known ones. */
export function CustomerForm({ customer, initialName = "", onClose, onSaved }: {
  customer?: Customer;
  initialName?: string;
  onClose: () => void;
  onSaved: (customer: Customer) => void;
}) {
  const t = useT();
  const venue = useVenue();
  const client = useQueryClient();
  const mayCredit = usePermission("venue.sessions.credit");
  const [limit, setLimit] = useState<number | null>(customer?.credit_limit_minor ?? 0);
  const form = useZodForm(schema, {
    display_name: customer?.display_name ?? initialName,
    email: customer?.email ?? "",
    username: customer?.username ?? "",
    phone: customer?.phone ?? "",
    date_of_birth: customer?.date_of_birth ?? "",
    tier: customer?.tier ?? "basic",
    notes: customer?.notes ?? "",
  });
  const save = form.onSubmit(async (values) => {
    const saved = customer
      ? await api.patch<Customer>(`/customers/${customer.id}`, { ...changed(values, customer), ...(mayCredit && limit !== null && limit !== customer.credit_limit_minor && { credit_limit_minor: limit }) })
      : await api.post<Customer>("/customers", { venue_id: venue.id, ...filled(values) });
    void client.invalidateQueries({ queryKey: ["/customers"] });
    client.setQueryData(["customer", saved.id], saved);
    toast.good(customer ? t("action.saved") : t("customer.created", { name: saved.display_name }));
    onClose();
    onSaved(saved);
  });
  return (
    <Dialog open onClose={onClose} title={customer ? t("customer.edit", { name: customer.display_name }) : t("customer.new")}>
      <form onSubmit={save} className="flex flex-col gap-3.5" noValidate>
        {form.failure && <Notice tone="broken">{form.failure}</Notice>}
        <Field label={t("field.displayName")} error={form.error("display_name")}><Input {...form.register("display_name")} autoFocus autoComplete="off" /></Field>
        <div className="grid gap-3 sm:grid-cols-2">
          <Field label={t("field.email")} error={form.error("email")}><Input {...form.register("email")} type="email" autoComplete="off" /></Field>
          <Field label={t("field.phone")} error={form.error("phone")}><Input {...form.register("phone")} type="tel" autoComplete="off" /></Field>
          <Field label={t("field.username")} error={form.error("username")}><Input {...form.register("username")} autoComplete="off" autoCapitalize="none" /></Field>
          <Field label={t("field.birth")} error={form.error("date_of_birth")}><Input {...form.register("date_of_birth")} type="date" /></Field>
          <Field label={t("customer.tier")}>
            <Select {...form.register("tier")}>
              {(["basic", "premium", "vip"] as const).map((key) => <option key={key} value={key}>{t(`tier.${key}`)}</option>)}
            </Select>
          </Field>
          {customer && mayCredit && <Field label={t("customer.creditLimit")} hint={t("customer.creditLimit.hint")}><MoneyInput value={limit} onChange={setLimit} /></Field>}
        </div>
        <Field label={t("customer.notes")} error={form.error("notes")}><Textarea {...form.register("notes")} /></Field>
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" tone="primary" busy={form.busy}>{customer ? t("action.save") : t("action.create")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Only what was changed is sent, so that two people editing do not undo each other. */
function changed(values: z.infer<typeof schema>, before: Customer): Partial<Record<string, string | null>> {
  const entries = Object.entries(values) as [keyof z.infer<typeof schema>, string][];
  return Object.fromEntries(entries.filter(([key, value]) => value !== (before[key] ?? "")).map(([key, value]) => [key, value === "" && key !== "notes" ? null : value]));
}
