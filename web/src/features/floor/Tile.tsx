import { BellRing, Unplug, UsersRound } from "lucide-react";
import { memo, type MouseEvent, type PointerEvent, useEffect, useRef } from "react";
import type { FloorStation } from "@/api/types";
import { KindIcon, stateIcons } from "@/components/domain/states";
import { clock } from "@/lib/clock";
import { type Translate, useT } from "@/lib/i18n";
import { onTick } from "@/lib/ticker";
import { countdownParts, relativeTime } from "@/lib/time";
import { type Format, useFormat } from "@/lib/venue";
import { useIsMarked, useIsOpen } from "./selection";
import { useStation } from "./store";

export interface TileActions {
  open: (id: string) => void;
  mark: (id: string, range: boolean) => void;
  marking: () => boolean;
}

const LONG_PRESS_MS = 480;

export const Tile = memo(function Tile({ id, actions, compact = false, narrow = false }: { id: string; actions: TileActions; compact?: boolean; narrow?: boolean }) {
  const t = useT();
  const format = useFormat();
  const station = useStation(id);
  const open = useIsOpen(id);
  const marked = useIsMarked(id);
  const press = usePress(id, actions);
  if (!station) return null;
  const Icon = stateIcons[station.state];
  const { session } = station;
  return (
    <button
      type="button"
      className={`tile is-${station.state} ${compact ? narrow ? "!min-h-0 !px-1.5 !py-1" : "!min-h-0 !px-2 !py-1.5" : ""}`}
      data-station={id}
      data-selected={open}
      data-marked={marked}
      aria-pressed={marked}
      aria-current={open || undefined}
      {...press}
    >
      <span className="flex items-center gap-1.5 whitespace-nowrap">
        <b className={`font-[650] ${narrow ? "text-[11.5px]" : "text-[13px]"}`}>{station.name}</b>
        {!compact && <KindIcon kind={station.kind} />}
        {session?.group_id && <UsersRound size={13} className="shrink-0 text-fg3" role="img" aria-label={t("floor.group")} />}
        {session?.requested_minutes && <BellRing size={13} className="shrink-0 text-soon" role="img" aria-label={t("floor.asks", { minutes: session.requested_minutes })} />}
        {session && station.online === false && <Unplug size={13} className="shrink-0 text-broken" role="img" aria-label={t("floor.linkLost")} />}
        <span className="ml-auto flex min-w-0 items-center gap-1 text-[11px] font-semibold" style={{ color: "var(--c)" }}>
          <Icon size={13} strokeWidth={2.2} className="shrink-0" aria-hidden />
          <span className={compact ? "sr-only" : "truncate"}>{t(`floor.state.${station.state}`)}</span>
        </span>
      </span>
      {session ? <TileTime station={station} size={narrow ? "text-[12px] [&>span:last-child]:hidden" : compact ? "text-base" : "text-[23px]"} /> : <span className={`font-medium ${compact ? "text-xs text-fg3" : "text-[15px] leading-[2] text-fg2"} truncate`}>{idleText(station, t)}</span>}
      {!compact && <span className="truncate text-xs text-fg2">{subText(station, t, format)}</span>}
    </button>
  );
});

/** Only the text of the clock and the width of the bar change every second; React is not involved. */
function TileTime({ station, size }: { station: FloorStation; size: string }) {
  const main = useRef<HTMLSpanElement>(null);
  const tail = useRef<HTMLSpanElement>(null);
  const bar = useRef<HTMLElement>(null);
  const session = station.session;
  const endsAt = session?.state === "paused" ? null : session?.ends_at;
  const frozen = session?.state === "paused" && session.mode !== "postpaid" ? session.remaining_seconds : null;
  const { started_at: startedAt, total_seconds: total } = session ?? {};
  useEffect(() => {
    let shownMain = "";
    let shownBar = -1;
    const write = (seconds: number, ratio: number) => {
      const [big, small] = countdownParts(seconds);
      if (big !== shownMain && main.current) main.current.textContent = shownMain = big;
      if (tail.current) tail.current.textContent = small;
      const step = Math.round(Math.max(0, Math.min(1, ratio)) * 250);
      if (step !== shownBar && bar.current) {
        shownBar = step;
        bar.current.style.setProperty("--p", String(step / 250));
      }
    };
    const ratioOf = (left: number) => (total ? left / total : 0);
    if (frozen !== null) {
      write(frozen, ratioOf(frozen));
      return;
    }
    const end = endsAt ? Date.parse(endsAt) : null;
    const start = Date.parse(startedAt ?? "");
    return onTick((now) => {
      if (end !== null) write((end - now) / 1000, ratioOf((end - now) / 1000));
      else write((now - start) / 1000, 0);
    });
  }, [endsAt, frozen, startedAt, total]);
  return (
    <>
      <span className={`num leading-[1.3] font-[620] tracking-[-.03em] ${size} ${station.state === "ending" ? "text-soon" : ""}`}>
        <span ref={main} />
        <span ref={tail} className="text-[.62em] font-medium tracking-normal text-fg3" />
      </span>
      <span className="bar" aria-hidden><i ref={bar} /></span>
    </>
  );
}

function idleText(station: FloorStation, t: Translate): string {
  if (station.state === "maintenance") return station.maintenance_reason || t("floor.outOfOrder");
  if (station.state === "offline") return t("floor.noLink");
  return station.open ? t("floor.openByStaff") : t("floor.ready");
}

function subText(station: FloorStation, t: Translate, format: Format): string {
  if (station.session) return [station.session.player, station.metrics?.foreground].filter(Boolean).join(" · ");
  if (station.state === "offline" && station.last_seen_at)
    return t("floor.lastSeen", { when: relativeTime(station.last_seen_at, clock.now(), format.locale) });
  if (station.state === "maintenance") return t("floor.notSold");
  return station.rate_minor_per_hour === null ? "" : t("floor.rateNow", { rate: format.rate(station.rate_minor_per_hour) });
}

/** Click opens; Ctrl/Shift-click and long press mark for a group. */
function usePress(id: string, actions: TileActions) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const long = useRef(false);
  const touch = useRef(false);
  const stop = () => {
    clearTimeout(timer.current);
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      long.current = false;
      touch.current = event.pointerType === "touch";
      if (touch.current)
        timer.current = setTimeout(() => {
          long.current = true;
          actions.mark(id, false);
        }, LONG_PRESS_MS);
    },
    onPointerUp: stop,
    onPointerCancel: stop,
    onPointerLeave: stop,
    onContextMenu: (event: MouseEvent) => {
      if (touch.current) event.preventDefault();
    },
    onClick: (event: MouseEvent) => {
      if (long.current) return;
      if (event.shiftKey) actions.mark(id, true);
      else if (event.ctrlKey || event.metaKey || (touch.current && actions.marking())) actions.mark(id, false);
      else actions.open(id);
    },
  };
}
