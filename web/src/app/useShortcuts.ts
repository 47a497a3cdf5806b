import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { NavItem } from "./nav";

export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Page-wide keys: Ctrl-K and / search, ? help, g then a letter goes to a page. */
export function useShortcuts({ items, onPalette, onHelp }: { items: NavItem[]; onPalette: () => void; onHelp: () => void }): void {
  const navigate = useNavigate();
  const current = useRef({ items, onPalette, onHelp });
  useEffect(() => {
    current.current = { items, onPalette, onHelp };
  });
  useEffect(() => {
    let wentAt = 0;
    const press = (event: KeyboardEvent) => {
      const { items: pages, onPalette: palette, onHelp: help } = current.current;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        palette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector('[role="dialog"], [role="alertdialog"]:not([hidden])')) return;
      if (event.key === "/") {
        event.preventDefault();
        palette();
      } else if (event.key === "?") help();
      else if (event.key === "g") wentAt = event.timeStamp;
      else if (event.timeStamp - wentAt < 1200) {
        const page = pages.find((item) => item.key === event.key);
        wentAt = 0;
        if (page) {
          event.stopImmediatePropagation();
          void navigate({ to: page.to });
        }
      }
    };
    window.addEventListener("keydown", press, { capture: true });
    return () => {
      window.removeEventListener("keydown", press, { capture: true });
    };
  }, [navigate]);
}
