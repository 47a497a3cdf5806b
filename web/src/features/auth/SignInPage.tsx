import { zodResolver } from "@hookform/resolvers/zod";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import type { PublicInfo, Tokens } from "@/api/types";
import { Button } from "@/components/Button";
import { Notice } from "@/components/display";
import { Field, Input } from "@/components/Field";
import { auth } from "@/lib/auth";
import { applyProblem } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { hasCode } from "@/lib/problem";
import { requiredText } from "@/lib/rules";
import { useAuth } from "@/lib/session";
import { AuthFrame, linkClass, usePublicInfo } from "./AuthFrame";

const schema = z.object({ identifier: requiredText(254), password: z.string().min(1), code: z.string().optional() });
type Values = z.infer<typeof schema>;

export function SignInPage() {
  const t = useT();
  const { next } = useSearch({ from: "/open/signin" });
  const { reason } = useAuth();
  const info = usePublicInfo();
  const navigate = useNavigate();
  const [secondStep, setSecondStep] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const form = useForm<Values>({ resolver: zodResolver(schema), defaultValues: { identifier: "", password: "", code: "" } });

  useEffect(() => {
    if (secondStep) form.setFocus("code");
  }, [secondStep, form]);

  const submit = form.handleSubmit(async ({ identifier, password, code }) => {
    setFailure(null);
    try {
      auth.adopt(await api.post<Tokens>("/auth/login", { identifier: identifier.trim(), password, transport: "cookie", ...(code && { code: code.replace(/\s/g, "") }) }));
      await navigate({ href: next ?? "/", replace: true });
    } catch (error) {
      if (hasCode(error, "identity.second_factor_required")) {
        setSecondStep(true);
        return;
      }
      if (hasCode(error, "identity.second_factor_wrong")) form.setValue("code", "");
      setFailure(applyProblem(form, error));
    }
  });

  return (
    <AuthFrame title={secondStep ? t("auth.second.title") : t("auth.signIn")} {...(secondStep && { text: t("auth.second.text") })}>
      {reason === "ended" && !secondStep && <Notice>{t("auth.ended")}</Notice>}
      <form onSubmit={(event) => void submit(event)} className="flex flex-col gap-4" noValidate>
        {failure && <Notice tone="broken">{failure}</Notice>}
        <div className={secondStep ? "hidden" : "contents"}>
          <Field label={t("auth.identifier")} error={form.formState.errors.identifier && t("form.required")}>
            <Input {...form.register("identifier")} autoComplete="username" autoCapitalize="none" spellCheck={false} autoFocus className="h-11" />
          </Field>
          <Field label={t("auth.password")} error={form.formState.errors.password && t("form.required")}>
            <Input {...form.register("password")} type="password" autoComplete="current-password" className="h-11" />
          </Field>
        </div>
        {secondStep && (
          <Field label={t("auth.code")} hint={t("auth.code.hint")}>
            <Input {...form.register("code")} inputMode="text" autoComplete="one-time-code" className="num h-12 text-center text-xl tracking-[.3em]" />
          </Field>
        )}
        <Button type="submit" tone="primary" size="lg" busy={form.formState.isSubmitting}>{secondStep ? t("auth.verify") : t("auth.signIn")}</Button>
      </form>
      {secondStep ? (
        <button type="button" className={`${linkClass} self-start text-[13px]`} onClick={() => { setSecondStep(false); form.setValue("code", ""); setFailure(null); }}>{t("action.back")}</button>
      ) : (
        <div className="flex justify-between text-[13px]">
          <Link to="/forgot" className={linkClass}>{t("auth.forgot")}</Link>
          {info.data?.registration && <Link to="/register" className={linkClass}>{t("auth.register")}</Link>}
        </div>
      )}
      {!secondStep && info.data && <FirstHint info={info.data} />}
    </AuthFrame>
  );
}

function FirstHint({ info }: { info: PublicInfo }) {
  const t = useT();
  if (info.demo) return <Notice tone="play">{t("auth.hint.demo")}</Notice>;
  return null;
}
