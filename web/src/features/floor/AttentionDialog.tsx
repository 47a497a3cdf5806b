import { BellRing, ShieldAlert, Unplug } from "lucide-react";
import { Dialog } from "@/components/overlay";
import { clock } from "@/lib/clock";
import { useT } from "@/lib/i18n";
import { relativeTime } from "@/lib/time";
import { useFormat } from "@/lib/venue";
import { useSummary } from "./store";

const icons = { agent_offline: Unplug, time_request: BellRing, unenforced: ShieldAlert };

export function AttentionDialog({ onClose, onOpen }: { onClose: () => void; onOpen: (stationId: string) => void }) {
  const t = useT();
  const format = useFormat();
  const summary = useSummary();
  return (
    <Dialog open onClose={onClose} title={t("floor.attention")}>
      <ul className="flex flex-col gap-2">
        {summary?.alerts.map((alert) => {
          const Icon = icons[alert.kind];
          return (
            <li key={`${alert.kind}${alert.station_id}`}>
              <button type="button" onClick={() => { onOpen(alert.station_id); }} className="flex w-full items-center gap-3 rounded-xl border border-line2 px-3 py-2.5 text-left hover:bg-s3">
                <Icon size={18} className={alert.kind === "time_request" ? "text-soon" : "text-broken"} aria-hidden />
                <span className="min-w-0 flex-1">
                  <b className="font-semibold">{alert.station_name}</b> · {t(`alert.${alert.kind}`)}
                  <span className="block truncate text-[12.5px] text-fg2">{alert.text}</span>
                </span>
                <span className="text-xs text-fg3">{alert.since && relativeTime(alert.since, clock.now(), format.locale)}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {summary?.alerts.length === 0 && <p className="text-fg2">{t("floor.allWell")}</p>}
    </Dialog>
  );
}
