import { Dialog } from "@/components/overlay";
import { Empty } from "@/components/display";
import { KindIcon } from "@/components/domain/states";
import { useT } from "@/lib/i18n";
import { useFormat } from "@/lib/venue";
import { floor, useCounts, useLayout } from "./store";

/** "Start a session": which of the free stations? */
export function StartPicker({ title, onPick, onClose }: { title?: string; onPick: (id: string) => void; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const { groups } = useLayout();
  useCounts(); // a station that is taken meanwhile disappears from the list
  const free = groups
    .map(({ zone, ids }) => ({ zone, stations: ids.flatMap((id) => floor.get(id) ?? []).filter((station) => station.state === "free") }))
    .filter((group) => group.stations.length > 0);
  return (
    <Dialog open onClose={onClose} title={title ?? t("floor.pick.title")} width="lg">
      {free.length === 0 && <Empty title={t("floor.pick.none")} text={t("floor.pick.none.text")} />}
      <div className="flex flex-col gap-4">
        {free.map(({ zone, stations }) => (
          <section key={zone.id}>
            <h3 className="mb-2 flex items-baseline gap-2 text-[13px] font-semibold">
              {zone.name}
              {zone.rate_minor_per_hour !== null && <span className="font-normal text-fg3">{format.rate(zone.rate_minor_per_hour)}</span>}
            </h3>
            <div className="grid grid-cols-[repeat(auto-fill,minmax(96px,1fr))] gap-2">
              {stations.map((station) => (
                <button key={station.id} type="button" onClick={() => { onPick(station.id); }} className="flex items-center justify-between gap-2 rounded-[10px] border border-line2 px-3 py-2.5 font-semibold hover:border-accent hover:bg-s3">
                  {station.name}
                  <KindIcon kind={station.kind} />
                </button>
              ))}
            </div>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
