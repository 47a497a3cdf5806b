export type Params = Record<string, string | number>;

/** The part of ICU MessageFormat we use: {name} and {n, plural, =0 {..} one {..} other {# ..}}. */
export function formatMessage(text: string, params: Params, locale: string): string {
  let out = "";
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== "{") {
      out += text[at] ?? "";
      continue;
    }
    const end = closing(text, at);
    out += placeholder(text.slice(at + 1, end), params, locale);
    at = end;
  }
  return out;
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  throw new Error(`unclosed brace in message: ${text}`);
}

function placeholder(inner: string, params: Params, locale: string): string {
  const plural = /^\s*(\w+)\s*,\s*plural\s*,(.*)$/s.exec(inner);
  if (!plural) {
    const value = params[inner.trim()];
    return typeof value === "number" ? new Intl.NumberFormat(locale).format(value) : (value ?? `{${inner}}`);
  }
  const [, name = "", rest = ""] = plural;
  const count = Number(params[name] ?? 0);
  const forms = pluralForms(rest);
  const form = forms.get(`=${String(count)}`) ?? forms.get(new Intl.PluralRules(locale).select(count)) ?? forms.get("other") ?? "";
  return formatMessage(form.replaceAll("#", new Intl.NumberFormat(locale).format(count)), params, locale);
}

function pluralForms(text: string): Map<string, string> {
  const forms = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf("{", at);
    if (open < 0) break;
    const end = closing(text, open);
    forms.set(text.slice(at, open).trim(), text.slice(open + 1, end));
    at = end + 1;
  }
  return forms;
}
