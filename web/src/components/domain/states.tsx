import { Clock3, Gamepad2, Joystick, type LucideIcon, Minus, Monitor, Pause, Play, RectangleGoggles, TriangleAlert, Unplug } from "lucide-react";
import type { FloorState, StationKind } from "@/api/types";
import { useT } from "@/lib/i18n";
import { Tag } from "../display";

/** Every state has a colour, an icon and a word: never colour alone. */
export const stateIcons: Record<FloorState, LucideIcon> = {
  free: Minus, playing: Play, ending: Clock3, paused: Pause, offline: Unplug, maintenance: TriangleAlert,
};
export const stateTones: Record<FloorState, string> = {
  free: "free", playing: "play", ending: "soon", paused: "paused", offline: "offline", maintenance: "broken",
};
export const kindIcons: Record<StationKind, LucideIcon> = {
  pc: Monitor, ps5: Gamepad2, xbox: Gamepad2, switch: Gamepad2, vr: RectangleGoggles, sim_rig: Joystick,
};

export function StateTag({ state }: { state: FloorState }) {
  const t = useT();
  const Icon = stateIcons[state];
  return (
    <Tag tone={stateTones[state]} icon={<Icon size={12} strokeWidth={2.4} aria-hidden />}>
      {t(state === "playing" ? "floor.state.inSession" : `floor.state.${state}`)}
    </Tag>
  );
}

export function KindIcon({ kind, size = 15 }: { kind: StationKind; size?: number }) {
  const t = useT();
  const Icon = kindIcons[kind];
  return <Icon size={size} strokeWidth={1.7} role="img" aria-label={t(`kind.${kind}`)} className="shrink-0 text-fg3" />;
}
