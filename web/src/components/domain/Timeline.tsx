import type { Segment } from "@/api/types";
import { clock } from "@/lib/clock";
import { useT } from "@/lib/i18n";
import { useFormat } from "@/lib/venue";

const tones: Record<Segment["kind"], string> = { play: "play", pause: "paused", outage: "offline", overrun: "soon" };

/** One bar from the start to the end: play, pauses, outages, and what is left. */
export function Timeline({ segments, endsAt, endedAt }: { segments: Segment[]; endsAt: string | null; endedAt: string | null }) {
  const t = useT();
  const format = useFormat();
  const first = segments[0];
  if (!first) return null;
  const now = clock.now();
  const start = Date.parse(first.started_at);
  const until = endedAt ? Date.parse(endedAt) : Math.max(now, endsAt ? Date.parse(endsAt) : now);
  const whole = Math.max(1, until - start);
  const width = (from: number, to: number) => `${(Math.max(0.4, ((to - from) / whole) * 100)).toFixed(2)}%`;
  const shown = segments.slice(0, 40);
  const labelled = shown.filter((segment, index) => index === 0 || segment.kind !== "play" || segment.station_id !== shown[index - 1]?.station_id).slice(0, 3);
  return (
    <div>
      <div className="flex h-2.5 gap-0.5" role="img" aria-label={t("timeline.label")}>
        {shown.map((segment) => (
          <i
            key={segment.seq}
            className="rounded-[3px]"
            title={`${t(`segment.${segment.kind}`)} · ${segment.place} · ${format.time(segment.started_at)}`}
            style={{ width: width(Date.parse(segment.started_at), segment.ended_at ? Date.parse(segment.ended_at) : now), background: `var(--${tones[segment.kind]})` }}
          />
        ))}
        {until > now && !endedAt && <i className="flex-1 rounded-[3px] bg-s3" />}
      </div>
      <div className="num mt-1.5 flex justify-between gap-2 text-[11.5px] text-fg3">
        {labelled.map((segment) => (
          <span key={segment.seq} className="truncate">
            {format.time(segment.started_at)} {segment.kind === "play" ? segment.place : t(`segment.${segment.kind}`)}
          </span>
        ))}
        {!endedAt && <span>{t("timeline.now")}</span>}
        {(endedAt ?? endsAt) && <span>{format.time(endedAt ?? endsAt ?? "")}</span>}
      </div>
    </div>
  );
}
