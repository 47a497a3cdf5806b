import { CircleCheck, CircleX, FileUp, PenLine } from "lucide-react";
import { useRef, useState } from "react";
import type { BulkResult, Community } from "@/api/alerts";
import { Button } from "@/components/Button";
import { Notice } from "@/components/display";
import { Field, Select, Textarea } from "@/components/Field";
import { Dialog } from "@/components/overlay";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { toast } from "@/lib/toast";
import { useAction } from "@/lib/useAction";
import { servers } from "./store";

const EXAMPLE = "name,address,port,protocol,tags,interval\nFriday Survival,mc.example.org,25565,auto,minecraft;survival,30\nArena,203.0.113.7,27960,auto,quake,60";
const MOST = 1_000_000;

/** Many servers at once: a dry run shows line by line what would happen, then it is done. */
export function BulkServers({ communities, community, onClose }: { communities: Community[]; community: Community | null; onClose: () => void }) {
  const t = useT();
  const [communityId, setCommunityId] = useState(community?.id ?? communities.find((one) => one.is_default)?.id ?? communities[0]?.id ?? "");
  const [csv, setCsv] = useState("");
  const [over, setOver] = useState(false);
  const [result, setResult] = useState<BulkResult | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const action = useAction();
  const read = async (one: File | undefined) => {
    if (!one) return;
    if (one.size > MOST) {
      toast.bad(t("bulkServers.tooLarge"));
      return;
    }
    setCsv(await one.text());
    setResult(null);
  };
  const run = (dry: boolean) =>
    action.run(async () => {
      const answer = await api.post<BulkResult>("/alerts/servers/bulk", { community_id: communityId, csv, dry_run: dry });
      if (dry) {
        setResult(answer);
        return;
      }
      toast.good(t("bulkServers.done", { created: answer.created, updated: answer.updated }));
      void servers.read();
      onClose();
    });
  return (
    <Dialog open onClose={onClose} width="lg" title={t("servers.bulk")} description={t("bulkServers.text")}>
      <div className="flex flex-col gap-3.5">
        {communities.length > 1 && (
          <Field label={t("servers.community")} className="max-w-72">
            <Select value={communityId} onChange={(event) => { setCommunityId(event.target.value); setResult(null); }}>{communities.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}</Select>
          </Field>
        )}
        <div
          className={`rounded-xl border border-dashed p-3 transition-colors ${over ? "border-accent bg-[color-mix(in_oklab,var(--accent)_9%,transparent)]" : "border-line2"}`}
          onDragOver={(event) => { event.preventDefault(); setOver(true); }}
          onDragLeave={() => { setOver(false); }}
          onDrop={(event) => { event.preventDefault(); setOver(false); void read(event.dataTransfer.files[0]); }}
        >
          <Field label={t("bulkServers.csv")} hint={t("bulkServers.columns")}>
            <Textarea value={csv} rows={6} spellCheck={false} className="font-mono text-[12.5px] whitespace-pre" placeholder={EXAMPLE} onChange={(event) => { setCsv(event.target.value); setResult(null); }} />
          </Field>
          <div className="mt-2 flex flex-wrap items-center gap-2">
            <Button size="sm" icon={<FileUp size={14} />} onClick={() => file.current?.click()}>{t("bulkServers.file")}</Button>
            <span className="text-xs text-fg3 max-md:hidden">{t("bulkServers.drop")}</span>
            <input ref={file} type="file" accept=".csv,text/csv,text/plain" hidden aria-label={t("bulkServers.file")} onChange={(event) => { void read(event.target.files?.[0]); event.target.value = ""; }} />
          </div>
        </div>
        {action.failure && <Notice tone="broken">{action.failure}</Notice>}
        {result && <Outcome result={result} />}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>{t("action.cancel")}</Button>
          <Button tone={result ? "plain" : "primary"} busy={action.busy && !result} disabled={csv.trim() === ""} onClick={() => void run(true)}>{t("bulkServers.check")}</Button>
          {result && <Button tone="primary" busy={action.busy} disabled={result.created + result.updated === 0} onClick={() => void run(false)}>{t("bulkServers.apply", { n: result.created + result.updated })}</Button>}
        </div>
      </div>
    </Dialog>
  );
}

const icons = { create: <CircleCheck size={15} className="text-free" aria-hidden />, update: <PenLine size={15} className="text-play" aria-hidden />, error: <CircleX size={15} className="text-broken" aria-hidden /> };

function Outcome({ result }: { result: BulkResult }) {
  const t = useT();
  const rows = [...result.rows].sort((a, b) => Number(b.action === "error") - Number(a.action === "error") || a.line - b.line);
  return (
    <section aria-label={t("bulkServers.preview")} className="flex flex-col gap-2">
      <p role="status" className="text-[13px]">{t("bulkServers.summary", { created: result.created, updated: result.updated, failed: result.failed })}</p>
      {result.failed > 0 && <Notice>{t("bulkServers.partly")}</Notice>}
      <div className="card max-h-64 overflow-auto" tabIndex={0} role="group" aria-label={t("bulkServers.preview")}>
        <table className="num w-full text-[13px]">
          <thead className="sticky top-0 bg-s2">
            <tr className="border-b border-line text-left text-xs text-fg3 [&>th]:px-3 [&>th]:py-2 [&>th]:font-medium [&>th]:whitespace-nowrap">
              <th scope="col">{t("bulkServers.line")}</th>
              <th scope="col">{t("bulkServers.action")}</th>
              <th scope="col">{t("servers.name")}</th>
              <th scope="col" className="max-sm:hidden">{t("server.address")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.line} className="border-b border-line align-top last:border-0 [&>td]:px-3 [&>td]:py-2">
                <td className="text-fg3">{row.line}</td>
                <td><span className="flex items-center gap-1.5 whitespace-nowrap">{icons[row.action]}{t(`bulkServers.action.${row.action}`)}</span></td>
                <td>{row.name || "–"}{row.message && <span className="block text-xs text-broken">{row.message}</span>}</td>
                <td className="font-mono text-xs max-sm:hidden">{row.address}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
