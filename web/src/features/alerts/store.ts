import { useSyncExternalStore } from "react";
import type { AlertEvent, AlertsDelta, GameServer } from "@/api/alerts";
import type { Page } from "@/api/types";
import { api } from "@/lib/http";
import { link } from "@/lib/ws";

export interface Totals {
  servers: number;
  up: number;
  down: number;
  flapping: number;
  players: number;
}
type Listener = () => void;

/** More servers than this are searched on the server instead of being held here. */
const HELD = 2000;
const LIMIT = 200;
const natural = new Intl.Collator(undefined, { numeric: true });
const NOTHING: Totals = { servers: 0, up: 0, down: 0, flapping: 0, players: 0 };

/**
 * The servers as they are now. A row listens to its own server, so that one count that changes
 * renders one row; the strip listens to the totals and the table's frame to the list.
 */
export class ServersStore {
  private readonly servers = new Map<string, GameServer>();
  private readonly perServer = new Map<string, Set<Listener>>();
  private readonly frame = new Set<Listener>();
  private readonly eventListeners = new Set<(events: AlertEvent[]) => void>();
  private list: GameServer[] = [];
  private totals = NOTHING;
  private communities: string[] = [];
  private reading = 0;
  private later: ReturnType<typeof setTimeout> | undefined;
  ready = false;
  /** There are more servers than are held here. */
  partial = false;
  error: unknown = null;

  get = (id: string): GameServer | undefined => this.servers.get(id);
  getList = (): GameServer[] => this.list;
  getTotals = (): Totals => this.totals;
  isReady = (): boolean => this.ready;
  isPartial = (): boolean => this.partial;
  getError = (): unknown => this.error;

  onServer = (id: string, listener: Listener): Listener => {
    const set = this.perServer.get(id) ?? new Set();
    this.perServer.set(id, set.add(listener));
    return () => set.delete(listener);
  };
  onFrame = (listener: Listener): Listener => {
    this.frame.add(listener);
    return () => this.frame.delete(listener);
  };
  onEvents = (listener: (events: AlertEvent[]) => void): Listener => {
    this.eventListeners.add(listener);
    return () => this.eventListeners.delete(listener);
  };

  /** Keeps itself current for these communities until the returned function is called. */
  follow(communities: string[]): () => void {
    this.clear();
    this.communities = communities;
    const stop = communities.map((id) =>
      link.subscribe<unknown, AlertsDelta>(`alerts:${id}`, { snapshot: () => { this.readSoon(); }, delta: this.takeDelta }),
    );
    this.readSoon(0);
    return () => {
      clearTimeout(this.later);
      this.reading += 1;
      stop.forEach((one) => { one(); });
    };
  }

  /** Reads everything again: at the start, after a lost link, when an unknown server has appeared. */
  read = async (): Promise<void> => {
    this.reading += 1;
    const own = this.reading;
    try {
      const found: GameServer[] = [];
      let partial = false;
      for (const community of this.communities) {
        const part = await readCommunity(community, HELD - found.length);
        found.push(...part.items);
        partial ||= part.partial;
      }
      if (own !== this.reading) return;
      this.partial = partial;
      this.take(found);
    } catch (error) {
      if (own !== this.reading) return;
      this.error = error;
      this.tellFrame();
    }
  };

  /** Answers of a search, beside what is held already. */
  add = (servers: GameServer[]): void => {
    servers.forEach((server) => {
      this.servers.set(server.id, server);
      this.tell(server.id);
    });
    this.arrange();
  };

  drop = (id: string): void => {
    this.takeDelta({ removed: [id] });
  };

  takeDelta = (delta: AlertsDelta): void => {
    let unknown = false;
    for (const change of delta.servers ?? []) {
      const before = this.servers.get(change.id);
      if (!before) {
        unknown ||= !this.partial;
        continue;
      }
      this.servers.set(change.id, { ...before, ...change });
      this.tell(change.id);
    }
    for (const id of delta.removed ?? []) {
      this.servers.delete(id);
      this.tell(id);
    }
    if (delta.events?.length) this.eventListeners.forEach((listener) => { listener(delta.events ?? []); });
    if (delta.servers?.length || delta.removed?.length) this.arrange();
    if (unknown) this.readSoon();
  };

  private take(found: GameServer[]): void {
    const before = [...this.servers.keys()];
    this.servers.clear();
    found.forEach((server) => this.servers.set(server.id, server));
    this.ready = true;
    this.error = null;
    new Set([...before, ...this.servers.keys()]).forEach((id) => { this.tell(id); });
    this.arrange();
  }

  private readSoon(delay = 250): void {
    clearTimeout(this.later);
    this.later = setTimeout(() => void this.read(), delay);
  }

  private clear(): void {
    this.servers.clear();
    this.ready = false;
    this.partial = false;
    this.error = null;
    this.arrange();
  }

  private arrange(): void {
    this.list = [...this.servers.values()].sort((a, b) => natural.compare(a.name, b.name) || natural.compare(a.id, b.id));
    const totals = this.list.reduce(count, { ...NOTHING });
    if ((Object.keys(totals) as (keyof Totals)[]).some((key) => totals[key] !== this.totals[key])) this.totals = totals;
    this.tellFrame();
  }

  private tell(id: string): void {
    this.perServer.get(id)?.forEach((listener) => { listener(); });
  }
  private tellFrame(): void {
    this.frame.forEach((listener) => { listener(); });
  }
}

function count(sum: Totals, server: GameServer): Totals {
  sum.servers += 1;
  if (server.state === "up") {
    sum.up += 1;
    sum.players += server.players;
  }
  if (server.state === "down") sum.down += 1;
  if (server.flapping) sum.flapping += 1;
  return sum;
}

async function readCommunity(community: string, room: number): Promise<{ items: GameServer[]; partial: boolean }> {
  const items: GameServer[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await api.get<Page<GameServer>>("/alerts/servers", { community_id: community, limit: LIMIT, cursor });
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor && items.length < room);
  return { items, partial: Boolean(cursor) };
}

export const servers = new ServersStore();

export function useServer(id: string): GameServer | undefined {
  return useSyncExternalStore(
    (listener) => servers.onServer(id, listener),
    () => servers.get(id),
  );
}
export const useServerList = (): GameServer[] => useSyncExternalStore(servers.onFrame, servers.getList);
export const useTotals = (): Totals => useSyncExternalStore(servers.onFrame, servers.getTotals);
export const useServersReady = (): boolean => useSyncExternalStore(servers.onFrame, servers.isReady);
export const useServersPartial = (): boolean => useSyncExternalStore(servers.onFrame, servers.isPartial);
export const useServersError = (): unknown => useSyncExternalStore(servers.onFrame, servers.getError);
