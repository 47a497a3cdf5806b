import type { EventKind, Rule } from "@/api/alerts";
import type { Translate } from "@/lib/i18n";
import { formatDuration } from "@/lib/time";

export interface Sentence {
  when: string;
  on: string;
  /** What holds it back: delay, cooldown, quiet hours. */
  notes: string[];
}

/** A rule in words: "when a player joins or leaves, on servers tagged quake". */
export function sentenceOf(rule: Pick<Rule, "events" | "threshold" | "server_ids" | "tags" | "delay_seconds" | "cooldown_seconds" | "quiet">, t: Translate, locale: string, nameOf: (id: string) => string | undefined): Sentence {
  const list = (words: string[], type: "conjunction" | "disjunction") => new Intl.ListFormat(locale, { type }).format(words);
  const word = (kind: EventKind) => (kind === "threshold" && rule.threshold ? t(`rules.threshold.${rule.threshold.direction}`, { n: rule.threshold.players }) : t(`when.${kind}`));
  const names = rule.server_ids.slice(0, 3).map((id) => nameOf(id) ?? t("rules.aServer"));
  const more = rule.server_ids.length - names.length;
  const on =
    names.length > 0
      ? list(more > 0 ? [...names, t("rules.moreServers", { n: more })] : names, "conjunction")
      : rule.tags.length > 0
        ? t("rules.tagged", { tags: list(rule.tags, "disjunction") })
        : t("rules.everyServer");
  const notes = [
    rule.delay_seconds > 0 && t("rules.note.delay", { span: formatDuration(rule.delay_seconds) }),
    rule.cooldown_seconds > 0 && t("rules.note.cooldown", { span: formatDuration(rule.cooldown_seconds) }),
    rule.quiet && t("rules.note.quiet", { from: rule.quiet.start.slice(0, 5), to: rule.quiet.end.slice(0, 5), zone: rule.quiet.time_zone }),
  ].filter((note): note is string => Boolean(note));
  return { when: list(rule.events.map(word), "disjunction"), on, notes };
}
