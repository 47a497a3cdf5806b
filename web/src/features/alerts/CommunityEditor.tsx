import { useState } from "react";
import type { Community } from "@/api/alerts";
import { Button } from "@/components/Button";
import { Copyable } from "@/components/Copyable";
import { ChannelPicker } from "@/components/domain/channels";
import { Notice } from "@/components/display";
import { Field, Input, Select, Switch, Textarea } from "@/components/Field";
import { Sheet } from "@/components/overlay";
import { Tabs } from "@/components/Tabs";
import { TagsInput } from "@/components/TagsInput";
import { TimeInput } from "@/components/TimeInput";
import { ZoneSelect } from "@/components/ZoneSelect";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { may, useMe } from "@/lib/session";
import { toast } from "@/lib/toast";
import { useAction } from "@/lib/useAction";
import { usePermission, useVenue } from "@/lib/venue";
import { Sources } from "./Sources";

type Draft = Pick<Community, "name" | "slug" | "venue_id" | "description" | "time_zone" | "locale" | "public" | "accent" | "sync_at" | "sync_time_zone" | "sync_channel_ids" | "board_channel_ids" | "intake" | "forget_after_days" | "most_servers">;
export const slugOf = (name: string): string => name.normalize("NFKD").toLowerCase().replace(/[\u0300-\u036f]/g, "").replace(/ß/g, "ss").replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 40);
const colours = ["#5b8cff", "#3ecf8e", "#b18cff", "#ffb020", "#ff6d8d", "#35c6d8", "#ff8a5b"];

export function CommunityEditor({ community, onClose, onSaved }: { community: Community | null; onClose: () => void; onSaved: (id: string) => Promise<void> }) {
  const t = useT();
  const me = useMe();
  const venue = useVenue();
  const mayManage = usePermission("alerts.manage");
  const everywhere = may(me, "alerts.manage", null);
  const [tab, setTab] = useState("general");
  const [named, setNamed] = useState(community !== null);
  const action = useAction();
  const [draft, setDraft] = useState<Draft>(() => community ?? {
    name: "", slug: "", venue_id: venue.id, description: "", time_zone: venue.timezone, locale: me.locale.startsWith("de") ? "de" : "en", public: true, accent: null,
    sync_at: "03:00", sync_time_zone: "UTC", sync_channel_ids: [], board_channel_ids: [], intake: { open: true, networks: [], hosts: [] }, forget_after_days: 30, most_servers: 2000,
  });
  const change = (part: Partial<Draft>) => { setDraft({ ...draft, ...part }); };
  const save = async () => {
    await action.run(async () => {
      const { venue_id: home, slug, name, time_zone, locale, description } = draft;
      const saved = community
        ? await api.patch<Community>(`/alerts/communities/${community.id}`, changes(draft))
        : await api.post<Community>("/alerts/communities", { name: name.trim(), slug, venue_id: home, time_zone, locale, description });
      toast.good(t("tariff.saved", { name: saved.name }));
      await onSaved(saved.id);
      if (community) onClose();
    });
  };
  const general = (
    <div className="flex flex-col gap-4">
      <Field label={t("server.name")} error={action.field("name")}><Input value={draft.name} maxLength={80} autoFocus={!community} onChange={(event) => { change({ name: event.target.value, ...(!named && { slug: slugOf(event.target.value) }) }); }} /></Field>
      {!community && (
        <div className="grid grid-cols-2 gap-3">
          <Field label={t("comm.slug")} hint={`/status/${draft.slug || "…"}`} error={action.field("slug")}><Input value={draft.slug} maxLength={40} className="font-mono" onChange={(event) => { setNamed(true); change({ slug: event.target.value.toLowerCase() }); }} /></Field>
          <Field label={t("scope.belongs")}>
            <Select value={draft.venue_id ?? ""} onChange={(event) => { change({ venue_id: event.target.value || null }); }}>
              {everywhere && <option value="">{t("scope.installation")}</option>}
              {me.venues.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
            </Select>
          </Field>
        </div>
      )}
      <Field label={t("comm.description")} error={action.field("description")}><Textarea value={draft.description} maxLength={300} className="!min-h-16" onChange={(event) => { change({ description: event.target.value }); }} /></Field>
      <div className="grid grid-cols-2 gap-3">
        <Field label={t("settings.timezone")}><ZoneSelect value={draft.time_zone} onChange={(zone) => { change({ time_zone: zone }); }} /></Field>
        <Field label={t("menu.language")} hint={t("comm.locale.hint")}><Select value={draft.locale} onChange={(event) => { change({ locale: event.target.value as Draft["locale"] }); }}><option value="en">English</option><option value="de">Deutsch</option></Select></Field>
      </div>
      {community && (
        <section className="flex flex-col gap-3 border-t border-line pt-4" aria-label={t("comm.sync")}>
          <div><h3 className="text-[14px] font-[650]">{t("comm.sync")}</h3><p className="text-[12.5px] text-fg3">{t("comm.sync.text")}</p></div>
          <div className="grid grid-cols-[100px_minmax(0,1fr)] gap-3">
            <Field label={t("comm.sync.time")}><TimeInput value={draft.sync_at} onChange={(time) => { change({ sync_at: time }); }} /></Field>
            <Field label={t("quiet.zone")}><ZoneSelect value={draft.sync_time_zone} onChange={(zone) => { change({ sync_time_zone: zone }); }} /></Field>
          </div>
          <ChannelPicker label={t("comm.sync.channels")} venueId={draft.venue_id} value={draft.sync_channel_ids} onChange={(ids) => { change({ sync_channel_ids: ids }); }} />
        </section>
      )}
    </div>
  );
  return (
    <Sheet open onClose={onClose} title={community ? community.name : t("comm.new")}>
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <fieldset disabled={!mayManage} className="contents">
          {community ? (
            <Tabs
              label={community.name}
              value={tab}
              onChange={setTab}
              items={[
                { value: "general", label: t("comm.tab.general"), content: general },
                { value: "public", label: t("comm.tab.public"), content: <PublicPage community={community} draft={draft} onChange={change} /> },
                { value: "intake", label: t("comm.tab.intake"), content: <Intake community={community} draft={draft} onChange={change} error={action.field} /> },
              ]}
            />
          ) : general}
        </fieldset>
        {action.failure && <Notice tone="broken">{action.failure}</Notice>}
        {mayManage && (
          <div className="sticky -bottom-4 -mx-5 -mb-4 flex justify-end gap-2 border-t border-line bg-s1 px-5 py-3">
            <Button tone="quiet" onClick={onClose}>{t("action.cancel")}</Button>
            <Button type="submit" tone="primary" busy={action.busy} disabled={draft.name.trim() === "" || draft.slug === ""}>{community ? t("action.save") : t("action.create")}</Button>
          </div>
        )}
      </form>
    </Sheet>
  );
}

/** What may be changed later; the address and the home of a community stay. */
const changes = ({ name, description, time_zone, locale, public: open, accent, sync_at, sync_time_zone, sync_channel_ids, board_channel_ids, intake, forget_after_days, most_servers }: Draft) => ({
  name: name.trim(), description, time_zone, locale, public: open, accent, sync_at: sync_at.slice(0, 5), sync_time_zone, sync_channel_ids, board_channel_ids, intake, forget_after_days, most_servers,
});

interface Part {
  community: Community;
  draft: Draft;
  onChange: (part: Partial<Draft>) => void;
}

function PublicPage({ community, draft, onChange }: Part) {
  const t = useT();
  const status = `${location.origin}${community.links.status}`;
  const embed = `<iframe src="${location.origin}${community.links.embed}?theme=dark" title="${community.name.replace(/[<>&"]/g, "")}" width="100%" height="480" loading="lazy" style="border:0"></iframe>`;
  return (
    <div className="flex flex-col gap-4">
      <Switch label={t("comm.public")} hint={t("comm.public.hint")} checked={draft.public} onChange={(on) => { onChange({ public: on }); }} />
      {draft.public && (
        <>
          <Copyable label={t("comm.link")} text={status} />
          <Copyable label={t("comm.embed")} text={embed} />
          <p className="text-xs text-fg3">{t("comm.embed.hint")}</p>
        </>
      )}
      <fieldset>
        <legend className="mb-1.5 text-[12.5px] font-medium text-fg2">{t("comm.accent")}</legend>
        <div className="flex flex-wrap gap-2">
          {[null, ...colours, ...(draft.accent && !colours.includes(draft.accent) ? [draft.accent] : [])].map((colour) => (
            <label key={colour ?? "none"} className="grid size-9 cursor-pointer place-items-center rounded-lg border border-line2 text-[11px] text-fg3 has-checked:outline-2 has-checked:outline-accent has-focus-visible:outline-2" style={colour ? { background: colour } : undefined}>
              <input type="radio" name="accent" className="sr-only" aria-label={colour ?? t("comm.accent.none")} checked={draft.accent === colour} onChange={() => { onChange({ accent: colour }); }} />
              {!colour && "–"}
            </label>
          ))}
          <Input type="color" aria-label={t("comm.accent.own")} className="!w-12 cursor-pointer p-1" value={draft.accent ?? "#5b8cff"} onChange={(event) => { onChange({ accent: event.target.value }); }} />
        </div>
      </fieldset>
      <ChannelPicker label={t("comm.board")} venueId={draft.venue_id} kinds={["discord"]} value={draft.board_channel_ids} onChange={(ids) => { onChange({ board_channel_ids: ids }); }} />
      <p className="-mt-2 text-xs text-fg3">{t("comm.board.hint")}</p>
    </div>
  );
}

function Intake({ community, draft, onChange, error }: Part & { error: (name: string) => string | undefined }) {
  const t = useT();
  const set = (part: Partial<Draft["intake"]>) => { onChange({ intake: { ...draft.intake, ...part } }); };
  return (
    <div className="flex flex-col gap-4">
      <Switch label={t("comm.open.label")} hint={draft.intake.open ? t("comm.open.on") : t("comm.open.off")} checked={draft.intake.open} onChange={(open) => { set({ open }); }} />
      <Field label={t("comm.networks")} hint={t("comm.networks.hint")} error={error("intake.networks")}><TagsInput mono value={draft.intake.networks} placeholder="203.0.113.0/24" onChange={(networks) => { set({ networks }); }} /></Field>
      <Field label={t("comm.hosts")} hint={t("comm.hosts.hint")} error={error("intake.hosts")}><TagsInput mono value={draft.intake.hosts} placeholder="*.example.org" onChange={(hosts) => { set({ hosts }); }} /></Field>
      <Field label={t("comm.forget")} hint={t("comm.forget.hint")} error={error("forget_after_days")} className="max-w-60"><Input type="number" min={1} max={3650} value={draft.forget_after_days} onChange={(event) => { onChange({ forget_after_days: Math.round(Number(event.target.value)) }); }} /></Field>
      <Field label={t("comm.most")} hint={t("comm.most.hint")} error={error("most_servers")} className="max-w-60"><Input type="number" min={1} max={100000} value={draft.most_servers} onChange={(event) => { onChange({ most_servers: Math.round(Number(event.target.value)) }); }} /></Field>
      <Sources community={community} />
    </div>
  );
}
