import { z } from "zod";
import type { Me } from "@/api/types";
import { Button } from "@/components/Button";
import { Notice } from "@/components/display";
import { Field, Input, Select } from "@/components/Field";
import { Card } from "@/components/Page";
import { auth } from "@/lib/auth";
import { useZodForm } from "@/lib/forms";
import { api } from "@/lib/http";
import { type Language, setLanguage, useLanguage, useT } from "@/lib/i18n";
import { password, phone, requiredText } from "@/lib/rules";
import { useMe } from "@/lib/session";
import { toast } from "@/lib/toast";

const profile = z.object({ display_name: requiredText(80), phone, locale: z.enum(["en", "de"]) });

export function ProfileForm() {
  const t = useT();
  const me = useMe();
  const language = useLanguage();
  const form = useZodForm(profile, { display_name: me.display_name, phone: me.phone ?? "", locale: language });
  const save = form.onSubmit(async (values) => {
    auth.updateMe({ ...me, ...(await api.patch<Me>("/auth/me", { ...values, phone: values.phone || null })) });
    await setLanguage(values.locale as Language);
    toast.good(t("action.saved"));
  });
  return (
    <Card title={t("me.profile")}>
      <form onSubmit={save} className="flex flex-col gap-3.5" noValidate>
        {form.failure && <Notice tone="broken">{form.failure}</Notice>}
        <Field label={t("field.displayName")} error={form.error("display_name")}><Input {...form.register("display_name")} autoComplete="name" /></Field>
        <div className="grid grid-cols-2 gap-3">
          <Field label={t("field.phone")} error={form.error("phone")}><Input {...form.register("phone")} type="tel" autoComplete="tel" /></Field>
          <Field label={t("menu.language")}><Select {...form.register("locale")}><option value="en">English</option><option value="de">Deutsch</option></Select></Field>
        </div>
        <p className="text-[13px] text-fg2">{t("me.signInAs", { names: [me.email, me.username].filter(Boolean).join(" / ") })}</p>
        <Button type="submit" tone="primary" className="self-end" busy={form.busy}>{t("action.save")}</Button>
      </form>
    </Card>
  );
}

const change = z.object({ current: z.string().min(1, "form.required"), next: password });

export function PasswordForm() {
  const t = useT();
  const me = useMe();
  const form = useZodForm(change, { current: "", next: "" });
  const save = form.onSubmit(async ({ current, next }) => {
    await api.post("/auth/password", { current, new: next });
    auth.updateMe({ ...me, must_change_password: false });
    form.reset();
    toast.good(t("me.passwordChanged"));
  });
  return (
    <Card title={t("auth.password")}>
      {me.must_change_password && <Notice>{t("me.mustChange")}</Notice>}
      <form onSubmit={save} className="flex flex-col gap-3.5" noValidate>
        {form.failure && <Notice tone="broken">{form.failure}</Notice>}
        <input type="text" autoComplete="username" value={me.username ?? me.email ?? ""} readOnly hidden />
        <Field label={t("me.currentPassword")} error={form.error("current")}><Input {...form.register("current")} type="password" autoComplete="current-password" /></Field>
        <Field label={t("field.newPassword")} hint={t("field.password.hint")} error={form.error("next")}><Input {...form.register("next")} type="password" autoComplete="new-password" /></Field>
        <Button type="submit" tone="primary" className="self-end" busy={form.busy}>{t("auth.reset.save")}</Button>
      </form>
    </Card>
  );
}
