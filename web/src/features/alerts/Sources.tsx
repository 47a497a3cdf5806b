import { useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import type { Community, NewSource, Source } from "@/api/alerts";
import type { Items } from "@/api/types";
import { Button } from "@/components/Button";
import { Copyable } from "@/components/Copyable";
import { Failed, Notice, SkeletonRows, Tag } from "@/components/display";
import { Field, Input } from "@/components/Field";
import { Confirm, Dialog } from "@/components/overlay";
import { TagsInput } from "@/components/TagsInput";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { orToast, useAction } from "@/lib/useAction";
import { useFormat, usePermission } from "@/lib/venue";

/** Keys with which programs sign what they report. */
export function Sources({ community }: { community: Community }) {
  const t = useT();
  const format = useFormat();
  const client = useQueryClient();
  const mayManage = usePermission("alerts.manage");
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<Source | null>(null);
  const sources = useQuery({ queryKey: ["/alerts/sources", community.id], queryFn: () => api.get<Items<Source>>(`/alerts/communities/${community.id}/sources`), enabled: mayManage });
  const refresh = () => client.invalidateQueries({ queryKey: ["/alerts/sources"] });
  const revoke = async () => {
    await orToast(api.delete(`/alerts/sources/${revoking?.id ?? ""}`));
    toast.good(t("keysApi.revoked", { name: revoking?.name ?? "" }));
    await refresh();
  };
  if (!mayManage) return null;
  return (
    <section aria-label={t("sources.title")} className="flex flex-col gap-2 border-t border-line pt-4">
      <div className="flex items-center justify-between gap-3">
        <h3 className="text-[14px] font-[650]">{t("sources.title")}</h3>
        <Button size="sm" icon={<Plus size={14} />} onClick={() => { setAdding(true); }}>{t("sources.new")}</Button>
      </div>
      <p className="text-[12.5px] text-fg3">{t("sources.text")}</p>
      {sources.isPending && <SkeletonRows rows={2} />}
      {sources.isError && <Failed error={sources.error} retry={() => void sources.refetch()} />}
      <ul className="flex flex-col">
        {sources.data?.items.map((source) => (
          <li key={source.id} className="flex items-center gap-3 border-b border-line py-2.5 last:border-0">
            <KeyRound size={16} className="shrink-0 text-fg3" aria-hidden />
            <span className="min-w-0 flex-1">
              <b className="font-semibold">{source.name}</b>
              <span className="num block text-xs text-fg2">{[source.networks.join(", "), source.last_used_at ? t("keysApi.used", { date: format.dateTime(source.last_used_at) }) : t("keysApi.unused")].filter(Boolean).join(" · ")}</span>
            </span>
            {source.revoked_at ? <Tag tone="offline">{t("keysApi.isRevoked")}</Tag> : <Button size="sm" tone="danger" onClick={() => { setRevoking(source); }}>{t("station.revoke")}</Button>}
          </li>
        ))}
      </ul>
      {adding && <AddSource community={community} onClose={() => { setAdding(false); void refresh(); }} />}
      {revoking && <Confirm open onClose={() => { setRevoking(null); }} title={t("keysApi.revoke.title", { name: revoking.name })} text={t("keysApi.revoke.text")} action={t("station.revoke")} onConfirm={revoke} />}
    </section>
  );
}

function AddSource({ community, onClose }: { community: Community; onClose: () => void }) {
  const t = useT();
  const [name, setName] = useState("");
  const [networks, setNetworks] = useState<string[]>([]);
  const [made, setMade] = useState<NewSource | null>(null);
  const action = useAction();
  const create = () => action.run(async () => { setMade(await api.post<NewSource>(`/alerts/communities/${community.id}/sources`, { name: name.trim(), networks })); });
  if (made)
    return (
      <Dialog open onClose={onClose} width="lg" title={t("keysApi.made", { name: made.name })} description={t("keysApi.once")}>
        <div className="flex flex-col gap-4">
          <Copyable label={t("sources.id")} text={made.id} />
          <Copyable label={t("sources.secret")} text={made.secret} />
          <Copyable block label={t("sources.example")} text={curlOf(made)} />
          <Button tone="primary" className="self-end" onClick={onClose}>{t("action.done")}</Button>
        </div>
      </Dialog>
    );
  return (
    <Dialog open onClose={onClose} title={t("sources.new")}>
      <div className="flex flex-col gap-4">
        <Field label={t("server.name")} error={action.field("name")}><Input value={name} maxLength={80} autoFocus onChange={(event) => { setName(event.target.value); }} /></Field>
        <Field label={t("keysApi.networks")} hint={t("comm.networks.hint")} error={action.field("networks")}><TagsInput mono value={networks} placeholder="203.0.113.0/24" onChange={setNetworks} /></Field>
        {action.failure && <Notice tone="broken">{action.failure}</Notice>}
        <Button tone="primary" className="self-end" busy={action.busy} disabled={name.trim() === ""} onClick={() => void create()}>{t("action.create")}</Button>
      </div>
    </Dialog>
  );
}

const curlOf = (source: NewSource): string => `BODY='{"reports": [{"key": "my-server", "game": "Fujitzee", "name": "The Bar", "players": 1, "max_players": 6}]}'
TIME=$(date +%s)
SIGN=$(printf '%s.%s' "$TIME" "$BODY" | openssl dgst -sha256 -hmac '${source.secret}' -r | cut -d' ' -f1)
curl -X POST ${location.origin}/api/v1/alerts/reports \\
  -H 'Content-Type: application/json' \\
  -H 'X-GameOps-Source: ${source.id}' \\
  -H "X-GameOps-Timestamp: $TIME" \\
  -H "X-GameOps-Signature: v1=$SIGN" \\
  -d "$BODY"`;
