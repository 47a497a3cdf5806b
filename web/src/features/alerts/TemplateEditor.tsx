import { useQuery } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { useRef, useState } from "react";
import type { EventKind, Preview } from "@/api/alerts";
import { Button } from "@/components/Button";
import { Notice } from "@/components/display";
import { Field, Select, Textarea } from "@/components/Field";
import { errorText } from "@/lib/errors";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { useDebounced } from "@/lib/useDebounced";

/** The text of the message, with the server's own preview of what it becomes. */
export function TemplateEditor({ communityId, events, serverId, value, onChange }: {
  communityId: string;
  events: EventKind[];
  serverId: string | null;
  value: string | null;
  onChange: (template: string | null) => void;
}) {
  const t = useT();
  const box = useRef<HTMLTextAreaElement>(null);
  const [wish, setWish] = useState<EventKind | null>(null);
  const event = wish && events.includes(wish) ? wish : events[0];
  const asked = useDebounced({ template: value, event, serverId, communityId }, 300);
  const preview = useQuery({
    queryKey: ["rule-preview", asked],
    queryFn: ({ signal }) => api.post<Preview>("/alerts/rules/preview", { community_id: asked.communityId, event: asked.event, template: asked.template, server_id: asked.serverId }, { signal }),
    enabled: asked.event !== undefined,
    placeholderData: (previous) => previous,
    staleTime: 30_000,
    retry: false,
  });
  const text = value ?? preview.data?.default_template ?? "";
  const insert = (name: string) => {
    const from = box.current?.selectionStart ?? text.length;
    const to = box.current?.selectionEnd ?? from;
    onChange(`${text.slice(0, from)}{${name}}${text.slice(to)}`);
    const caret = from + name.length + 2;
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(caret, caret);
    });
  };
  if (event === undefined) return <p className="text-[13px] text-fg2">{t("template.noEvent")}</p>;
  return (
    <div className="flex flex-col gap-3">
      {events.length > 1 && (
        <Field label={t("template.event")} hint={value === null ? t("template.each") : undefined}>
          <Select value={event} onChange={(change) => { setWish(change.target.value as EventKind); }}>{events.map((one) => <option key={one} value={one}>{t(`event.${one}`)}</option>)}</Select>
        </Field>
      )}
      <Field label={t("template.text")} hint={value === null ? t("template.default") : undefined}>
        <Textarea ref={box} value={text} rows={3} maxLength={1000} onChange={(change) => { onChange(change.target.value); }} />
      </Field>
      {preview.data && preview.data.variables.length > 0 && (
        <div role="group" aria-label={t("template.variables")} className="flex flex-wrap gap-1.5">
          {preview.data.variables.map((one) => (
            <button key={one.name} type="button" title={`${one.meaning} · ${one.value}`} className="rounded-md border border-line2 px-1.5 py-0.5 font-mono text-[11.5px] text-fg2 hover:border-accent hover:text-accent-text" onClick={() => { insert(one.name); }}>{`{${one.name}}`}</button>
          ))}
        </div>
      )}
      {preview.data && preview.data.unknown.length > 0 && <Notice>{t("template.unknown", { n: preview.data.unknown.length, names: preview.data.unknown.map((name) => `{${name}}`).join(", ") })}</Notice>}
      {preview.isError && <Notice tone="broken">{errorText(preview.error)}</Notice>}
      {preview.data && (
        <div aria-live="polite" aria-label={t("template.preview")} role="region" className="rounded-xl border-l-[3px] border-accent bg-s3 px-3.5 py-2.5">
          <div className="mb-0.5 text-[11.5px] font-medium text-fg3">{t("template.preview")}</div>
          <p className="text-[13.5px] break-words whitespace-pre-wrap">{preview.data.text}</p>
        </div>
      )}
      {value !== null && <Button size="sm" className="self-start" icon={<RotateCcw size={14} />} onClick={() => { onChange(null); }}>{t("template.reset")}</Button>}
    </div>
  );
}
