import type { FloorState } from "@/api/types";
import { stateTones } from "@/components/domain/states";
import { Kbd } from "@/components/Button";
import { useT } from "@/lib/i18n";
import { useCounts, useLayout } from "./store";

export interface FloorFilter {
  state: FloorState | null;
  zone: string | null;
}
const states: FloorState[] = ["free", "playing", "ending", "paused", "offline", "maintenance"];

export function Filters({ value, onChange }: { value: FloorFilter; onChange: (next: FloorFilter) => void }) {
  const t = useT();
  const counts = useCounts();
  const { groups, ids } = useLayout();
  const chip = "flex shrink-0 items-center gap-1.5 rounded-full border border-line px-[11px] py-1 text-[12.5px] font-medium text-fg2 hover:border-field aria-pressed:border-fg aria-pressed:bg-fg aria-pressed:text-bg";
  return (
    <div className="@container"><div className="flex items-center gap-2 overflow-x-auto px-4 pb-2.5 [scrollbar-width:none] md:px-[22px]" role="group" aria-label={t("floor.filter")}>
      <button type="button" className={chip} aria-pressed={value.state === null && value.zone === null} onClick={() => { onChange({ state: null, zone: null }); }}>
        {t("floor.all")} <span className="num">{ids.length}</span>
      </button>
      {states.filter((state) => counts[state] > 0 || value.state === state).map((state) => (
        <button key={state} type="button" className={chip} aria-pressed={value.state === state} onClick={() => { onChange({ ...value, state: value.state === state ? null : state }); }}>
          <i className="size-2 rounded-full" style={{ background: `var(--${stateTones[state]})` }} />
          {t(`floor.state.${state}`)} <span className="num">{counts[state]}</span>
        </button>
      ))}
      {groups.length > 1 && <span className="mx-1 h-5 w-px shrink-0 bg-line2" />}
      {groups.length > 1 && groups.map(({ zone, ids: own }) => (
        <button key={zone.id} type="button" className={chip} aria-pressed={value.zone === zone.id} onClick={() => { onChange({ ...value, zone: value.zone === zone.id ? null : zone.id }); }}>
          <i className="size-2 rounded-[2px]" style={{ background: zone.color }} />
          {zone.name} <span className="num">{own.length}</span>
        </button>
      ))}
      <span className="ml-auto flex shrink-0 items-center gap-1.5 pl-3 text-xs text-fg3 @max-[1180px]:hidden">
        <Kbd>Ctrl K</Kbd> {t("keys.palette")} <Kbd>?</Kbd> {t("menu.shortcuts")}
      </span>
    </div></div>
  );
}
