import { useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import type { ApiKey, Items, NewApiKey } from "@/api/types";
import { Button } from "@/components/Button";
import { CopyButton } from "@/components/CopyButton";
import { Empty, Failed, Notice, SkeletonRows, Tag } from "@/components/display";
import { Checkbox, Field, Input, Textarea } from "@/components/Field";
import { Confirm, Dialog } from "@/components/overlay";
import { Card } from "@/components/Page";
import { errorText, toastError } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { useMe } from "@/lib/session";
import { toast } from "@/lib/toast";
import { useFormat } from "@/lib/venue";

export function ApiKeys() {
  const t = useT();
  const format = useFormat();
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const keys = useQuery({ queryKey: ["/auth/api-keys"], queryFn: () => api.get<Items<ApiKey>>("/auth/api-keys") });
  const refresh = () => void client.invalidateQueries({ queryKey: ["/auth/api-keys"] });
  const revoke = async (key: ApiKey) => {
    try {
      await api.delete(`/auth/api-keys/${key.id}`);
      toast.good(t("keysApi.revoked", { name: key.name }));
      refresh();
    } catch (error) {
      toastError(error);
      throw error;
    }
  };
  return (
    <Card title={t("keysApi.title")} actions={<Button size="sm" icon={<Plus size={14} />} onClick={() => { setAdding(true); }}>{t("keysApi.new")}</Button>}>
      {keys.isPending && <SkeletonRows rows={2} />}
      {keys.isError && <Failed error={keys.error} retry={() => void keys.refetch()} />}
      {keys.data?.items.length === 0 && <Empty icon={<KeyRound size={20} />} title={t("keysApi.none")} text={t("keysApi.none.text")} />}
      <ul className="flex flex-col">
        {keys.data?.items.map((key) => (
          <li key={key.id} className="flex items-center gap-3 border-b border-line py-2.5 last:border-0">
            <span className="min-w-0 flex-1">
              <b className="font-semibold">{key.name}</b> <code className="font-mono text-xs text-fg3">{key.prefix}…</code>
              <span className="num block text-xs text-fg2">
                {[t("keysApi.scopes", { n: key.scopes.length }), key.allowed_networks.join(", "), key.last_used_at ? t("keysApi.used", { date: format.dateTime(key.last_used_at) }) : t("keysApi.unused"), key.expires_at ? t("grant.expires", { date: format.date(key.expires_at) }) : null].filter(Boolean).join(" · ")}
              </span>
            </span>
            {key.revoked_at ? <Tag tone="offline">{t("keysApi.isRevoked")}</Tag> : <Button size="sm" tone="danger" onClick={() => { setRevoking(key); }}>{t("station.revoke")}</Button>}
          </li>
        ))}
      </ul>
      {adding && <NewKey onClose={() => { setAdding(false); refresh(); }} />}
      {revoking && <Confirm open onClose={() => { setRevoking(null); }} title={t("keysApi.revoke.title", { name: revoking.name })} text={t("keysApi.revoke.text")} action={t("station.revoke")} onConfirm={() => revoke(revoking)} />}
    </Card>
  );
}

function NewKey({ onClose }: { onClose: () => void }) {
  const t = useT();
  const me = useMe();
  const mine = [...new Set(Object.values(me.permissions).flat())].sort();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>([]);
  const [networks, setNetworks] = useState("");
  const [until, setUntil] = useState("");
  const [made, setMade] = useState<NewApiKey | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const create = async () => {
    setBusy(true);
    setFailure(null);
    try {
      setMade(await api.post<NewApiKey>("/auth/api-keys", { name: name.trim(), scopes, allowed_networks: networks.split(/[\s,;]+/).filter(Boolean), ...(until && { expires_at: new Date(`${until}T23:59:59`).toISOString() }) }));
    } catch (error) {
      setFailure(errorText(error));
    } finally {
      setBusy(false);
    }
  };
  if (made)
    return (
      <Dialog open onClose={onClose} title={t("keysApi.made", { name: made.name })} description={t("keysApi.once")}>
        <div className="flex items-center gap-2 rounded-[10px] border border-line2 p-2 pl-3">
          <code className="min-w-0 flex-1 font-mono text-[13px] break-all">{made.secret}</code>
          <CopyButton text={made.secret} />
        </div>
        <Button tone="primary" className="mt-4 ml-auto flex" onClick={onClose}>{t("action.done")}</Button>
      </Dialog>
    );
  return (
    <Dialog open onClose={onClose} title={t("keysApi.new")}>
      <form className="flex flex-col gap-3.5" onSubmit={(event) => { event.preventDefault(); void create(); }}>
        {failure && <Notice tone="broken">{failure}</Notice>}
        <Field label={t("tariff.name")}><Input value={name} autoFocus maxLength={80} onChange={(event) => { setName(event.target.value); }} /></Field>
        <fieldset>
          <legend className="mb-1.5 text-[12.5px] font-medium text-fg2">{t("keysApi.mayDo")}</legend>
          <div className="grid gap-1.5 sm:grid-cols-2">
            {mine.map((scope) => <Checkbox key={scope} label={<code className="font-mono text-xs">{scope}</code>} checked={scopes.includes(scope)} onChange={(event) => { setScopes(event.target.checked ? [...scopes, scope] : scopes.filter((one) => one !== scope)); }} />)}
          </div>
        </fieldset>
        <Field label={t("keysApi.networks")} hint={t("keysApi.networks.hint")}><Textarea value={networks} className="!min-h-14 font-mono" placeholder="192.168.1.0/24" onChange={(event) => { setNetworks(event.target.value); }} /></Field>
        <Field label={t("keysApi.until")} className="max-w-52"><Input type="date" value={until} onChange={(event) => { setUntil(event.target.value); }} /></Field>
        <Button type="submit" tone="primary" className="self-end" busy={busy} disabled={name.trim() === "" || scopes.length === 0}>{t("action.create")}</Button>
      </form>
    </Dialog>
  );
}
