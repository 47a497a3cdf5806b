import { createContext, useContext, useMemo } from "react";
import type { Venue } from "@/api/types";
import { type Language, useLanguage } from "./i18n";
import { formatMoney, moneyInput, moneyParts } from "./money";
import { may, type PermissionName, useAuth } from "./session";
import { formatClock, formatDate, formatDateTime, formatDay, formatTime, type Instant } from "./time";

export const VenueContext = createContext<Venue | null>(null);

export function useVenue(): Venue {
  const venue = useContext(VenueContext);
  if (!venue) throw new Error("useVenue needs a venue");
  return venue;
}

export function usePermission(permission: PermissionName): boolean {
  const { me } = useAuth();
  const venue = useContext(VenueContext);
  return me !== null && may(me, permission, venue?.id ?? null);
}

/** The venue's locale where it speaks the chosen language ("de-AT"), else the language itself. */
export function localeFor(language: Language, venueLocale: string): string {
  return venueLocale.toLowerCase().startsWith(language) ? venueLocale.replace("_", "-") : language === "en" ? "en-GB" : language;
}

export interface Format {
  locale: string;
  zone: string;
  currency: string;
  money: (minor: number) => string;
  moneyParts: (minor: number) => { main: string; fraction: string; tail: string };
  moneyInput: (minor: number) => string;
  rate: (minor: number) => string;
  percent: (ratio: number, digits?: number) => string;
  number: (value: number) => string;
  time: (at: Instant) => string;
  clock: (at: Instant) => string;
  date: (at: Instant) => string;
  day: (at: Instant) => string;
  dateTime: (at: Instant) => string;
}

export function makeFormat(locale: string, zone: string, currency: string): Format {
  const number = new Intl.NumberFormat(locale);
  return {
    locale,
    zone,
    currency,
    money: (minor) => formatMoney(minor, currency, locale),
    moneyParts: (minor) => moneyParts(minor, currency, locale),
    moneyInput: (minor) => moneyInput(minor, currency, locale),
    rate: (minor) => `${formatMoney(minor, currency, locale)} / h`,
    percent: (ratio, digits = 0) =>
      new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: digits }).format(ratio),
    number: (value) => number.format(value),
    time: (at) => formatTime(at, zone, locale),
    clock: (at) => formatClock(at, zone, locale),
    date: (at) => formatDate(at, zone, locale),
    day: (at) => formatDay(at, zone, locale),
    dateTime: (at) => formatDateTime(at, zone, locale),
  };
}

export function useFormat(): Format {
  const venue = useContext(VenueContext);
  const language = useLanguage();
  return useMemo(
    () =>
      makeFormat(
        localeFor(language, venue?.locale ?? language),
        venue?.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
        venue?.currency ?? "EUR",
      ),
    [venue, language],
  );
}
