import { zodResolver } from "@hookform/resolvers/zod";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import type { Tokens } from "@/api/types";
import { Button } from "@/components/Button";
import { Notice } from "@/components/display";
import { Field, Input, Select } from "@/components/Field";
import { auth } from "@/lib/auth";
import { applyProblem } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { dateOfBirth, email, password, phone, username } from "@/lib/rules";
import { AuthFrame, linkClass, usePublicInfo } from "./AuthFrame";

const schema = z.object({
  display_name: z.string().trim().min(1, "form.required").max(80),
  email,
  username,
  password,
  phone,
  date_of_birth: dateOfBirth,
  venue_id: z.string(),
});
type Values = z.infer<typeof schema>;

export function RegisterPage() {
  const t = useT();
  const info = usePublicInfo();
  const navigate = useNavigate();
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm<Values>({
    resolver: zodResolver(schema),
    defaultValues: { display_name: "", email: "", username: "", password: "", phone: "", date_of_birth: "", venue_id: "" },
  });
  const errors = form.formState.errors;
  const say = (message: string | undefined) => (message ? t(message as "form.required") : undefined);

  const submit = form.handleSubmit(async (values) => {
    setFailure(null);
    const venue = values.venue_id || info.data?.venues[0]?.id;
    const filled = Object.fromEntries(Object.entries({ ...values, venue_id: venue }).filter(([, value]) => value));
    try {
      auth.adopt(await api.post<Tokens>("/auth/register", { ...filled, transport: "cookie" }));
      await navigate({ to: "/my", replace: true });
    } catch (error) {
      setFailure(applyProblem(form, error));
    }
  });

  return (
    <AuthFrame title={t("auth.register.title")} text={t("auth.register.text")}>
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-3.5" noValidate>
        {failure && <Notice tone="broken">{failure}</Notice>}
        {(info.data?.venues.length ?? 0) > 1 && (
          <Field label={t("venue.switch")}>
            <Select {...form.register("venue_id")}>
              {info.data?.venues.map((venue) => <option key={venue.id} value={venue.id}>{venue.name}</option>)}
            </Select>
          </Field>
        )}
        <Field label={t("field.displayName")} error={say(errors.display_name?.message)}>
          <Input {...form.register("display_name")} autoComplete="name" autoFocus />
        </Field>
        <Field label={t("field.email")} error={say(errors.email?.message)}>
          <Input {...form.register("email")} type="email" autoComplete="email" />
        </Field>
        <Field label={t("field.username")} error={say(errors.username?.message)} hint={t("field.username.hint")}>
          <Input {...form.register("username")} autoComplete="username" autoCapitalize="none" />
        </Field>
        <Field label={t("auth.password")} error={say(errors.password?.message)} hint={t("field.password.hint")}>
          <Input {...form.register("password")} type="password" autoComplete="new-password" />
        </Field>
        <div className="grid grid-cols-2 gap-3">
          <Field label={t("field.phone.optional")} error={say(errors.phone?.message)}>
            <Input {...form.register("phone")} type="tel" autoComplete="tel" />
          </Field>
          <Field label={t("field.birth.optional")} error={say(errors.date_of_birth?.message)}>
            <Input {...form.register("date_of_birth")} type="date" autoComplete="bday" />
          </Field>
        </div>
        <Button type="submit" tone="primary" size="lg" className="mt-1" busy={form.formState.isSubmitting}>{t("auth.register")}</Button>
      </form>
      <p className="text-[13px] text-fg2">
        {t("auth.haveAccount")} <Link to="/signin" search={{}} className={linkClass}>{t("auth.signIn")}</Link>
      </p>
    </AuthFrame>
  );
}
