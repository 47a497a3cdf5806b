/** Money is integer minor units everywhere; only these functions turn it into text and back. */
const formats = new Map<string, Intl.NumberFormat>();

function format(currency: string, locale: string): Intl.NumberFormat {
  const id = `${locale}|${currency}`;
  let found = formats.get(id);
  if (!found) {
    found = new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
    formats.set(id, found);
  }
  return found;
}

export function minorDigits(currency: string): number {
  return format(currency, "en").resolvedOptions().maximumFractionDigits ?? 2;
}

export function formatMoney(minor: number, currency: string, locale: string): string {
  return format(currency, locale).format(minor / 10 ** minorDigits(currency));
}

/** For large figures: the fraction is set smaller. */
export function moneyParts(minor: number, currency: string, locale: string): { main: string; fraction: string; tail: string } {
  const parts = format(currency, locale).formatToParts(minor / 10 ** minorDigits(currency));
  const cut = parts.findIndex((part) => part.type === "decimal");
  if (cut < 0) return { main: parts.map((part) => part.value).join(""), fraction: "", tail: "" };
  return {
    main: parts.slice(0, cut).map((part) => part.value).join(""),
    fraction: parts.slice(cut, cut + 2).map((part) => part.value).join(""),
    tail: parts.slice(cut + 2).map((part) => part.value).join(""),
  };
}

export function currencySymbol(currency: string, locale: string): string {
  return format(currency, locale).formatToParts(0).find((part) => part.type === "currency")?.value ?? currency;
}

/** Plain number for an input field, with the locale's decimal sign and no grouping. */
export function moneyInput(minor: number, currency: string, locale: string): string {
  const digits = minorDigits(currency);
  return new Intl.NumberFormat(locale, {
    useGrouping: false,
    minimumFractionDigits: minor % 10 ** digits === 0 ? 0 : digits,
    maximumFractionDigits: digits,
  }).format(minor / 10 ** digits);
}

/**
 * What a person typed, as minor units; null when it is not an amount. Both "12.50" and "12,50" are
 * understood: the last separator followed by one or two digits is the decimal sign.
 */
export function parseMoney(text: string, currency: string): number | null {
  const digits = minorDigits(currency);
  const clean = text.replace(/[\s\u00a0\u202f']/g, "").replace(/^[^\d.,-]+|[^\d.,]+$/g, "");
  const match = /^(-?)(\d[\d.,]*?|)(?:[.,](\d{1,2}))?$/.exec(clean);
  if (!match || clean === "" || clean === "-") return null;
  const [, sign, whole = "", fraction = ""] = match;
  if (fraction.length > digits) return null;
  if (/[.,]/.test(whole) && !/^\d{1,3}([.,]\d{3})+$/.test(whole)) return null;
  const units = Number(whole.replace(/[.,]/g, "") || "0");
  const minor = units * 10 ** digits + Number(fraction.padEnd(digits, "0") || "0");
  return sign ? -minor : minor;
}
