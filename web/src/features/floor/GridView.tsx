import { useSyncExternalStore } from "react";
import { Empty } from "@/components/display";
import { useT } from "@/lib/i18n";
import { useFormat } from "@/lib/venue";
import type { FloorFilter } from "./Filters";
import { floor, type ZoneGroup } from "./store";
import { Tile, type TileActions } from "./Tile";

export function GridView({ groups, filter, actions, sheetOpen }: { groups: ZoneGroup[]; filter: FloorFilter; actions: TileActions; sheetOpen: boolean }) {
  const t = useT();
  const shown = groups.filter((group) => filter.zone === null || group.zone.id === filter.zone);
  return (
    <div className="flex flex-col gap-[18px]">
      {shown.map((group) => <ZoneSection key={group.zone.id} group={group} filter={filter} actions={actions} sheetOpen={sheetOpen} />)}
      {shown.length === 0 && <Empty title={t("floor.nothing")} />}
    </div>
  );
}

function ZoneSection({ group, filter, actions, sheetOpen }: { group: ZoneGroup; filter: FloorFilter; actions: TileActions; sheetOpen: boolean }) {
  const t = useT();
  const format = useFormat();
  const { zone, ids } = group;
  // A string, so that the frame renders only when the membership changes, not with every delta.
  const visible = useSyncExternalStore(floor.onFrame, () =>
    ids.filter((id) => filter.state === null || floor.get(id)?.state === filter.state).join(),
  );
  const busy = useSyncExternalStore(floor.onFrame, () => ids.filter((id) => floor.get(id)?.session).length);
  const list = visible === "" ? [] : visible.split(",");
  if (list.length === 0 && filter.state !== null) return null;
  return (
    <section aria-labelledby={`zone-${zone.id}`}>
      <header className="mb-2 flex items-baseline gap-2.5">
        <h2 id={`zone-${zone.id}`} className="flex items-center gap-2 text-[13.5px] font-[650]">
          <i aria-hidden className="size-2.5 rounded-[3px]" style={{ background: zone.color }} />
          {zone.name}
        </h2>
        <span className="text-[12.5px] text-fg3">
          {zone.rate_minor_per_hour === null ? t("floor.noTariff") : format.rate(zone.rate_minor_per_hour)}
          {zone.rate_label && ` · ${zone.rate_label}`}
        </span>
        <span className="num ml-auto text-[12.5px] font-semibold text-fg2">{busy}/{ids.length}</span>
      </header>
      {list.length > 0 ? (
        <div className={`grid gap-2 ${sheetOpen ? "grid-cols-[repeat(auto-fill,minmax(142px,1fr))]" : "grid-cols-[repeat(auto-fill,minmax(148px,1fr))]"}`}>
          {list.map((id) => <Tile key={id} id={id} actions={actions} />)}
        </div>
      ) : (
        <p className="rounded-xl border border-dashed border-line2 px-4 py-5 text-center text-[13px] text-fg2">{t("floor.emptyZone")}</p>
      )}
    </section>
  );
}
