import { useEffect, useRef } from "react";
import { selection } from "./selection";

export type SheetAction = "start" | "extend" | "pause" | "move" | "end";
const keys: Record<string, SheetAction> = { s: "start", e: "extend", p: "pause", m: "move", Backspace: "end" };

/** Keys on the floor. The open sheet hears its actions as window events, so it need not be lifted up here. */
export function useFloorKeys({ stationId, onOpen }: { stationId: string | null; onOpen: (id: string | null, start?: boolean) => void }): void {
  const latest = useRef({ stationId, onOpen });
  useEffect(() => {
    latest.current = { stationId, onOpen };
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const { target } = event;
      if (target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !(target instanceof HTMLInputElement && target.type === "radio")) return;
      if (document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]')) return;
      const open = latest.current.stationId;
      if (event.key === "Escape") {
        if (selection.getMarked().size > 0) selection.clear();
        else if (open !== null) latest.current.onOpen(null);
        return;
      }
      if (event.key.startsWith("Arrow")) {
        if (!(target instanceof HTMLInputElement) && step(event.key)) event.preventDefault();
        return;
      }
      const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!action) return;
      event.preventDefault();
      if (open === null) {
        if (action === "start") latest.current.onOpen(null, true);
      } else window.dispatchEvent(new CustomEvent<SheetAction>("gameops:sheet", { detail: action }));
    };
    window.addEventListener("keydown", press);
    return () => {
      window.removeEventListener("keydown", press);
    };
  }, []);
}

export function useSheetAction(act: (action: SheetAction) => void): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const hear = (event: Event) => {
      latest.current((event as CustomEvent<SheetAction>).detail);
    };
    window.addEventListener("gameops:sheet", hear);
    return () => {
      window.removeEventListener("gameops:sheet", hear);
    };
  }, []);
}

/** Focus goes to the nearest tile in the arrow's direction, as the eye would. */
function step(key: string): boolean {
  const tiles = [...document.querySelectorAll<HTMLElement>("[data-station]")];
  const here = document.activeElement?.closest<HTMLElement>("[data-station]") ?? document.querySelector<HTMLElement>('[data-selected="true"]');
  if (!here) {
    tiles[0]?.focus();
    return tiles.length > 0;
  }
  const from = centre(here);
  const along = key === "ArrowLeft" || key === "ArrowRight" ? "x" : "y";
  const across = along === "x" ? "y" : "x";
  const sign = key === "ArrowRight" || key === "ArrowDown" ? 1 : -1;
  const near = tiles
    .map((tile) => ({ tile, at: centre(tile) }))
    .filter(({ at }) => (at[along] - from[along]) * sign > 4)
    .sort((a, b) => weight(a.at) - weight(b.at))[0];
  near?.tile.focus();
  return true;

  function weight(at: { x: number; y: number }): number {
    return Math.abs(at[along] - from[along]) + 3 * Math.abs(at[across] - from[across]);
  }
}

function centre(element: HTMLElement): { x: number; y: number } {
  const box = element.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}
