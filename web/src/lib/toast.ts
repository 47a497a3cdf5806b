import { useSyncExternalStore } from "react";

export interface Toast {
  id: number;
  tone: "good" | "bad" | "info";
  text: string;
  detail?: string | undefined;
}

let toasts: Toast[] = [];
let counter = 0;
const listeners = new Set<() => void>();

function publish(next: Toast[]): void {
  toasts = next;
  listeners.forEach((listener) => {
    listener();
  });
}

export const toast = {
  show(tone: Toast["tone"], text: string, detail?: string): void {
    counter += 1;
    const id = counter;
    publish([...toasts.slice(-3), { id, tone, text, detail }]);
    setTimeout(() => {
      toast.dismiss(id);
    }, tone === "bad" ? 9000 : 4500);
  },
  good: (text: string, detail?: string) => {
    toast.show("good", text, detail);
  },
  bad: (text: string, detail?: string) => {
    toast.show("bad", text, detail);
  },
  dismiss: (id: number) => {
    publish(toasts.filter((one) => one.id !== id));
  },
};

export function useToasts(): Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}
