import type { Delivery, KindField, KindInfo } from "@/api/notify";
import { currentLanguage, type MessageKey, type Translate } from "@/lib/i18n";
import { en } from "@/lib/i18n/en";

/** Why somebody did, or did not, get a message: the server's sentence, or its words in the person's language. */
export function explanationOf(delivery: Delivery, t: Translate): string {
  if (currentLanguage() === "en") return delivery.explanation;
  const last = delivery.attempts.at(-1);
  const detail = last?.detail ? ` ${t("explain.last", { detail: last.detail })}` : "";
  const known = (key: string) => (key in en ? t(key as MessageKey) : null);
  switch (delivery.state) {
    case "held":
      return known(`explain.held.${delivery.reason ?? ""}`) ?? delivery.explanation;
    case "dead":
      return (known(`explain.dead.${delivery.reason ?? ""}`) ?? t("explain.dead")) + detail;
    case "queued":
      return delivery.attempt_count > 0 ? t("explain.retrying", { n: delivery.attempt_count }) + detail : t("explain.queued");
    default:
      return t(`explain.${delivery.state}`) + (delivery.state === "discarded" ? detail : "");
  }
}

/** The words of a field of a channel's form: ours where we have them, else the server's. */
export function fieldWords(kind: KindInfo["kind"], field: KindField, t: Translate): { label: string; help: string } {
  const find = (part: "" | ".help") => [`kindField.${field.name}.${kind}${part}`, `kindField.${field.name}${part}`].find((key) => key in en);
  const label = find("");
  const help = field.help ? find(".help") : undefined;
  return { label: label ? t(label as MessageKey) : field.label, help: help ? t(help as MessageKey) : field.help };
}

/** What a house notice is called: ours where we have it, else the server's. */
export function topicWords(topic: { topic: string; label: string }, t: Translate): string {
  const key = `topic.${topic.topic}`;
  return key in en ? t(key as MessageKey) : topic.label;
}
