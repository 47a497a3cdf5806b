import { useSyncExternalStore } from "react";

/** Which station's sheet is open and which stations are marked for a group; tiles listen for themselves only. */
type Listener = () => void;

class Selection {
  private openId: string | null = null;
  private marked: ReadonlySet<string> = new Set();
  private anchor: string | null = null;
  private readonly listeners = new Set<Listener>();

  subscribe = (listener: Listener): Listener => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  getOpen = (): string | null => this.openId;
  getMarked = (): ReadonlySet<string> => this.marked;

  open(id: string | null): void {
    if (id === this.openId) return;
    this.openId = id;
    this.anchor = id ?? this.anchor;
    this.publish();
  }
  toggle(id: string): void {
    const next = new Set(this.marked);
    if (!next.delete(id)) next.add(id);
    this.anchor = id;
    this.marked = next;
    this.publish();
  }
  /** Shift-click: everything from the last one to this one, in the order of the screen. */
  extendTo(id: string, order: string[]): void {
    const from = order.indexOf(this.anchor ?? id);
    const to = order.indexOf(id);
    const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.marked = new Set([...this.marked, ...range]);
    this.publish();
  }
  clear(): void {
    if (this.marked.size === 0) return;
    this.marked = new Set();
    this.publish();
  }
  private publish(): void {
    this.listeners.forEach((listener) => {
      listener();
    });
  }
}

export const selection = new Selection();
export const useIsOpen = (id: string): boolean => useSyncExternalStore(selection.subscribe, () => selection.getOpen() === id);
export const useIsMarked = (id: string): boolean => useSyncExternalStore(selection.subscribe, () => selection.getMarked().has(id));
export const useMarked = (): ReadonlySet<string> => useSyncExternalStore(selection.subscribe, selection.getMarked);
