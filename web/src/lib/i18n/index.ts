import { useSyncExternalStore } from "react";
import { en, type MessageKey } from "./en";
import { formatMessage, type Params } from "./format";

export type Language = "en" | "de";
export type Translate = (key: MessageKey, params?: Params) => string;
export type { MessageKey };

const STORED = "gameops.language";
const catalogues: Partial<Record<Language, Record<MessageKey, string>>> = { en };
const listeners = new Set<() => void>();
let language: Language = "en";
let translate: Translate = build("en");

function build(of: Language): Translate {
  return (key, params = {}) => {
    const text: string = (catalogues[of] ?? en)[key];
    return text.includes("{") ? formatMessage(text, params, of) : text;
  };
}

export function preferredLanguage(): Language {
  let wish: string | null = null;
  try {
    wish = localStorage.getItem(STORED);
  } catch {
    /* storage may be blocked */
  }
  return (wish ?? navigator.language).toLowerCase().startsWith("de") ? "de" : "en";
}

/** English is part of the first load, every other language comes when it is chosen. */
export async function setLanguage(next: Language): Promise<void> {
  if (next === "de" && !catalogues.de) catalogues.de = (await import("./de")).de;
  language = next;
  translate = build(next);
  document.documentElement.lang = next;
  try {
    localStorage.setItem(STORED, next);
  } catch {
    /* the choice lasts for this visit */
  }
  listeners.forEach((listener) => {
    listener();
  });
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function useLanguage(): Language {
  return useSyncExternalStore(subscribe, () => language);
}
export function useT(): Translate {
  return useSyncExternalStore(subscribe, () => translate);
}
export const currentLanguage = (): Language => language;
/** For code outside components (toasts of mutations); components use `useT`. */
export const t: Translate = (key, params) => translate(key, params);
