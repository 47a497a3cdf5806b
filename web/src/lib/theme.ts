import { useSyncExternalStore } from "react";

export type Theme = "system" | "dark" | "light";
const STORED = "gameops.theme";
const listeners = new Set<() => void>();
let theme: Theme = read();

function read(): Theme {
  try {
    const wish = localStorage.getItem(STORED);
    return wish === "dark" || wish === "light" ? wish : "system";
  } catch {
    return "system";
  }
}

function paint(): void {
  const light = theme === "light" || (theme === "system" && matchMedia("(prefers-color-scheme: light)").matches);
  document.documentElement.dataset.theme = light ? "light" : "dark";
  document.querySelector('meta[name="theme-color"]')?.setAttribute("content", light ? "#f4f6f9" : "#0a0c10");
}

export function startTheme(): void {
  matchMedia("(prefers-color-scheme: light)").addEventListener("change", paint);
  paint();
}

export function setTheme(next: Theme): void {
  theme = next;
  try {
    localStorage.setItem(STORED, next);
  } catch {
    /* the choice lasts for this visit */
  }
  paint();
  listeners.forEach((listener) => {
    listener();
  });
}

export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => theme,
  );
}
