import { CircleArrowDown, CircleArrowUp, CircleHelp, CirclePlus, ClockFading, Gauge, LogIn, LogOut, type LucideIcon, MapIcon, PenLine, RefreshCw, Trash2, UserMinus, Waves, Wrench } from "lucide-react";
import type { EventKind, GameServer } from "@/api/alerts";
import { Tag } from "@/components/display";
import { useT } from "@/lib/i18n";

export type Shown = "up" | "down" | "unknown" | "flapping" | "maintenance";

/** What a server is said to be: work on it comes first, then flapping, then up or down. */
export function shownState(server: Pick<GameServer, "state" | "flapping" | "maintenance">): Shown {
  if (server.maintenance) return "maintenance";
  return server.flapping ? "flapping" : server.state;
}

export const stateTones: Record<Shown, string> = { up: "free", down: "broken", unknown: "offline", flapping: "soon", maintenance: "paused" };
const stateIcons: Record<Shown, LucideIcon> = { up: CircleArrowUp, down: CircleArrowDown, unknown: CircleHelp, flapping: Waves, maintenance: Wrench };

export function ServerState({ server }: { server: Pick<GameServer, "state" | "flapping" | "maintenance"> }) {
  const t = useT();
  const shown = shownState(server);
  const Icon = stateIcons[shown];
  return <Tag tone={stateTones[shown]} icon={<Icon size={13} strokeWidth={2.2} aria-hidden />}>{t(`servers.state.${shown}`)}</Tag>;
}

export const eventKinds: EventKind[] = [
  "player_joined", "player_left", "last_player_left", "threshold", "server_down", "server_up", "server_flapping", "server_appeared",
  "server_deleted", "map_changed", "name_changed", "server_idle", "daily_sync",
];
/** How the editor of rules groups them. */
export const eventGroups: { name: "players" | "health" | "changes"; kinds: EventKind[] }[] = [
  { name: "players", kinds: ["player_joined", "player_left", "last_player_left", "threshold"] },
  { name: "health", kinds: ["server_down", "server_up", "server_flapping", "server_idle"] },
  { name: "changes", kinds: ["server_appeared", "server_deleted", "map_changed", "name_changed", "daily_sync"] },
];
export const eventIcons: Record<EventKind, LucideIcon> = {
  server_appeared: CirclePlus, server_down: CircleArrowDown, server_up: CircleArrowUp, server_flapping: Waves, server_deleted: Trash2,
  player_joined: LogIn, player_left: LogOut, last_player_left: UserMinus, threshold: Gauge, map_changed: MapIcon, name_changed: PenLine,
  server_idle: ClockFading, daily_sync: RefreshCw,
};
export const eventTones: Record<EventKind, string> = {
  server_appeared: "reserved", server_down: "broken", server_up: "free", server_flapping: "soon", server_deleted: "offline",
  player_joined: "free", player_left: "offline", last_player_left: "paused", threshold: "play", map_changed: "play", name_changed: "play",
  server_idle: "offline", daily_sync: "reserved",
};

/** Players as a number and as a bar; bots apart, because they are nobody. */
export function Players({ server, bar = true }: { server: Pick<GameServer, "players" | "bots" | "max_players" | "state">; bar?: boolean }) {
  const t = useT();
  if (server.state === "down") return <span className="text-fg3">–</span>;
  const ratio = server.max_players ? Math.min(1, server.players / server.max_players) : 0;
  return (
    <span className="inline-flex flex-col gap-1">
      <span className="whitespace-nowrap">
        <b className="font-semibold">{server.players}</b>
        {server.max_players !== null && <span className="text-fg3">/{server.max_players}</span>}
        {server.bots > 0 && <span className="ml-1.5 text-xs text-fg3 max-sm:ml-0 max-sm:block">{t("servers.bots", { n: server.bots })}</span>}
      </span>
      {bar && server.max_players !== null && (
        <span aria-hidden className="block h-1 w-20 overflow-hidden rounded-full bg-s3 max-sm:w-14">
          <i className="block h-full rounded-full" style={{ width: `${String(ratio * 100)}%`, background: ratio >= 1 ? "var(--soon)" : "var(--free)" }} />
        </span>
      )}
    </span>
  );
}

export const addressOf = (server: Pick<GameServer, "address" | "port" | "url">): string =>
  server.address ? (server.port ? `${server.address.includes(":") ? `[${server.address}]` : server.address}:${String(server.port)}` : server.address) : (server.url ?? "");
