import { Link, useSearch } from "@tanstack/react-router";
import { MailCheck } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/Button";
import { Empty, Notice } from "@/components/display";
import { Field, Input } from "@/components/Field";
import { errorText } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { password as passwordRule } from "@/lib/rules";
import { AuthFrame, linkClass } from "./AuthFrame";

export function ForgotPage() {
  const t = useT();
  const [email, setEmail] = useState("");
  const [state, setState] = useState<"asking" | "busy" | "sent">("asking");
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async () => {
    setState("busy");
    setFailure(null);
    try {
      await api.post("/auth/password/forgot", { email: email.trim() });
      setState("sent");
    } catch (error) {
      setFailure(errorText(error));
      setState("asking");
    }
  };
  return (
    <AuthFrame title={t("auth.forgot")} text={t("auth.forgot.text")}>
      {state === "sent" ? (
        <Empty icon={<MailCheck size={22} />} title={t("auth.forgot.sent")} text={t("auth.forgot.sent.text", { email })} />
      ) : (
        <form className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
          {failure && <Notice tone="broken">{failure}</Notice>}
          <Field label={t("field.email")}>
            <Input type="email" required autoComplete="email" autoFocus value={email} onChange={(event) => { setEmail(event.target.value); }} className="h-11" />
          </Field>
          <Button type="submit" tone="primary" size="lg" busy={state === "busy"}>{t("auth.forgot.send")}</Button>
        </form>
      )}
      <Link to="/signin" search={{}} className={`${linkClass} text-[13px]`}>{t("auth.toSignIn")}</Link>
    </AuthFrame>
  );
}

export function ResetPage() {
  const t = useT();
  const { token } = useSearch({ from: "/open/reset" });
  const [password, setPassword] = useState("");
  const [done, setDone] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async () => {
    const checked = passwordRule.safeParse(password);
    if (!checked.success) {
      setFailure(t("form.password"));
      return;
    }
    setBusy(true);
    setFailure(null);
    try {
      await api.post("/auth/password/reset", { token, password });
      setDone(true);
    } catch (error) {
      setFailure(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <AuthFrame title={t("auth.reset.title")}>
      {done ? (
        <Notice tone="free">{t("auth.reset.done")}</Notice>
      ) : (
        <form className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
          {!token && <Notice tone="broken">{t("auth.reset.noToken")}</Notice>}
          {failure && <Notice tone="broken">{failure}</Notice>}
          <Field label={t("field.newPassword")} hint={t("field.password.hint")}>
            <Input type="password" autoComplete="new-password" autoFocus value={password} onChange={(event) => { setPassword(event.target.value); }} className="h-11" />
          </Field>
          <Button type="submit" tone="primary" size="lg" busy={busy} disabled={!token}>{t("auth.reset.save")}</Button>
        </form>
      )}
      <Link to="/signin" search={{}} className={`${linkClass} text-[13px]`}>{t("auth.toSignIn")}</Link>
    </AuthFrame>
  );
}
