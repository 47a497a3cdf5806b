import { ShieldCheck, ShieldOff } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/Button";
import { CopyButton } from "@/components/CopyButton";
import { Notice, Tag } from "@/components/display";
import { Field, Input } from "@/components/Field";
import { Dialog } from "@/components/overlay";
import { Card } from "@/components/Page";
import { auth } from "@/lib/auth";
import { errorText, toastError } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { useMe } from "@/lib/session";
import { toast } from "@/lib/toast";

interface Setup {
  secret: string;
  uri: string;
  qr_svg: string;
}

export function TwoFactor() {
  const t = useT();
  const me = useMe();
  const [setup, setSetup] = useState<Setup | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const [disabling, setDisabling] = useState(false);
  const begin = async () => {
    try {
      setSetup(await api.post<Setup>("/auth/totp/setup"));
    } catch (error) {
      toastError(error);
    }
  };
  return (
    <Card title={t("me.twoFactor")} actions={<Tag tone={me.totp_enabled ? "free" : "offline"}>{me.totp_enabled ? t("users.on") : t("users.off")}</Tag>}>
      <p className="text-[13px] text-fg2">{t("me.twoFactor.text")}</p>
      {me.totp_enabled ? (
        <Button tone="danger" icon={<ShieldOff size={15} />} className="self-start" onClick={() => { setDisabling(true); }}>{t("me.twoFactor.disable")}</Button>
      ) : (
        <Button tone="primary" icon={<ShieldCheck size={15} />} className="self-start" onClick={() => void begin()}>{t("me.twoFactor.enable")}</Button>
      )}
      {setup && !codes && <SetUp setup={setup} onClose={() => { setSetup(null); }} onDone={setCodes} />}
      {codes && <Codes codes={codes} onClose={() => { setCodes(null); setSetup(null); auth.updateMe({ ...me, totp_enabled: true }); }} />}
      {disabling && <Disable onClose={() => { setDisabling(false); }} />}
    </Card>
  );
}

function SetUp({ setup, onClose, onDone }: { setup: Setup; onClose: () => void; onDone: (codes: string[]) => void }) {
  const t = useT();
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const enable = async () => {
    setBusy(true);
    setFailure(null);
    try {
      onDone((await api.post<{ recovery_codes: string[] }>("/auth/totp/enable", { code: code.replace(/\s/g, "") })).recovery_codes);
    } catch (error) {
      setFailure(errorText(error));
      setCode("");
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t("me.twoFactor.enable")} description={t("me.twoFactor.scan")}>
      <form className="flex flex-col gap-4" onSubmit={(event) => { event.preventDefault(); void enable(); }}>
        <img alt={t("me.twoFactor.qr")} src={`data:image/svg+xml;utf8,${encodeURIComponent(setup.qr_svg)}`} className="mx-auto size-52 rounded-xl bg-white p-3" />
        <div className="flex items-center gap-2 rounded-[10px] border border-line2 p-2 pl-3">
          <code className="min-w-0 flex-1 font-mono text-[13px] break-all">{setup.secret}</code>
          <CopyButton text={setup.secret} />
        </div>
        <Field label={t("auth.code")} error={failure ?? undefined}>
          <Input value={code} inputMode="numeric" autoComplete="one-time-code" autoFocus maxLength={8} className="num h-12 text-center text-xl tracking-[.3em]" onChange={(event) => { setCode(event.target.value); }} />
        </Field>
        <Button type="submit" tone="primary" size="lg" busy={busy} disabled={code.replace(/\s/g, "").length < 6}>{t("auth.verify")}</Button>
      </form>
    </Dialog>
  );
}

function Codes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const t = useT();
  return (
    <Dialog open onClose={onClose} title={t("me.codes.title")} description={t("me.codes.text")}>
      <ul className="card grid grid-cols-2 gap-x-6 gap-y-1.5 p-4 font-mono text-[15px]">{codes.map((code) => <li key={code}>{code}</li>)}</ul>
      <div className="mt-4 flex justify-end gap-2">
        <CopyButton text={codes.join("\n")} />
        <Button tone="primary" size="sm" onClick={onClose}>{t("me.codes.kept")}</Button>
      </div>
    </Dialog>
  );
}

function Disable({ onClose }: { onClose: () => void }) {
  const t = useT();
  const me = useMe();
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const disable = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await api.post("/auth/totp/disable", { password, code: code.replace(/\s/g, "") });
      auth.updateMe({ ...me, totp_enabled: false });
      toast.good(t("me.twoFactor.off"));
      onClose();
    } catch (error) {
      setFailure(errorText(error));
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={t("me.twoFactor.disable")} description={t("me.twoFactor.disable.text")} width="sm">
      <form className="flex flex-col gap-3.5" onSubmit={(event) => { event.preventDefault(); void disable(); }}>
        {failure && <Notice tone="broken">{failure}</Notice>}
        <Field label={t("auth.password")}><Input type="password" autoComplete="current-password" autoFocus value={password} onChange={(event) => { setPassword(event.target.value); }} /></Field>
        <Field label={t("auth.code")} hint={t("auth.code.hint")}><Input value={code} autoComplete="one-time-code" onChange={(event) => { setCode(event.target.value); }} /></Field>
        <Button type="submit" tone="danger" busy={busy} disabled={!password || !code}>{t("me.twoFactor.disable")}</Button>
      </form>
    </Dialog>
  );
}
