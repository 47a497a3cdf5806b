import type { Grant } from "@/api/types";
import { useT } from "@/lib/i18n";
import { formatDuration } from "@/lib/time";
import { useFormat } from "@/lib/venue";
import { Tag } from "../display";

const tones = { usable: "free", in_use: "play", used: "offline", expired: "offline" };

export function GrantCard({ grant, zones }: { grant: Grant; zones?: { id: string; name: string }[] | undefined }) {
  const t = useT();
  const format = useFormat();
  const ratio = grant.total_seconds > 0 ? grant.remaining_seconds / grant.total_seconds : 0;
  const facts = [grant.zone_ids.length > 0 ? grant.zone_ids.map((id) => zones?.find((zone) => zone.id === id)?.name).filter(Boolean).join(", ") : t("grant.allZones"), t("grant.expires", { date: format.date(grant.expires_at) })];
  return (
    <article className="card flex flex-col gap-2 p-3.5">
      <div className="flex items-center justify-between gap-2">
        <h3 className="truncate font-semibold">{grant.name}</h3>
        <Tag tone={tones[grant.state]}>{t(`grant.${grant.state}`)}</Tag>
      </div>
      <div className="num text-lg font-[650]">{formatDuration(grant.remaining_seconds)} <span className="text-[13px] font-medium text-fg3">/ {formatDuration(grant.total_seconds)}</span></div>
      <div className="h-1.5 overflow-hidden rounded-full bg-s3"><div className="h-full rounded-full bg-accent" style={{ width: `${String(ratio * 100)}%` }} /></div>
      <div className="text-xs text-fg2">{facts.filter(Boolean).join(" · ")}</div>
    </article>
  );
}
