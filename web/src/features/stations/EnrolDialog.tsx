import { useQuery } from "@tanstack/react-query";
import { CircleCheck, LoaderCircle } from "lucide-react";
import { useEffect, useState } from "react";
import type { Enrolment, Station } from "@/api/types";
import { Button } from "@/components/Button";
import { CopyButton } from "@/components/CopyButton";
import { Failed, SkeletonRows } from "@/components/display";
import { Dialog } from "@/components/overlay";
import { clock } from "@/lib/clock";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { onTick } from "@/lib/ticker";
import { formatDuration } from "@/lib/time";

/** The code to type at the machine, and the moment it answers. */
export function EnrolDialog({ station, onClose }: { station: Station; onClose: () => void }) {
  const t = useT();
  const [openedAt] = useState(() => clock.now());
  const enrolment = useQuery({ queryKey: ["enrolment", station.id, openedAt], queryFn: () => api.post<Enrolment>(`/stations/${station.id}/enrolment`), staleTime: Infinity, gcTime: 0, retry: false, refetchOnWindowFocus: false });
  const live = useQuery({ queryKey: ["/stations", "enrolling", station.id], queryFn: () => api.get<Station>(`/stations/${station.id}`), refetchInterval: 1500 });
  const agent = live.data?.agent;
  const connected = agent?.enrolled === true && agent.online && agent.last_seen_at !== null && Date.parse(agent.last_seen_at) >= openedAt - 2000;
  return (
    <Dialog open onClose={onClose} title={t("enrol.title", { name: station.name })} description={t("enrol.text")}>
      {enrolment.isPending && <SkeletonRows rows={3} />}
      {enrolment.isError && <Failed error={enrolment.error} retry={() => void enrolment.refetch()} />}
      {enrolment.data && (
        <div className="flex flex-col gap-4">
          <div className="card grid place-items-center gap-1 py-6">
            <span className="font-mono text-[40px] leading-tight font-bold tracking-[.12em] max-xs:text-3xl">{enrolment.data.code}</span>
            <ValidFor until={enrolment.data.expires_at} />
          </div>
          <div>
            <p className="mb-1.5 text-[12.5px] font-medium text-fg2">{t("enrol.command")}</p>
            <div className="flex items-center gap-2 rounded-[10px] border border-line2 bg-bg p-2 pl-3">
              <code className="min-w-0 flex-1 font-mono text-[12.5px] break-all">{enrolment.data.command}</code>
              <CopyButton text={enrolment.data.command} />
            </div>
          </div>
          <p role="status" className="flex items-center gap-2.5 rounded-[10px] bg-s3 px-3 py-2.5 font-medium">
            {connected ? <><CircleCheck size={18} className="text-free" aria-hidden />{t("enrol.connected", { host: agent.hostname ?? station.name })}</> : <><LoaderCircle size={18} className="animate-spin text-fg3" aria-hidden />{t("enrol.waiting")}</>}
          </p>
          <Button tone={connected ? "primary" : "plain"} className="self-end" onClick={onClose}>{connected ? t("action.done") : t("action.close")}</Button>
        </div>
      )}
    </Dialog>
  );
}

function ValidFor({ until }: { until: string }) {
  const t = useT();
  const [left, setLeft] = useState(0);
  useEffect(() => onTick((now) => { setLeft(Math.max(0, Math.round((Date.parse(until) - now) / 1000))); }), [until]);
  return <span className="num text-[13px] text-fg2">{left > 0 ? t("enrol.valid", { left: formatDuration(left) }) : t("enrol.expired")}</span>;
}
