import { CircleCheck, CircleX, Radar } from "lucide-react";
import { useState } from "react";
import type { Community, GameServer, ProbeResult } from "@/api/alerts";
import { Button } from "@/components/Button";
import { Notice } from "@/components/display";
import { Field, Input, Select } from "@/components/Field";
import { Dialog } from "@/components/overlay";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useAction } from "@/lib/useAction";
import { AddressFields, freshServer, ProtocolFields, type ServerDraft, settingsOf, ShownFields, targetOf, useProtocols, WatchFields } from "./ServerFields";
import { servers } from "./store";

/** Address and port are enough: "Find out" asks every protocol and shows what answered. */
export function AddServer({ communities, community, onClose }: { communities: Community[]; community: Community | null; onClose: () => void }) {
  const t = useT();
  const [draft, setDraft] = useState<ServerDraft>(freshServer);
  const [communityId, setCommunityId] = useState(community?.id ?? communities.find((one) => one.is_default)?.id ?? communities[0]?.id ?? "");
  const [found, setFound] = useState<ProbeResult | null>(null);
  const probing = useAction();
  const saving = useAction();
  const change = (part: Partial<ServerDraft>) => {
    setDraft({ ...draft, ...part });
    if ("address" in part || "port" in part) setFound(null);
  };
  const probe = () =>
    probing.run(async () => {
      const { query_port: _, protocol, ...target } = targetOf(draft);
      const result = await api.post<ProbeResult>("/alerts/servers/probe", { ...target, ...(protocol !== "auto" && { protocol }) });
      setFound(result);
      if (result.found) setDraft({ ...draft, protocol: result.protocol ?? draft.protocol, query_port: result.query_port ? String(result.query_port) : draft.query_port, name: draft.name || result.name });
    });
  const save = async () => {
    const name = draft.name.trim();
    const done = await saving.run(async () => {
      const made = await api.post<GameServer>("/alerts/servers", { community_id: communityId, ...targetOf(draft), ...settingsOf(draft), ...(name && { name }) });
      servers.add([made]);
      toast.good(t("server.added", { name: made.name }));
    });
    if (done) onClose();
  };
  const known = [...new Set(servers.getList().flatMap((server) => server.tags))].sort();
  return (
    <Dialog open onClose={onClose} title={t("servers.add")} description={t("server.add.text")}>
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <AddressFields draft={draft} onChange={change} field={(name) => saving.field(name) ?? probing.field(name)} />
        <div className="flex flex-col gap-3">
          <Button className="self-start" icon={<Radar size={16} />} busy={probing.busy} disabled={draft.address.trim() === ""} onClick={() => void probe()}>{probing.busy ? t("server.probing") : t("server.probe")}</Button>
          {probing.failure && <Notice tone="broken">{probing.failure}</Notice>}
          {found && <Found result={found} />}
        </div>
        <ProtocolFields draft={draft} onChange={change} />
        <div className={communities.length > 1 ? "grid grid-cols-2 gap-3" : ""}>
          <Field label={t("server.name")} hint={t("server.name.hint")} error={saving.field("name")}><Input value={draft.name} maxLength={80} onChange={(event) => { change({ name: event.target.value }); }} /></Field>
          {communities.length > 1 && (
            <Field label={t("servers.community")}>
              <Select value={communityId} onChange={(event) => { setCommunityId(event.target.value); }}>{communities.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}</Select>
            </Field>
          )}
        </div>
        <WatchFields draft={draft} onChange={change} />
        <ShownFields draft={draft} onChange={change} known={known} />
        {saving.failure && <Notice tone="broken">{saving.failure}</Notice>}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" tone="primary" busy={saving.busy} disabled={draft.address.trim() === ""}>{t("server.watch")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

function Found({ result }: { result: ProbeResult }) {
  const t = useT();
  const protocols = useProtocols();
  const nameOf = (id: string) => protocols.data?.items.find((one) => one.id === id)?.name ?? id;
  const facts: [string, string][] = [
    [t("server.protocol"), result.protocol ? nameOf(result.protocol) : ""],
    [t("servers.game"), result.game],
    [t("servers.map"), result.map],
    [t("servers.players"), `${String(result.players)}${result.max_players === null ? "" : `/${String(result.max_players)}`}${result.bots > 0 ? ` · ${t("servers.bots", { n: result.bots })}` : ""}`],
    [t("server.version"), result.version],
    [t("server.latency"), result.latency_ms === null ? "" : `${String(Math.round(result.latency_ms))} ms`],
  ];
  return (
    <div role="status" className="card flex flex-col gap-2.5 p-3.5">
      <p className="flex items-center gap-2 font-semibold">
        {result.found ? <CircleCheck size={18} className="shrink-0 text-free" aria-hidden /> : <CircleX size={18} className="shrink-0 text-broken" aria-hidden />}
        {result.found ? result.name || t("server.answers") : t("server.noAnswer")}
      </p>
      {result.found ? (
        <dl className="num grid grid-cols-2 gap-x-4 gap-y-2 sm:grid-cols-3">
          {facts.filter(([, value]) => value !== "").map(([label, value]) => <div key={label} className="min-w-0"><dt className="text-xs text-fg3">{label}</dt><dd className="truncate text-[13.5px]" title={value}>{value}</dd></div>)}
        </dl>
      ) : (
        <p className="text-[13px] text-fg2">{result.error === "unresolved" || result.error === "not_allowed" ? t(`server.host.${result.error}`) : t("server.noAnswer.text")}</p>
      )}
      {result.tried.length > 0 && (
        <details className="text-[12.5px] text-fg2" open={!result.found}>
          <summary>{t("server.tried", { n: result.tried.length })}</summary>
          <div className="mt-1.5 max-h-36 overflow-auto" tabIndex={0} role="group" aria-label={t("server.tried", { n: result.tried.length })}>
            <ul className="num grid gap-x-4 gap-y-0.5 sm:grid-cols-2">
              {result.tried.map((one) => <li key={`${one.protocol}${String(one.port)}`} className="flex justify-between gap-2"><span className="truncate">{nameOf(one.protocol)}{one.port !== null && ` · ${String(one.port)}`}</span><span className="shrink-0 text-fg3">{outcomeText(t, one.outcome)}</span></li>)}
            </ul>
          </div>
        </details>
      )}
    </div>
  );
}

const outcomes = ["answered", "found", "ok", "timeout", "refused", "unresolved", "bad_answer", "skipped"] as const;
type Outcome = (typeof outcomes)[number];
const outcomeText = (t: ReturnType<typeof useT>, outcome: string) => (outcomes.includes(outcome as Outcome) ? t(`outcome.${outcome as Outcome}`) : outcome);
