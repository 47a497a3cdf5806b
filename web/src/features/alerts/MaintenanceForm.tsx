import { useQuery, useQueryClient } from "@tanstack/react-query";
import { CircleStop } from "lucide-react";
import { useState } from "react";
import type { GameServer, MaintenanceWindow } from "@/api/alerts";
import type { Items } from "@/api/types";
import { Button } from "@/components/Button";
import { Notice } from "@/components/display";
import { Checkbox, Field, Input, Segmented } from "@/components/Field";
import { Dialog } from "@/components/overlay";
import { clock } from "@/lib/clock";
import { api } from "@/lib/http";
import { useT } from "@/lib/i18n";
import { instantOf, localDateTime } from "@/lib/time";
import { toast } from "@/lib/toast";
import { useAction } from "@/lib/useAction";
import { useFormat } from "@/lib/venue";
import { type Scope, ScopeFields } from "./ScopeFields";

export function useMaintenance(communityId: string) {
  return useQuery({ queryKey: ["/alerts/maintenance", communityId], queryFn: () => api.get<Items<MaintenanceWindow>>("/alerts/maintenance", { community_id: communityId }) });
}

/** Whether a window speaks of a server: by name, by tag, or of all. */
export function covers(window: MaintenanceWindow, server: GameServer): boolean {
  const all = window.server_ids.length === 0 && window.tags.length === 0;
  return all || window.server_ids.includes(server.id) || window.tags.some((tag) => server.tags.includes(tag));
}

/** Work that is known of: nothing is reported about these servers until it ends. */
export function MaintenanceForm({ communityId, server, onClose }: { communityId: string; server?: GameServer; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const client = useQueryClient();
  const action = useAction();
  const now = clock.now();
  const [from, setFrom] = useState(localDateTime(now, format.zone));
  const [until, setUntil] = useState(localDateTime(now + 3_600_000, format.zone));
  const [begin, setBegin] = useState<"now" | "later">("now");
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const [scope, setScope] = useState<Scope>({ server_ids: server ? [server.id] : [], tags: [] });
  const endless = server !== undefined && begin === "now" && open;
  const done = async (text: string) => {
    toast.good(text);
    await client.invalidateQueries({ queryKey: ["/alerts/maintenance"] });
    onClose();
  };
  const save = () =>
    action.run(async () => {
      const end = instantOf(until, format.zone).toISOString();
      if (server && begin === "now") await api.patch(`/alerts/servers/${server.id}`, { maintenance: { until: endless ? null : end, reason: reason.trim() } });
      else {
        const starts = begin === "now" ? new Date(clock.now()) : instantOf(from, format.zone);
        await api.post("/alerts/maintenance", { community_id: communityId, server_ids: scope.server_ids, tags: scope.tags, starts_at: starts.toISOString(), ends_at: end, reason: reason.trim() });
      }
      await done(t("maint.saved"));
    });
  return (
    <Dialog open onClose={onClose} title={server ? t("maint.titleOf", { name: server.name }) : t("maint.new")} description={t("maint.text")}>
      <form className="flex flex-col gap-4" noValidate onSubmit={(event) => { event.preventDefault(); void save(); }}>
        {server?.maintenance && (
          <Notice tone="play">
            <span className="flex flex-wrap items-center justify-between gap-2">
              <MaintenanceText until={server.maintenance.until} reason={server.maintenance.reason} />
              <Button size="sm" icon={<CircleStop size={14} />} onClick={() => void action.run(async () => { await api.patch(`/alerts/servers/${server.id}`, { maintenance: null }); await done(t("maint.ended")); })}>{t("maint.endNow")}</Button>
            </span>
          </Notice>
        )}
        {!server && <ScopeFields communityId={communityId} value={scope} onChange={setScope} />}
        <Segmented label={t("maint.begin")} value={begin} onChange={setBegin} options={[{ value: "now" as const, label: t("maint.begin.now") }, { value: "later" as const, label: t("maint.begin.later") }]} />
        <div className="grid gap-3 sm:grid-cols-2">
          {begin === "later" && <Field label={t("audit.from")} error={action.field("starts_at")}><Input type="datetime-local" value={from} onChange={(event) => { setFrom(event.target.value); }} /></Field>}
          <Field label={t("audit.to")} error={action.field("ends_at")}><Input type="datetime-local" value={until} disabled={endless} onChange={(event) => { setUntil(event.target.value); }} /></Field>
        </div>
        {server && begin === "now" && <Checkbox label={t("maint.untilEnded")} checked={open} onChange={(event) => { setOpen(event.target.checked); }} />}
        <Field label={t("maint.reason")} error={action.field("reason")}><Input value={reason} maxLength={200} onChange={(event) => { setReason(event.target.value); }} /></Field>
        {action.failure && <Notice tone="broken">{action.failure}</Notice>}
        <div className="flex justify-end gap-2">
          <Button tone="quiet" onClick={onClose}>{t("action.cancel")}</Button>
          <Button type="submit" tone="primary" busy={action.busy} disabled={(until === "" && !endless) || (begin === "later" && from === "")}>{begin === "now" ? t("maint.save") : t("maint.plan")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

export function MaintenanceText({ until, reason }: { until: string | null; reason: string }) {
  const t = useT();
  const format = useFormat();
  return <span>{until ? t("maint.until", { time: format.dateTime(until), reason: reason || "–" }) : t("maint.openEnd", { reason: reason || "–" })}</span>;
}
