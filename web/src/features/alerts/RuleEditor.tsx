import { useState } from "react";
import type { Community, EventKind, Rule } from "@/api/alerts";
import { Button } from "@/components/Button";
import { ChannelPicker } from "@/components/domain/channels";
import { Notice } from "@/components/display";
import { Checkbox, Field, Input, Segmented, Select } from "@/components/Field";
import { Confirm, Sheet } from "@/components/overlay";
import { QuietFields } from "@/components/QuietFields";
import { WeekdayPicker } from "@/components/WeekdayPicker";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { formatDuration } from "@/lib/time";
import { toast } from "@/lib/toast";
import { orToast, useAction } from "@/lib/useAction";
import { usePermission } from "@/lib/venue";
import { ScopeFields } from "./ScopeFields";
import { eventGroups, eventIcons } from "./states";
import { TemplateEditor } from "./TemplateEditor";

export type RuleDraft = Pick<Rule, "name" | "enabled" | "events" | "server_ids" | "tags" | "threshold" | "cooldown_seconds" | "delay_seconds" | "quiet" | "channel_ids" | "template">;
const fresh: RuleDraft = { name: "", enabled: true, events: ["player_joined"], server_ids: [], tags: [], threshold: null, cooldown_seconds: 0, delay_seconds: 0, quiet: null, channel_ids: [], template: null };

export function RuleEditor({ rule, communities, communityId, onClose }: { rule: Rule | null; communities: Community[]; communityId: string; onClose: () => void }) {
  const t = useT();
  const mayManage = usePermission("alerts.manage");
  const action = useAction();
  const testing = useAction();
  const [home, setHome] = useState(communityId);
  const [draft, setDraft] = useState<RuleDraft>(() => (rule ? draftOf(rule) : fresh));
  const [deleting, setDeleting] = useState(false);
  const community = communities.find((one) => one.id === home);
  const zone = community?.time_zone ?? "UTC";
  const change = (part: Partial<RuleDraft>) => { setDraft({ ...draft, ...part }); };
  const save = async () => {
    const body = { ...draft, name: draft.name.trim(), threshold: draft.events.includes("threshold") ? draft.threshold : null };
    const done = await action.run(async () => {
      await (rule ? api.patch(`/alerts/rules/${rule.id}`, body) : api.post("/alerts/rules", { community_id: home, ...body }));
      toast.good(t("tariff.saved", { name: body.name }));
    });
    if (done) onClose();
  };
  const test = () =>
    testing.run(async () => {
      const { deliveries } = await orToast(api.post<{ deliveries: number }>(`/alerts/rules/${rule?.id ?? ""}/test`));
      if (deliveries > 0) toast.good(t("rules.tested", { n: deliveries }));
      else toast.bad(t("rules.tested.none"));
    });
  const remove = async () => {
    await orToast(api.delete(`/alerts/rules/${rule?.id ?? ""}`));
    toast.good(t("rules.deleted", { name: rule?.name ?? "" }));
    onClose();
  };
  return (
    <Sheet open onClose={onClose} title={rule ? rule.name : t("rules.new")}>
      <form className="flex flex-col gap-5" noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <fieldset disabled={!mayManage} className="contents">
          <Field label={t("rules.name")} error={action.field("name")}><Input value={draft.name} maxLength={80} autoFocus={!rule} placeholder={t("rules.name.example")} onChange={(event) => { change({ name: event.target.value }); }} /></Field>
          {!rule && communities.length > 1 && (
            <Field label={t("servers.community")}><Select value={home} onChange={(event) => { setHome(event.target.value); change({ server_ids: [], tags: [], channel_ids: [] }); }}>{communities.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}</Select></Field>
          )}
          <Part title={t("rules.part.when")}><Events draft={draft} onChange={change} /></Part>
          <Part title={t("rules.part.on")}><ScopeFields key={home} communityId={home} value={draft} onChange={change} /></Part>
          <Part title={t("rules.part.then")}><ChannelPicker label={t("rules.channels")} venueId={community?.venue_id ?? null} value={draft.channel_ids} onChange={(ids) => { change({ channel_ids: ids }); }} /></Part>
          <Part title={t("rules.part.text")}><TemplateEditor communityId={home} events={draft.events} serverId={draft.server_ids[0] ?? null} value={draft.template} onChange={(template) => { change({ template }); }} /></Part>
          <Part title={t("rules.part.hold")}>
            <div className="grid grid-cols-2 gap-3">
              <Span label={t("rules.delay")} hint={t("rules.delay.hint")} none={t("rules.atOnce")} value={draft.delay_seconds} options={[30, 60, 120, 300, 600, 1800]} onChange={(seconds) => { change({ delay_seconds: seconds }); }} />
              <Span label={t("rules.cooldown")} hint={t("rules.cooldown.hint")} none={t("rules.always")} value={draft.cooldown_seconds} options={[60, 300, 600, 900, 1800, 3600, 21_600, 86_400]} onChange={(seconds) => { change({ cooldown_seconds: seconds }); }} />
            </div>
            <QuietFields value={draft.quiet} fresh={{ start: "22:00", end: "08:00", time_zone: zone, weekdays: [0, 1, 2, 3, 4, 5, 6] }} hint={t("rules.quiet.hint")} onChange={(quiet) => { change({ quiet }); }}>
              {draft.quiet && <WeekdayPicker label={t("tariff.weekdays")} value={draft.quiet.weekdays} onChange={(weekdays) => { if (draft.quiet) change({ quiet: { ...draft.quiet, weekdays } }); }} />}
            </QuietFields>
          </Part>
        </fieldset>
        {action.failure && <Notice tone="broken">{action.failure}</Notice>}
        {mayManage && (
          <div className="sticky -bottom-4 -mx-5 -mb-4 flex gap-2 border-t border-line bg-s1 px-5 py-3">
            {rule && <Button tone="danger" onClick={() => { setDeleting(true); }}>{t("action.delete")}</Button>}
            {rule && <Button busy={testing.busy} title={t("rules.test.hint")} onClick={() => void test()}>{t("rules.test")}</Button>}
            <span className="flex-1" />
            <Button type="submit" tone="primary" busy={action.busy} disabled={draft.name.trim() === "" || draft.events.length === 0}>{t("action.save")}</Button>
          </div>
        )}
      </form>
      {deleting && rule && <Confirm open onClose={() => { setDeleting(false); }} title={t("rules.delete.title", { name: rule.name })} text={t("rules.delete.text")} action={t("action.delete")} onConfirm={remove} />}
    </Sheet>
  );
}

function draftOf(rule: Rule): RuleDraft {
  const { id: _id, community_id: _home, created_at: _made, last_fired_at: _last, fired_today: _today, ...draft } = rule;
  return draft;
}

function Part({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-3 border-t border-line pt-4">
      <h3 className="text-[14px] font-[650]">{title}</h3>
      {children}
    </section>
  );
}

function Events({ draft, onChange }: { draft: RuleDraft; onChange: (part: Partial<RuleDraft>) => void }) {
  const t = useT();
  const toggle = (kind: EventKind, on: boolean) => {
    const events = on ? [...draft.events, kind] : draft.events.filter((one) => one !== kind);
    onChange({ events, ...(kind === "threshold" && on && !draft.threshold && { threshold: { players: 3, direction: "rises" as const } }) });
  };
  return (
    <div className="flex flex-col gap-3">
      {eventGroups.map((group) => (
        <fieldset key={group.name}>
          <legend className="mb-1.5 text-[12.5px] font-medium text-fg2">{t(`events.group.${group.name}`)}</legend>
          <div className="grid gap-x-3 gap-y-1.5 sm:grid-cols-2">
            {group.kinds.map((kind) => {
              const Icon = eventIcons[kind];
              return <Checkbox key={kind} label={<span className="flex items-center gap-1.5"><Icon size={14} className="text-fg3" aria-hidden />{t(`event.${kind}`)}</span>} checked={draft.events.includes(kind)} onChange={(event) => { toggle(kind, event.target.checked); }} />;
            })}
          </div>
        </fieldset>
      ))}
      {draft.events.includes("threshold") && draft.threshold && (
        <div className="flex flex-wrap items-end gap-3 rounded-xl border border-line2 p-3">
          <Segmented label={t("rules.threshold")} value={draft.threshold.direction} onChange={(direction) => { if (draft.threshold) onChange({ threshold: { ...draft.threshold, direction } }); }} options={[{ value: "rises" as const, label: t("rules.rises") }, { value: "falls" as const, label: t("rules.falls") }]} />
          <Field label={t("rules.players")} className="w-24"><Input type="number" min={1} max={100_000} value={draft.threshold.players} onChange={(event) => { if (draft.threshold) onChange({ threshold: { ...draft.threshold, players: Math.max(1, Math.round(Number(event.target.value))) } }); }} /></Field>
        </div>
      )}
    </div>
  );
}

function Span({ label, hint, none, value, options, onChange }: { label: string; hint: string; none: string; value: number; options: number[]; onChange: (seconds: number) => void }) {
  return (
    <Field label={label} hint={hint}>
      <Select value={value} onChange={(event) => { onChange(Number(event.target.value)); }}>
        {[...new Set([0, ...options, value])].sort((a, b) => a - b).map((seconds) => <option key={seconds} value={seconds}>{seconds === 0 ? none : formatDuration(seconds)}</option>)}
      </Select>
    </Field>
  );
}
