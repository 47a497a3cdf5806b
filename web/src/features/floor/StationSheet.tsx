import { ArrowLeft, X } from "lucide-react";
import { useEffect, useRef } from "react";
import type { FloorStation } from "@/api/types";
import { IconButton } from "@/components/Button";
import { KindIcon, StateTag } from "@/components/domain/states";
import { Notice } from "@/components/display";
import { clock } from "@/lib/clock";
import { useT } from "@/lib/i18n";
import { relativeTime } from "@/lib/time";
import { useFormat, usePermission } from "@/lib/venue";
import { SessionPanel } from "./SessionPanel";
import { StartForm } from "./StartForm";
import { StationPanel } from "./StationPanel";
import { useStation } from "./store";

/** Everything about one station; beside the floor on a desktop, the whole screen on a phone. */
export function StationSheet({ id, onClose, onOpen }: { id: string; onClose: () => void; onOpen: (id: string) => void }) {
  const t = useT();
  const station = useStation(id);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    if (matchMedia("(max-width: 1099px)").matches) panel.current?.focus();
  }, []);
  if (!station) return null;
  return (
    <>
      <button type="button" tabIndex={-1} aria-hidden className="anim-fade fixed inset-0 z-30 bg-black/50 min-[1100px]:hidden max-sm:hidden" onClick={onClose} />
      <aside
        ref={panel}
        tabIndex={-1}
        aria-label={t("sheet.label", { name: station.name })}
        className="anim-slide flex w-full shrink-0 flex-col border-l border-line bg-s1 outline-none max-[1099px]:fixed max-[1099px]:inset-y-0 max-[1099px]:right-0 max-[1099px]:z-40 sm:w-[384px]"
      >
        <header className="flex items-center gap-2.5 px-[18px] pt-4 pb-3">
          <IconButton label={t("action.back")} className="-ml-2 sm:hidden" onClick={onClose}><ArrowLeft size={20} /></IconButton>
          <h2 className="text-xl font-[680] tracking-tight">{station.name}</h2>
          <KindIcon kind={station.kind} size={17} />
          <StateTag state={station.state} />
          <span className="flex-1" />
          <IconButton label={t("action.close")} className="-mr-2 max-sm:hidden" onClick={onClose}><X size={18} /></IconButton>
        </header>
        <div className="flex min-h-0 flex-1 flex-col gap-4 overflow-auto px-[18px] pb-8">
          <Body station={station} onOpen={onOpen} onClose={onClose} />
          <StationPanel station={station} />
        </div>
      </aside>
    </>
  );
}

function Body({ station, onOpen, onClose }: { station: FloorStation; onOpen: (id: string) => void; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const mayStart = usePermission("venue.sessions.operate");
  if (station.session) return <SessionPanel station={station} session={station.session} onMoved={onOpen} />;
  if (station.state === "maintenance") return <Notice tone="broken">{station.maintenance_reason || t("floor.outOfOrder")}</Notice>;
  return (
    <>
      {station.state === "offline" && (
        <Notice>
          {t("sheet.offline")}
          {station.last_seen_at && ` ${t("floor.lastSeen", { when: relativeTime(station.last_seen_at, clock.now(), format.locale) })}.`}
        </Notice>
      )}
      {mayStart && <StartForm station={station} onStarted={onClose} />}
    </>
  );
}
